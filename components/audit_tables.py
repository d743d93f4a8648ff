"""`AuditTables`: the trail's log files as a table, and the workgroup in which auditors ask Athena about them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.answers_bucket import AnswersBucket, AnswersBucketArgs
from tenant_keys.audit.athena import table
from tenant_keys.audit.athena.statements import statement
from tenant_keys.naming import logical_name, partition
from tenant_keys.settings import Settings

_GIB = 2**30
_DAYS = "First and last day of log files (2026/03/01)"
_SPAN = "since, until (TIMESTAMP '2026-03-01 00:00:00')"
# By the end of their names: what they tell and ask for, the question that picks the events, the one put to these.
QUERIES: Mapping[str, tuple[str, str, str]] = {
    "tenant": (
        f"Events of one tenant. {_DAYS}, tenant, key twice (empty for all), {_SPAN}",
        "about_tenant",
        "all_events",
    ),
    "everyone": (f"Sums per tenant, principal and day. {_DAYS}, {_SPAN}", "about_all", "totals"),
    "marked": (f"What was refused or is unusual, of all tenants. {_DAYS}, {_SPAN}", "about_all", "marked"),
    "principal": (
        f"Events of one principal. {_DAYS}, its ARN twice, the ARN and a slash, {_SPAN}",
        "about_principal",
        "all_events",
    ),
}


@dataclass(frozen=True, kw_only=True)
class AuditTablesArgs:
    """The settings of the environment, and the KMS key of its trail."""

    settings: Settings
    kms_key_arn: pulumi.Input[str]


class AuditTables(pulumi.ComponentResource):
    """A Glue table with projected partitions, an Athena workgroup with a limit, and named queries; nothing crawls."""

    def __init__(self, name: str, args: AuditTablesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:AuditTables", name, None, opts)
        self._name, self._settings, self._names = name, args.settings, args.settings.names
        bucket = AnswersBucket(
            logical_name(name, "answers"),
            AnswersBucketArgs(settings=args.settings, kms_key_arn=args.kms_key_arn),
            pulumi.ResourceOptions(parent=self),
        )
        database = aws.glue.CatalogDatabase(
            name,
            name=self._names.audit_database(),
            description=f"The audit trail of {args.settings.app}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._table(database)
        workgroup = self._workgroup(bucket, args.kms_key_arn)
        self._queries(database, workgroup)
        self.register_outputs({"workgroup": workgroup.name, "database": database.name})

    def _table(self, database: aws.glue.CatalogDatabase) -> None:
        names = self._names
        aws.glue.CatalogTable(
            self._name,
            name=names.audit_table(),
            database_name=database.name,
            description="CloudTrail's records, one a row",
            table_type="EXTERNAL_TABLE",
            parameters=table.projection(names, table.REGIONS[partition(names.region)]),
            partition_keys=[
                aws.glue.CatalogTablePartitionKeyArgs(name=each, type="string") for each in table.PARTITIONS
            ],
            storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
                columns=[
                    aws.glue.CatalogTableStorageDescriptorColumnArgs(name=each, type=kind)
                    for each, kind in table.COLUMNS.items()
                ],
                location=table.location(names),
                input_format=table.INPUT_FORMAT,
                output_format=table.OUTPUT_FORMAT,
                ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(serialization_library=table.SERDE),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _workgroup(self, bucket: AnswersBucket, kms_key_arn: pulumi.Input[str]) -> aws.athena.Workgroup:
        return aws.athena.Workgroup(
            self._name,
            name=self._names.audit_workgroup(),
            description=f"Auditors of {self._settings.app} ask who touched which tenant's key",
            configuration=aws.athena.WorkgroupConfigurationArgs(
                bytes_scanned_cutoff_per_query=self._settings.athena_scan_limit_gib * _GIB,
                # or whoever asks could send the answer elsewhere, unencrypted
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                result_configuration=aws.athena.WorkgroupConfigurationResultConfigurationArgs(
                    output_location=bucket.bucket_name.apply(lambda bucket_name: f"s3://{bucket_name}/"),
                    expected_bucket_owner=self._settings.account,
                    encryption_configuration=aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs(
                        encryption_option="SSE_KMS", kms_key_arn=kms_key_arn
                    ),
                ),
            ),
            # a workgroup that was asked something is not empty to Athena
            force_destroy=not self._settings.protect,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _queries(self, database: aws.glue.CatalogDatabase, workgroup: aws.athena.Workgroup) -> None:
        for end, (description, about, then) in QUERIES.items():
            aws.athena.NamedQuery(
                logical_name(self._name, end),
                name=logical_name(self._names.audit_workgroup(), end),
                description=description,
                database=database.name,
                workgroup=workgroup.name,
                query=statement(self._names, about, then),
                opts=pulumi.ResourceOptions(parent=self),
            )
