-- The table `records` holds every event as it was parsed. Here each call counts once, though an object may have been
-- delivered twice or the call recorded in two accounts, and an event of a KMS key gets the tenant whose key it is: the
-- one whose alias leads to it, or whose secret Secrets Manager encrypted with it. A call that was refused, or that
-- somebody made directly, proves nothing about the key's owner.
WITH owners AS (
    SELECT DISTINCT kms_key, tenant
    FROM records
    WHERE tenant <> ''
        AND kms_key <> ''
        AND outcome = 'done'
        AND (
            invoked_by = 'secretsmanager.amazonaws.com'
            OR event_name IN ('CreateAlias', 'UpdateAlias')
        )
),

counted AS (
    SELECT
        records.*,
        row_number() OVER (PARTITION BY action_id, tenant, key_name ORDER BY source_object, event_id) AS copy
    FROM records
)

SELECT
    counted.event_time,
    coalesce(owners.tenant, counted.tenant) AS tenant,
    counted.key_name,
    counted.secret,
    counted.version_id,
    counted.version_stage,
    counted.action,
    counted.event_name,
    counted.outcome,
    counted.error_code,
    counted.principal,
    counted.role_arn,
    counted.session_name,
    counted.source_identity,
    counted.source_address,
    counted.user_agent,
    counted.invoked_by,
    counted.service,
    counted.region,
    counted.account,
    counted.kms_key,
    counted.event_id,
    counted.action_id,
    counted.source_object,
    counted.reasons
FROM counted
LEFT JOIN owners
    ON counted.tenant = ''
        AND counted.kms_key = owners.kms_key
WHERE counted.copy = 1 OR counted.action_id = ''
