-- What was refused, and what is unusual.
SELECT *
FROM asked
WHERE outcome = 'refused' OR reasons <> ''
ORDER BY CASE WHEN outcome = 'refused' THEN 0 ELSE 1 END, event_time DESC, event_id, tenant, key_name
