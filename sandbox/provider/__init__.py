"""A Pulumi provider plugin that serves the `aws` types of the program over an AWS-compatible endpoint.

`services/` has one file per AWS service and in it one table entry per resource type; everything else
here is the same for all of them: checking, comparing, previewing, error texts, the server.
"""
