"""For each served type: inputs as a program sends them, an update of them, and what must exist beforehand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.provider.archives import Archive
from tenant_keys.code_archive import digest, zip_bytes

Needs = Mapping[str, tuple[str, str]]
"""Input name -> (type, output) of the resource that it points at."""


def policy(effect: str, action: str, principal: object = None) -> str:
    who = {} if principal is None else {"Principal": principal}
    statement = {"Effect": effect, "Action": action, "Resource": "*", **who}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Example:
    inputs: Mapping[str, Any]
    change: Mapping[str, Any]
    needs: Needs = field(default_factory=dict)
    change_needs: Needs = field(default_factory=dict)
    gone_after_delete: bool = True
    deletes_twice: bool = True
    import_id: str = ""
    """How an import names it, with outputs in braces; empty where that is its own id."""


ZIPS = {
    "one.zip": zip_bytes({"package/handler.py": b"def handle(event, context): ..."}),
    "two.zip": zip_bytes({"package/handler.py": b"def handle(event, context): return 1"}),
}
"""The code of the functions, by the path at which the tests find it."""

_ON_A_BUCKET = {"bucket": ("aws:s3/bucket:Bucket", "bucket")}

EXAMPLES: dict[str, Example] = {
    "aws:kms/key:Key": Example(
        {
            "description": "acme",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "deletionWindowInDays": 30,
            "policy": policy("Allow", "kms:*", {"AWS": "arn:aws:iam::123456789012:root"}),
            "tags": {"tenant": "acme"},
        },
        {
            "description": "acme's key",
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 7,
            "policy": policy("Allow", "kms:Describe*", {"AWS": "arn:aws:iam::123456789012:root"}),
            "isEnabled": False,
            "tags": {"owner": "security"},
        },
    ),
    "aws:kms/alias:Alias": Example(
        {"name": "alias/myapp/acme"},
        {},
        needs={"targetKeyId": ("aws:kms/key:Key", "keyId")},
        change_needs={"targetKeyId": ("aws:kms/key:Key", "keyId")},
    ),
    "aws:secretsmanager/secret:Secret": Example(
        {"name": "/saas/myapp/tenant-acme/external-api-key", "tags": {"tenant": "acme"}},
        {"description": "acme", "recoveryWindowInDays": 7, "tags": {"owner": "security"}},
        {"kmsKeyId": ("aws:kms/key:Key", "arn")},
        deletes_twice=False,  # neither does Secrets Manager, within the recovery window
    ),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Example(
        {"policy": policy("Deny", "secretsmanager:PutSecretValue", "*"), "blockPublicPolicy": True},
        {"policy": policy("Deny", "secretsmanager:GetSecretValue", "*")},
        {"secretArn": ("aws:secretsmanager/secret:Secret", "arn")},
        gone_after_delete=False,
    ),
    "aws:iam/role:Role": Example(
        {"name": "reader-acme", "assumeRolePolicy": trust("123456789012"), "tags": {"tenant": "acme"}},
        {
            "assumeRolePolicy": trust("210987654321"),
            "description": "reads",
            "maxSessionDuration": 7200,
            "permissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "tags": {"owner": "security"},
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Example(
        {"name": "read", "policy": policy("Allow", "secretsmanager:GetSecretValue")},
        {"policy": policy("Allow", "secretsmanager:DescribeSecret")},
        {"role": ("aws:iam/role:Role", "name")},
    ),
    "aws:s3/bucket:Bucket": Example(
        {"bucket": "myapp-audit-log", "objectLockEnabled": True, "tags": {"purpose": "audit"}},
        {"forceDestroy": True, "tags": {"owner": "security"}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Example(
        {"policy": policy("Allow", "s3:PutObject", {"Service": "cloudtrail.amazonaws.com"})},
        {"policy": policy("Deny", "s3:DeleteObject", "*")},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Example(
        {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        _ON_A_BUCKET,
        gone_after_delete=False,
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Example(
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "a"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Example(
        {"blockPublicAcls": True, "blockPublicPolicy": True},
        {"ignorePublicAcls": True, "restrictPublicBuckets": True},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Example(
        {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "years": 1}}},
        _ON_A_BUCKET,
        gone_after_delete=False,
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Example(
        {"rules": [{"id": "answers", "status": "Enabled", "expiration": {"days": 7}}]},
        {
            "rules": [
                {
                    "id": "answers",
                    "status": "Enabled",
                    "expiration": {"days": 8},
                    "filter": {"prefix": "a/"},
                    "noncurrentVersionExpiration": {"noncurrentDays": 1},
                }
            ]
        },
        _ON_A_BUCKET,
    ),
    "aws:glue/catalogDatabase:CatalogDatabase": Example(
        {"name": "myapp_audit", "tags": {"purpose": "audit"}},
        {"description": "the trail", "parameters": {"a": "b"}, "tags": {"owner": "security"}},
    ),
    "aws:glue/catalogTable:CatalogTable": Example(
        {
            "name": "cloudtrail",
            "parameters": {"projection.enabled": "true"},
            "partitionKeys": [{"name": "day", "type": "string"}],
            "storageDescriptor": {
                "columns": [{"name": "eventtime", "type": "string"}],
                "inputFormat": "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
                "location": "s3://myapp-audit-log/AWSLogs/",
                "serDeInfo": {"serializationLibrary": "org.apache.hive.hcatalog.data.JsonSerDe"},
            },
            "tableType": "EXTERNAL_TABLE",
        },
        {
            "description": "records",
            "parameters": {"projection.enabled": "false"},
            "storageDescriptor": {"columns": [{"name": "eventid", "type": "string"}], "location": "s3://b/"},
        },
        {"databaseName": ("aws:glue/catalogDatabase:CatalogDatabase", "name")},
    ),
    "aws:athena/workgroup:Workgroup": Example(
        {
            "name": "myapp--audit",
            "configuration": {
                "bytesScannedCutoffPerQuery": 10_485_760,
                "resultConfiguration": {
                    "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": "arn:aws:kms:key"},
                    "outputLocation": "s3://answers/",
                },
            },
            "tags": {"purpose": "audit"},
        },
        {
            "configuration": {
                "enforceWorkgroupConfiguration": False,
                "resultConfiguration": {"expectedBucketOwner": "123456789012", "outputLocation": "s3://others/"},
            },
            "description": "auditors",
            "state": "DISABLED",
            "tags": {"owner": "security"},
        },
    ),
    "aws:athena/namedQuery:NamedQuery": Example(
        {"name": "one tenant", "query": "SELECT 1", "description": "who"},
        {},
        {
            "database": ("aws:glue/catalogDatabase:CatalogDatabase", "name"),
            "workgroup": ("aws:athena/workgroup:Workgroup", "name"),
        },
    ),
    "aws:cloudtrail/trail:Trail": Example(
        {
            "name": "audit",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "eventSelectors": [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::"]}]}],
            "tags": {"purpose": "audit"},
        },
        {
            "enableLogging": False,
            "eventSelectors": [{"readWriteType": "WriteOnly"}],
            "s3KeyPrefix": "trail",
            "tags": {"owner": "security"},
        },
        {"s3BucketName": ("aws:s3/bucket:Bucket", "bucket")},
    ),
    "aws:lambda/function:Function": Example(
        {
            "name": "myapp--sendgrid--rotator",
            "architectures": ["arm64"],
            "code": Archive("one.zip"),
            "codeSha256": digest(ZIPS["one.zip"]),
            "environment": {"variables": {"SETTINGS": "{}"}},
            "handler": "package.handler.handle",
            "memorySize": 256,
            "runtime": "python3.13",
            "timeout": 900,
            "tags": {"purpose": "rotation"},
        },
        {
            "code": Archive("two.zip"),
            "codeSha256": digest(ZIPS["two.zip"]),
            "description": "renews",
            "environment": {"variables": {"SETTINGS": '{"a":1}'}},
            "reservedConcurrentExecutions": 10,
            "tags": {"owner": "security"},
        },
        {"role": ("aws:iam/role:Role", "arn")},
    ),
    "aws:lambda/permission:Permission": Example(
        {
            "action": "lambda:InvokeFunction",
            "principal": "secretsmanager.amazonaws.com",
            "sourceAccount": "123456789012",
            "sourceArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:/saas/myapp/tenant-*",
            "statementId": "SecretsManagerRotates",
        },
        {},
        {"function": ("aws:lambda/function:Function", "arn")},
        import_id="{function}/{statementId}",
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": Example(
        {
            "maximumEventAgeInSeconds": 3600,
            "destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:ap-northeast-1:123456789012:dead"}},
        },
        {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 1},
        {"functionName": ("aws:lambda/function:Function", "name")},
    ),
    "aws:cloudwatch/logGroup:LogGroup": Example(
        {"name": "/aws/lambda/myapp--sendgrid--rotator", "retentionInDays": 30, "tags": {"purpose": "logs"}},
        {"retentionInDays": 400, "tags": {"owner": "security"}},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Example(
        {
            "name": "myapp--sendgrid--rotator--errors",
            "alarmActions": ["arn:aws:sns:ap-northeast-1:123456789012:on-call"],
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "dimensions": {"FunctionName": "myapp--sendgrid--rotator"},
            "evaluationPeriods": 1,
            "metricName": "Errors",
            "namespace": "AWS/Lambda",
            "period": 300,
            "statistic": "Sum",
            "threshold": 1,
            "treatMissingData": "notBreaching",
            "tags": {"purpose": "rotation"},
        },
        {
            "alarmDescription": "The function fails.",
            "dimensions": {"FunctionName": "myapp--notices"},
            "okActions": ["arn:aws:sns:ap-northeast-1:123456789012:on-call"],
            "threshold": 2.5,
            "tags": {"owner": "security"},
        },
    ),
    "aws:cloudwatch/contributorInsightRule:ContributorInsightRule": Example(
        {
            "ruleName": "myapp--reads-by-secret",
            "ruleDefinition": '{"Schema": {"Name": "CloudWatchLogRule", "Version": 1}}',
            "ruleState": "ENABLED",
            "tags": {"purpose": "audit"},
        },
        {"tags": {"owner": "security"}},
    ),
    "aws:cloudwatch/dashboard:Dashboard": Example(
        {"dashboardName": "myapp--audit", "dashboardBody": '{"widgets": []}'},
        {"dashboardBody": '{"start": "-PT6H", "widgets": []}'},
        deletes_twice=False,
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Example(
        {
            "policyName": "myapp--secret-reads",
            "policyDocument": policy("Allow", "logs:PutLogEvents", {"Service": "events.amazonaws.com"}),
        },
        {"policyDocument": policy("Allow", "logs:CreateLogStream", {"Service": "events.amazonaws.com"})},
    ),
    "aws:cloudwatch/eventRule:EventRule": Example(
        {"name": "myapp--rotation-events", "eventPattern": '{"source": ["aws.secretsmanager"]}', "tags": {"a": "b"}},
        {"description": "rotations", "eventPattern": '{"source": ["aws.kms"]}', "tags": {"owner": "security"}},
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Example(
        {
            "targetId": "notices",
            "arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:myapp--notices",
            "inputTransformer": {"inputPaths": {"who": "$.detail.userIdentity.arn"}, "inputTemplate": '"<who>"'},
        },
        {
            "deadLetterConfig": {"arn": "arn:aws:sqs:ap-northeast-1:123456789012:dead"},
            "inputTransformer": {"inputPaths": {"when": "$.time"}, "inputTemplate": '"<when>"'},
        },
        {"rule": ("aws:cloudwatch/eventRule:EventRule", "name")},
        import_id="{rule}/{targetId}",
    ),
    "aws:scheduler/scheduleGroup:ScheduleGroup": Example(
        {"name": "myapp--sendgrid--rotation", "tags": {"purpose": "rotation"}},
        {"tags": {"owner": "security"}},
        deletes_twice=False,  # moto's gap, not AWS's
    ),
    "aws:scheduler/schedule:Schedule": Example(
        {
            "name": "sweep",
            "flexibleTimeWindow": {"mode": "OFF"},
            "scheduleExpression": "rate(1 hour)",
            "target": {
                "arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:myapp--sendgrid--rotator",
                "roleArn": "arn:aws:iam::123456789012:role/myapp--sendgrid--scheduler",
                "input": '{"sweep": {}}',
                "retryPolicy": {"maximumEventAgeInSeconds": 3600},
            },
        },
        {"description": "sweeps", "scheduleExpression": "rate(2 hours)", "state": "DISABLED"},
        {"groupName": ("aws:scheduler/scheduleGroup:ScheduleGroup", "name")},
    ),
    "aws:sns/topic:Topic": Example(
        {"name": "myapp--owners", "kmsMasterKeyId": "alias/aws/sns", "tags": {"purpose": "notices"}},
        {"displayName": "keys", "tags": {"owner": "security"}},
    ),
    "aws:sns/topicPolicy:TopicPolicy": Example(
        {"policy": policy("Deny", "sns:Publish", "*")},
        {"policy": policy("Deny", "sns:Subscribe", "*")},
        {"arn": ("aws:sns/topic:Topic", "arn")},
        gone_after_delete=False,
    ),
    "aws:sns/topicSubscription:TopicSubscription": Example(
        {
            "protocol": "email",
            "endpoint": "security@acme.example",
            "filterPolicy": '{"tenant": ["acme"]}',
            "filterPolicyScope": "MessageAttributes",
        },
        {"filterPolicy": '{"tenant": ["acme-eu"]}'},
        {"topic": ("aws:sns/topic:Topic", "arn")},
    ),
    "aws:sqs/queue:Queue": Example(
        {"name": "dead-letters", "messageRetentionSeconds": 60, "sqsManagedSseEnabled": True, "tags": {"a": "b"}},
        {"messageRetentionSeconds": 1_209_600, "tags": {"owner": "security"}},
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Example(
        {"policy": policy("Deny", "sqs:SendMessage", "*")},
        {"policy": policy("Deny", "sqs:ReceiveMessage", "*")},
        {"queueUrl": ("aws:sqs/queue:Queue", "url")},
    ),
    "aws:secretsmanager/secretRotation:SecretRotation": Example(
        {
            "rotateImmediately": False,
            "rotationRules": {"duration": "1h", "scheduleExpression": "cron(0 8 8 * ? *)"},
        },
        {"rotationRules": {"scheduleExpression": "rate(999 days)"}},
        {
            "secretId": ("aws:secretsmanager/secret:Secret", "arn"),
            "rotationLambdaArn": ("aws:lambda/function:Function", "arn"),
        },
        gone_after_delete=False,  # the secret is still there, and tells that nothing renews it
    ),
}
