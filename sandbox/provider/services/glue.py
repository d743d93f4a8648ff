"""AWS Glue: the databases and tables of the Data Catalog."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import Change, Input, Kind, ResourceType, length
from sandbox.provider.services.calls import given, told
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

_GONE = frozenset({"EntityNotFoundException"})
_COLUMN = {
    "name": Field(aws="Name", required=True),
    "type": Field(aws="Type"),
    "comment": Field(aws="Comment"),
    "parameters": Field(aws="Parameters"),
}
_STORAGE = {
    "columns": Field(aws="Columns", computed=True, fields=_COLUMN),
    "inputFormat": Field(aws="InputFormat"),
    "location": Field(aws="Location"),
    "outputFormat": Field(aws="OutputFormat"),
    "serDeInfo": Field(
        aws="SerdeInfo",
        fields={
            "name": Field(aws="Name"),
            "parameters": Field(aws="Parameters"),
            "serializationLibrary": Field(aws="SerializationLibrary"),
        },
    ),
}


def _create_database(aws: Aws, wanted: State) -> str:
    client: GlueClient = aws.client("glue")
    catalog = wanted.get("catalogId") or aws.account
    client.create_database(CatalogId=catalog, DatabaseInput=_database_input(wanted), **given(Tags=wanted["tagsAll"]))
    return f"{catalog}:{wanted['name']}"


def _database_input(wanted: State) -> Any:  # noqa: ANN401 - the stub wants its own dict
    return {
        "Name": wanted["name"],
        **given(
            Description=wanted.get("description"),
            LocationUri=wanted.get("locationUri"),
            Parameters=wanted.get("parameters"),
        ),
    }


def _read_database(aws: Aws, database_id: str, _so_far: State) -> State:
    client: GlueClient = aws.client("glue")
    catalog, name = database_id.split(":")
    found = client.get_database(CatalogId=catalog, Name=name)["Database"]
    arn = f"arn:aws:glue:{aws.region}:{catalog}:database/{name}"
    return {
        "arn": arn,
        "catalogId": catalog,
        "description": told(found.get("Description")),
        "locationUri": told(found.get("LocationUri")),
        "name": found["Name"],
        "parameters": found.get("Parameters") or None,
        "tagsAll": client.get_tags(ResourceArn=arn)["Tags"],
    }


def _update_database(aws: Aws, database_id: str, change: Change) -> None:
    client: GlueClient = aws.client("glue")
    catalog, name = database_id.split(":")
    if change.names - {"tags", "tagsAll"}:
        client.update_database(CatalogId=catalog, Name=name, DatabaseInput=_database_input(change.new))
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(ResourceArn=arn, TagsToRemove=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceArn=arn, TagsToAdd=change.new["tagsAll"])


def _delete_database(aws: Aws, database_id: str, _state: State) -> None:
    client: GlueClient = aws.client("glue")
    catalog, name = database_id.split(":")
    client.delete_database(CatalogId=catalog, Name=name)


def _create_table(aws: Aws, wanted: State) -> str:
    client: GlueClient = aws.client("glue")
    catalog = wanted.get("catalogId") or aws.account
    client.create_table(CatalogId=catalog, DatabaseName=wanted["databaseName"], TableInput=_table_input(wanted))
    return f"{catalog}:{wanted['databaseName']}:{wanted['name']}"


def _table_input(wanted: State) -> Any:  # noqa: ANN401 - the stub wants its own dict
    keys = [to_aws(_COLUMN, each) for each in wanted.get("partitionKeys", [])]
    storage = wanted.get("storageDescriptor")
    return {
        "Name": wanted["name"],
        **given(
            Description=wanted.get("description"),
            Parameters=wanted.get("parameters"),
            PartitionKeys=keys,
            StorageDescriptor=to_aws(_STORAGE, storage) if storage else None,
            TableType=wanted.get("tableType"),
        ),
    }


def _read_table(aws: Aws, table_id: str, _so_far: State) -> State:
    client: GlueClient = aws.client("glue")
    catalog, database, name = table_id.split(":")
    found = client.get_table(CatalogId=catalog, DatabaseName=database, Name=name)["Table"]
    storage: Any = found.get("StorageDescriptor", {})
    return {
        "arn": f"arn:aws:glue:{aws.region}:{catalog}:table/{database}/{name}",
        "catalogId": catalog,
        "databaseName": database,
        "description": told(found.get("Description")),
        "name": found["Name"],
        "parameters": found.get("Parameters") or None,
        "partitionKeys": [from_aws(_COLUMN, each) for each in found.get("PartitionKeys", [])] or None,
        "storageDescriptor": from_aws(_STORAGE, storage) or None,
        "tableType": found.get("TableType"),
    }


def _update_table(aws: Aws, table_id: str, change: Change) -> None:
    client: GlueClient = aws.client("glue")
    catalog, database, _ = table_id.split(":")
    client.update_table(CatalogId=catalog, DatabaseName=database, TableInput=_table_input(change.new))


def _delete_table(aws: Aws, table_id: str, _state: State) -> None:
    client: GlueClient = aws.client("glue")
    catalog, database, name = table_id.split(":")
    client.delete_table(CatalogId=catalog, DatabaseName=database, Name=name)


def _name(value: object) -> str | None:
    """Take what Glue takes: no capitals, for it would make small letters of them without a word."""
    if re.fullmatch(r"[^A-Z]{1,255}", str(value)):
        return None
    return f"must be 1 to 255 characters without capitals, got {value!r}"


DATABASE = ResourceType(
    pulumi_type="aws:glue/catalogDatabase:CatalogDatabase",
    source="internal/service/glue/catalog_database.go",
    inputs={
        "catalogId": Input(replace=True, computed=True),
        "description": Input(rule=length(0, 2048)),
        "locationUri": Input(computed=True),
        "name": Input(replace=True, computed=True, rule=_name),
        "parameters": Input(kind=Kind.MAP),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn",),
    unserved=frozenset({"createTableDefaultPermissions", "federatedDatabase", "region", "targetDatabase"}),
    gone=_GONE,
    create=_create_database,
    read=_read_database,
    update=_update_database,
    delete=_delete_database,
)

TABLE = ResourceType(
    pulumi_type="aws:glue/catalogTable:CatalogTable",
    source="internal/service/glue/catalog_table.go",
    inputs={
        "catalogId": Input(replace=True, computed=True),
        "databaseName": Input(required=True, replace=True),
        "description": Input(rule=length(0, 2048)),
        "name": Input(replace=True, computed=True, rule=_name),
        "parameters": Input(kind=Kind.MAP, computed=True),
        "partitionKeys": Input(kind=Kind.BLOCKS, shape=_COLUMN),
        "storageDescriptor": Input(kind=Kind.BLOCK, computed=True, shape=_STORAGE),
        "tableType": Input(),
    },
    outputs=("arn",),
    unserved=frozenset(
        {
            "openTableFormatInput",
            "owner",
            "partitionIndices",
            "region",
            "retention",
            "targetTable",
            "viewDefinition",
            "viewExpandedText",
            "viewOriginalText",
        }
    ),
    gone=_GONE,
    create=_create_table,
    read=_read_table,
    update=_update_table,
    delete=_delete_table,
)

RESOURCE_TYPES = (DATABASE, TABLE)
