"""Who touched which tenant's key, and when: CloudTrail's records as answers.

`records` turns a record into events, `reading` finds a question's records in a trail's objects, `store` puts the
questions to them, and `report` is what a command shows.
"""
