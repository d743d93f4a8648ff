-- Parameters: since, until.
SELECT *
FROM events
WHERE event_time >= ?
    AND event_time < ?
