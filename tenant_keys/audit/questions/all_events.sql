SELECT *
FROM asked
ORDER BY event_time, event_id, tenant, key_name
