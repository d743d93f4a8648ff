-- Per tenant, principal and day.
SELECT
    tenant,
    principal,
    CAST(event_time AS date) AS day,
    count_if(action = 'read' AND outcome = 'done') AS reads,
    count_if(action = 'update' AND outcome = 'done') AS updates,
    count_if(action = 'rotation step' AND outcome <> 'refused') AS rotation_steps,
    count_if(action IN ('delete', 'policy change') AND outcome = 'done') AS changes,
    count_if(outcome = 'refused') AS refused,
    count(*) AS events
FROM asked
GROUP BY tenant, principal, CAST(event_time AS date)
ORDER BY day, tenant, principal
