"""A Glue table of log objects: which objects are in its projected partitions, and the rows that they hold."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.athena.columns import ColumnType, TypeNotKnownError, fitted, read_type

_SERDE = "org.apache.hive.hcatalog.data.JsonSerDe"
_INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_DAYS = {"yyyy/MM/dd": r"\d{4}/\d{2}/\d{2}"}
_PLACE = re.compile(r"\\\$\\\{(\w+)\\\}")


class TableNotKnownError(Exception):
    """A table that the sandbox can't read; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: its columns, and the pattern that an object's address matches, with a group for each partition."""

    database: str
    name: str
    columns: Mapping[str, ColumnType]
    partitions: tuple[str, ...]
    bucket: str
    addresses: re.Pattern[str]

    def rows(self, address: str, content: bytes) -> Iterator[dict[str, object]]:
        """Yield the rows of an object."""
        found = self.addresses.match(address)
        assert found is not None, "only objects of the table's partitions are read"
        for record in json.loads(gzip.decompress(content))["Records"]:
            named = {str(name).lower(): value for name, value in record.items()}
            values = {name: fitted(named.get(name), of) for name, of in self.columns.items()}
            yield {**values, **found.groupdict(), "$path": address}


def read_table(described: Mapping[str, Any]) -> Table:
    """Read a table as Glue describes it.

    Raises:
        TableNotKnownError: It is no table of CloudTrail's log objects with projected partitions.
    """
    name, storage = described["Name"], described.get("StorageDescriptor", {})
    parameters: Mapping[str, str] = described.get("Parameters", {})
    form = (storage.get("SerdeInfo", {}).get("SerializationLibrary"), storage.get("InputFormat"))
    if form != (_SERDE, _INPUT_FORMAT):
        raise TableNotKnownError(f"HIVE_UNKNOWN_ERROR: the sandbox reads no table {name} of the form {form}")
    if parameters.get("projection.enabled") != "true":
        raise TableNotKnownError(f"the sandbox reads only projected partitions, and the table {name} projects none")
    partitions = tuple(each["Name"] for each in described.get("PartitionKeys", []))
    template = parameters.get("storage.location.template", "")
    if not template.startswith(storage["Location"]):
        raise TableNotKnownError(f"the partitions of {name} at {template} are not below {storage['Location']}")
    try:
        columns = {each["Name"]: read_type(each["Type"]) for each in storage["Columns"]}
    except TypeNotKnownError as error:
        raise TableNotKnownError(str(error)) from error
    return Table(
        database=described["DatabaseName"],
        name=name,
        columns=columns,
        partitions=partitions,
        bucket=template.removeprefix("s3://").partition("/")[0],
        addresses=_addresses(template, parameters, partitions, name),
    )


def _addresses(
    template: str, parameters: Mapping[str, str], partitions: tuple[str, ...], table: str
) -> re.Pattern[str]:
    """The pattern of addresses in a table's partitions; what no partition covers is not seen, as on AWS."""

    def values(place: re.Match[str]) -> str:
        name = place[1]
        match parameters.get(f"projection.{name}.type"):
            case "enum":
                listed = parameters[f"projection.{name}.values"].split(",")
                pattern = "|".join(re.escape(each) for each in listed)
            case "date" if parameters.get(f"projection.{name}.format") in _DAYS:
                pattern = _DAYS[parameters[f"projection.{name}.format"]]
            case other:
                raise TableNotKnownError(f"the sandbox does not know the projection {other} of {name} in {table}")
        return f"(?P<{name}>{pattern})"

    pattern = _PLACE.sub(values, re.escape(template))
    missing = set(partitions) ^ set(re.compile(pattern).groupindex)
    if missing:
        raise TableNotKnownError(f"the template of {table} and its partitions differ in {', '.join(sorted(missing))}")
    return re.compile(pattern)
