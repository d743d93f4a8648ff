"""The audit's questions on Athena, for logs that outgrow one machine.

`table` describes the log objects to Glue, `records.sql` makes the events of `tenant_keys.audit.event` from them, and
`statements` puts the questions of `tenant_keys/audit/questions` on top; `queries` runs a statement, `reading` makes of
its rows what a report is made of.
"""
