"""IAM, KMS, secret and bucket policies as pure functions of data: the one folder that a security reviewer reads.

No function here knows Pulumi or AWS's SDK. Each takes ARNs as text and returns a document that AWS takes as JSON.
"""
