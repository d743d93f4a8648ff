"""What exists of the audit's tables under the name of a resource whose creation was interrupted; see `lookups`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tenant_keys.recovery import Existing

if TYPE_CHECKING:
    from tenant_keys.cli.lookups import Cloud

Inputs = Mapping[str, Any]


def _database(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    glue, name = cloud.session.client("glue"), inputs["name"]
    glue.get_database(Name=name)
    tags = glue.get_tags(ResourceArn=cloud.names.arn("glue", f"database/{name}"))["Tags"]
    yield Existing(id=f"{cloud.names.account}:{name}", tags=tags)


def _table(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    database, name = inputs["databaseName"], inputs["name"]
    cloud.session.client("glue").get_table(DatabaseName=database, Name=name)
    yield Existing(id=f"{cloud.names.account}:{database}:{name}")


def _workgroup(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    athena, name = cloud.session.client("athena"), inputs["name"]
    try:
        athena.get_work_group(WorkGroup=name)
    except ClientError as error:
        if "not found" in error.response["Error"]["Message"]:  # Athena has no code of its own for it
            return
        raise
    tags = athena.list_tags_for_resource(ResourceARN=cloud.names.arn("athena", f"workgroup/{name}"))["Tags"]
    yield Existing(id=name, tags={each.get("Key", ""): each.get("Value", "") for each in tags})


def _named_query(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    athena = cloud.session.client("athena")
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=inputs["workgroup"])
    for query in (each for page in pages for each in page["NamedQueryIds"]):
        if athena.get_named_query(NamedQueryId=query)["NamedQuery"]["Name"] == inputs["name"]:
            yield Existing(id=query)


AUDIT_LOOKUPS: Mapping[str, Callable[["Cloud", Inputs], Iterator[Existing]]] = {
    "aws:athena/namedQuery:NamedQuery": _named_query,
    "aws:athena/workgroup:Workgroup": _workgroup,
    "aws:glue/catalogDatabase:CatalogDatabase": _database,
    "aws:glue/catalogTable:CatalogTable": _table,
}
