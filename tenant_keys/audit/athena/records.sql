-- The table `records` for Athena: what `records.py` makes of a record, made of the rows of the Glue table instead. Both
-- must say the same; a test compares them row by row. A record whose time can't be read fails the query: a report that
-- leaves it out silently would prove nothing. What begins with an at sign is put in by `statements.py`.
-- Parameters: the first and the last day of log objects, such as 2026/03/01.
WITH raw AS (
    SELECT
        eventtime,
        coalesce(eventsource, '') AS service,
        coalesce(eventname, '') AS event_name,
        coalesce(errorcode, '') AS code,
        coalesce(errormessage, '') AS message,
        coalesce(useridentity.type, '') AS user_type,
        coalesce(useridentity.arn, '') AS user_arn,
        coalesce(useridentity.principalid, '') AS principal_id,
        coalesce(useridentity.accountid, '') AS user_account,
        coalesce(useridentity.invokedby, '') AS invoked_by,
        coalesce(useridentity.sessioncontext.sessionissuer.arn, '') AS issuer_arn,
        coalesce(useridentity.sessioncontext.sourceidentity, '') AS source_identity,
        coalesce(sourceipaddress, '') AS source_address,
        coalesce(useragent, '') AS user_agent,
        coalesce(awsregion, '') AS event_region,
        coalesce(recipientaccountid, '') AS recipient,
        coalesce(eventid, '') AS event_id,
        coalesce(nullif(sharedeventid, ''), eventid, '') AS action_id,
        coalesce(json_extract_scalar(requestparameters, '$.versionStage'), '') AS version_stage,
        coalesce(json_extract_scalar(requestparameters, '$.aliasName'), '') AS alias,
        coalesce(
            nullif(nullif(json_extract_scalar(requestparameters, '$.encryptionContext.SecretVersionId'), @key_check), ''),
            nullif(json_extract_scalar(responseelements, '$.versionId'), ''),
            nullif(json_extract_scalar(requestparameters, '$.versionId'), ''),
            nullif(json_extract_scalar(requestparameters, '$.moveToVersionId'), ''),
            nullif(json_extract_scalar(requestparameters, '$.clientRequestToken'), ''),
            regexp_extract(requestid, @rotation, 1),
            ''
        ) AS version_id,
        -- the first that names a KMS key of this account
        coalesce(
            regexp_extract(
                element_at(
                    filter(
                        coalesce(transform(resources, r -> r.arn), ARRAY[]) || ARRAY[
                            json_extract_scalar(requestparameters, '$.targetKeyId'),
                            json_extract_scalar(requestparameters, '$.keyId'),
                            json_extract_scalar(responseelements, '$.keyMetadata.keyId')
                        ],
                        k -> regexp_like(k, @kms_key)
                    ),
                    1
                ),
                @kms_key,
                1
            ),
            ''
        ) AS kms_key,
        -- whatever may name a secret; the last is for a record that names none
        ARRAY[
            json_extract_scalar(additionaleventdata, '$.SecretId'),
            json_extract_scalar(serviceeventdetails, '$.secretId'),
            json_extract_scalar(requestparameters, '$.encryptionContext.SecretARN'),
            coalesce(
                nullif(json_extract_scalar(responseelements, '$.arn'), ''),
                nullif(json_extract_scalar(responseelements, '$.aRN'), ''),
                json_extract_scalar(responseelements, '$.ARN')
            )
        ]
        || coalesce(transform(resources, r -> r.arn), ARRAY[])
        || ARRAY[
            json_extract_scalar(requestparameters, '$.secretId'),
            json_extract_scalar(requestparameters, '$.name')
        ]
        || coalesce(TRY_CAST(json_extract(requestparameters, '$.secretIdList') AS ARRAY(VARCHAR)), ARRAY[])
        || ARRAY[''] AS candidates,
        substr("$path", length(@location) + 1) AS source_object,
        row_number() OVER (PARTITION BY "$path", eventid ORDER BY eventtime) AS copy_in_object
    FROM @table
    WHERE eventsource IN (@secrets_manager, @kms)
        AND account = @account
        AND day BETWEEN ? AND ?@regions
),

named AS (
    SELECT
        raw.*,
        coalesce(listed.candidate, '') AS candidate,
        listed.place,
        CASE
            WHEN starts_with(listed.candidate, 'arn:') THEN coalesce(regexp_extract(listed.candidate, @secret_arn, 1), '')
            WHEN raw.recipient IN ('', @account) THEN coalesce(regexp_extract(listed.candidate, @secret_name, 1), '')
            ELSE ''
        END AS owner
    FROM raw
    CROSS JOIN UNNEST(raw.candidates) WITH ORDINALITY AS listed (candidate, place)
),

keyed AS (
    SELECT
        named.*,
        CASE
            WHEN starts_with(candidate, 'arn:')
                THEN regexp_replace(coalesce(regexp_extract(candidate, @secret_arn, 2), ''), '-[A-Za-z0-9]{6}\z', '')
            ELSE coalesce(regexp_extract(candidate, @secret_name, 2), '')
        END AS owned_key,
        regexp_like(owner, @tenant_id) AND strpos(owner, '--') = 0 AS is_ours
    FROM named
),

