"""What moto 5.2.5's Athena lacks: changing a workgroup, deleting a named query, and saying that something is not there.

`fill` adds it to moto itself, so that whoever talks to moto without the gate finds it too.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.athena.models import AthenaBackend
from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

_REMOVALS = {
    "RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery",
    "RemoveCustomerContentEncryptionConfiguration": "CustomerContentEncryptionConfiguration",
}


def fill() -> None:
    """Add what is missing to moto, in this process; a second time changes nothing."""
    for response, method in (("update_work_group", _update_work_group), ("delete_named_query", _delete_named_query)):
        setattr(AthenaResponse, response, method)
    setattr(AthenaBackend, "delete_work_group", _delete_work_group)  # noqa: B010 - moto offers no setting for it
    for asked, kind in (("get_work_group", "WorkGroup"), ("get_named_query", "NamedQuery")):
        setattr(AthenaBackend, asked, _or_missing(getattr(AthenaBackend, asked), f"{kind} is not found."))


def _or_missing(ask: Callable[[Any, str], Any], message: str) -> Callable[[Any, str], Any]:
    if getattr(ask, "tells_what_is_missing", False):
        return ask

    def told(backend: Any, name: str) -> Any:  # noqa: ANN401 - moto's own
        found = ask(backend, name)
        if found is None:
            raise JsonRESTError("InvalidRequestException", message)
        return found

    told.tells_what_is_missing = True  # type: ignore[attr-defined] - so that a second `fill` changes nothing
    return told


def _update_work_group(response: Any) -> str:  # noqa: ANN401 - moto's own
    name = response._get_param("WorkGroup")  # noqa: SLF001 - moto offers no other way
    response.athena_backend.get_work_group(name)
    group = response.athena_backend.work_groups[name]
    changes = response._get_param("ConfigurationUpdates") or {}  # noqa: SLF001 - same
    results = changes.pop("ResultConfigurationUpdates", {})
    for flag, member in _REMOVALS.items():
        if changes.pop(flag, False):
            group.configuration.pop(member, None)
    group.configuration.update(changes)
    for member in ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner"):
        if results.get(f"Remove{member}"):
            group.configuration.get("ResultConfiguration", {}).pop(member, None)
        if member in results:
            group.configuration.setdefault("ResultConfiguration", {})[member] = results[member]
    for member, attribute in (("Description", "description"), ("State", "state")):
        told = response._get_param(member)  # noqa: SLF001 - same
        if told is not None:
            setattr(group, attribute, told)
    return json.dumps({})


def _delete_named_query(response: Any) -> str:  # noqa: ANN401 - moto's own
    query = response._get_param("NamedQueryId")  # noqa: SLF001 - moto offers no other way
    response.athena_backend.get_named_query(query)
    del response.athena_backend.named_queries[query]
    return json.dumps({})


def _delete_work_group(backend: Any, name: str) -> None:  # noqa: ANN401 - moto's own
    backend.get_work_group(name)
    group = backend.work_groups.pop(name)
    backend.tagger.delete_all_tags_for_resource(group.arn)
    for query in [each.id for each in backend.named_queries.values() if each.workgroup is group]:
        del backend.named_queries[query]
