-- The timeline of each key's versions: who brought, moved, renewed or took away which one.
SELECT
    event_time,
    tenant,
    key_name,
    version_id,
    version_stage,
    event_name,
    outcome,
    error_code,
    principal
FROM asked
WHERE service = 'secretsmanager.amazonaws.com'
    AND outcome <> 'refused'
    AND (
        action IN ('rotation step', 'delete')
        OR event_name IN ('CreateSecret', 'PutSecretValue', 'RestoreSecret', 'UpdateSecret', 'CancelSecretVersionDelete')
    )
ORDER BY event_time, event_id, tenant, key_name