-- each secret once, by its ARN if the record has that; a record that names none may still be about a KMS key
ranked AS (
    SELECT
        keyed.*,
        count_if(is_ours) OVER (PARTITION BY source_object, event_id, copy_in_object) AS secrets,
        row_number() OVER (
            PARTITION BY source_object, event_id, copy_in_object, is_ours, owner, owned_key
            ORDER BY
                CASE WHEN starts_with(candidate, 'arn:') THEN 0 ELSE 1 END,
                CASE WHEN starts_with(candidate, 'arn:') THEN place ELSE -place END
        ) AS choice,
        CASE WHEN recipient IN ('', @account) THEN coalesce(regexp_extract(alias, @alias, 1), '') ELSE '' END AS of_alias
    FROM keyed
),

about AS (
    SELECT
        ranked.*,
        CASE
            WHEN is_ours THEN owner
            WHEN regexp_like(of_alias, @tenant_id) AND strpos(of_alias, '--') = 0 THEN of_alias
            WHEN kms_key <> '' AND service = @kms AND event_name IN (@kms_changes) THEN ''
        END AS tenant
    FROM ranked
    WHERE (is_ours AND choice = 1)
        OR (secrets = 0 AND place = cardinality(candidates))
),

judged AS (
    SELECT
        about.*,
        CASE
            WHEN service = @secrets_manager THEN
                CASE
@actions_of_secrets
                    ELSE 'other'
                END
            WHEN event_name IN ('Decrypt', 'ReEncrypt') AND invoked_by <> @secrets_manager THEN 'read'
            ELSE
                CASE
@actions_of_kms_keys
                    ELSE 'other'
                END
        END AS action,
        CASE
            WHEN strpos(code, 'AccessDenied') > 0 OR strpos(code, 'Unauthorized') > 0 THEN 'refused'
            WHEN code <> '' OR message <> '' THEN 'failed'
            ELSE 'done'
        END AS outcome,
        CASE
            WHEN strpos(issuer_arn, ':role/') > 0 THEN issuer_arn
            WHEN regexp_like(user_arn, @session) THEN
                'arn:' || regexp_extract(user_arn, @session, 1) || ':iam::' || regexp_extract(user_arn, @session, 2)
                || ':role/' || regexp_extract(user_arn, @session, 3)
            ELSE ''
        END AS role_arn,
        CASE
            WHEN regexp_like(user_arn, @session) THEN regexp_extract(user_arn, @session, 4)
            WHEN user_type IN ('AssumedRole', 'AWSAccount')
                THEN coalesce(regexp_extract(principal_id, '(?s)\A[^:]*:(.*)\z', 1), '')
            ELSE ''
        END AS session_name
    FROM about
    WHERE tenant IS NOT NULL
),

-- a role's name is `{app}--{middle}--{end}`, and no middle holds two hyphens
identified AS (
    SELECT
        judged.*,
        CASE WHEN starts_with(role_arn, @our_roles) THEN substr(role_arn, length(@our_roles) + 1) ELSE '' END AS role_rest,
        CASE WHEN starts_with(session_name, 'tenant-') THEN substr(session_name, length('tenant-') + 1) ELSE '' END
            AS session_tenant
    FROM judged
),

parted AS (
    SELECT
        identified.*,
        coalesce(split_part(role_rest, '--', 1), '') AS middle
    FROM identified
),

compared AS (
    SELECT
        parted.*,
        middle <> '' AND role_rest = middle || '--rotator' AS is_rotator,
        CASE WHEN middle <> '' AND role_rest = middle || '--reader' THEN middle ELSE session_tenant END AS other
    FROM parted
)

SELECT
    CAST(from_iso8601_timestamp(eventtime) AT TIME ZONE 'UTC' AS TIMESTAMP) AS event_time,
    tenant,
    CASE WHEN is_ours THEN owned_key ELSE '' END AS key_name,
    CASE WHEN is_ours THEN candidate ELSE '' END AS secret,
    version_id,
    version_stage,
    action,
    event_name,
    outcome,
    coalesce(nullif(code, ''), message) AS error_code,
    coalesce(
        nullif(user_arn, ''),
        CASE WHEN principal_id <> '' THEN user_account || '/' || principal_id END,
        nullif(invoked_by, ''),
        nullif(user_type, ''),
        'unknown'
    ) AS principal,
    role_arn,
    session_name,
    source_identity,
    source_address,
    user_agent,
    invoked_by,
    service,
    event_region AS region,
    recipient AS account,
    kms_key,
    event_id,
    action_id,
    source_object,
    concat_ws(
        ' ',
        CASE WHEN outcome = 'refused' AND other NOT IN ('', tenant) THEN 'cross-tenant' END,
        CASE
            WHEN action <> 'read' THEN NULL
            WHEN outcome = 'refused' THEN CASE WHEN other IN ('', tenant) THEN 'refused-read' END
            WHEN role_arn = @our_roles || tenant || '--reader'
                THEN CASE WHEN session_name <> 'tenant-' || tenant THEN 'foreign-session' END
            WHEN NOT is_rotator THEN 'not-the-reader'
        END,
        CASE WHEN action = 'policy change' THEN 'policy-change' END,
        CASE WHEN action = 'delete' THEN 'deletion' END
    ) AS reasons
FROM compared
