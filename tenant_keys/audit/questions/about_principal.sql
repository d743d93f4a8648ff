-- Parameters: ARN of a user, a session or a role, three times; since, until.
SELECT *
FROM events
WHERE (principal = ? OR role_arn = ? OR starts_with(principal, concat(?, '/')))
    AND tenant <> ''
    AND event_time >= ?
    AND event_time < ?
