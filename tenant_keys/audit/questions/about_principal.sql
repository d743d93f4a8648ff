-- Parameters: ARN of a user, a session or a role, twice; the ARN and a slash; since, until.
SELECT *
FROM events
WHERE (principal = ? OR role_arn = ? OR starts_with(principal, ?))
    AND tenant <> ''
    AND event_time >= ?
    AND event_time < ?
