"""Glue's Data Catalog: an operation on a table asks for the catalog, the database and the table, each by its ARN.

From "Actions, resources, and condition keys for AWS Glue" in the Service Authorization Reference, and "Specifying AWS
Glue resource ARNs" in the Glue Developer Guide. Databases and tables only; the sandbox's Athena reads no other.
"""

from collections.abc import Iterable, Mapping

from sandbox.gate import moto_targets
from sandbox.gate.errors import Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import Check, Operation, Questions, Service, names_of, request_tags, resource_tags


def table_checks(operation: Operation, action: str, database: str, table: str = "") -> Iterable[Check]:
    """Ask for an action on a database or on a table of it, all the way from the catalog down."""
    parts = ["catalog", f"database/{database}", *([f"table/{database}/{table}"] if table else [])]
    for part in parts:
        yield operation.check(action, _arn(operation, part))


def _arn(operation: Operation, resource: str) -> str:
    return f"arn:aws:glue:{operation.region}:{operation.account}:{resource}"


def _input(operation: Operation, name: str) -> Mapping[str, object]:
    given = operation.parameters.get(name)
    return given if isinstance(given, Mapping) else {}


def _refuse_other_catalogs(operation: Operation) -> None:
    if operation.text("CatalogId") not in ("", operation.account):
        raise unknown_to_the_sandbox(f"glue:{operation.name} in the catalog of {operation.text('CatalogId')}")


def _tags(operation: Operation, name: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in _input(operation, name).items()}


def _database(operation: Operation) -> Iterable[Check]:
    name = operation.text("Name") or str(_input(operation, "DatabaseInput").get("Name", ""))
    yield from table_checks(operation, f"glue:{operation.name}", name)
    if operation.name == "DeleteDatabase":
        for kind in ("table", "userDefinedFunction"):
            yield operation.check("glue:DeleteDatabase", _arn(operation, f"{kind}/{name}/*"))
    tags = _tags(operation, "Tags")
    if tags:
        arn = _arn(operation, f"database/{name}")
        yield operation.check("glue:TagResource", arn, context=request_tags(tags))


def _table(operation: Operation) -> Iterable[Check]:
    name = operation.text("Name") or str(_input(operation, "TableInput").get("Name", ""))
    yield from table_checks(operation, f"glue:{operation.name}", operation.text("DatabaseName"), name)


def _tag(operation: Operation) -> Iterable[Check]:
    arn = operation.text("ResourceArn")
    context = {
        **request_tags(_tags(operation, "TagsToAdd"), names_of(operation.parameters.get("TagsToRemove"))),
        **resource_tags(moto_targets.glue_tags(operation.account, operation.region, arn)),
    }
    yield operation.check(f"glue:{operation.name}", arn, context=context)


_OF_DATABASES = ("CreateDatabase", "DeleteDatabase", "GetDatabase", "UpdateDatabase")
_OF_TABLES = ("CreateTable", "DeleteTable", "GetTable", "UpdateTable")

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_OF_DATABASES, _database),
    **dict.fromkeys(_OF_TABLES, _table),
    **dict.fromkeys(("GetTags", "TagResource", "UntagResource"), _tag),
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="glue.amazonaws.com",
    target_prefix="AWSGlue",
    operations=_OPERATIONS,
    rules=dict.fromkeys((*_OF_DATABASES, *_OF_TABLES), (_refuse_other_catalogs,)),
)
