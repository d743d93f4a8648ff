"""The table: every resource type that the sandbox serves, one file per AWS service."""

from sandbox.provider.services import cloudtrail, iam, kms, s3, s3_settings, secretsmanager

_MODULES = (cloudtrail, iam, kms, s3, s3_settings, secretsmanager)

RESOURCE_TYPES = {entry.pulumi_type: entry for module in _MODULES for entry in module.RESOURCE_TYPES}
