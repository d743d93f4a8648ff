-- Parameter: how many events at most.
SELECT *
FROM asked
ORDER BY event_time DESC, event_id DESC, tenant, key_name
LIMIT ?
