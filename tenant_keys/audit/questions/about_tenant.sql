-- Parameters: tenant, key, the same key again (empty for all keys), since, until.
SELECT *
FROM events
WHERE tenant = ?
    AND (? = '' OR key_name IN (?, ''))
    AND event_time >= ?
    AND event_time < ?
