"""The engine's exported state: what is read of it, what is written back, and the file of an import."""

import copy
from typing import Any

from tenant_keys.recovery import import_file, read_state, without

PARENT = "urn:pulumi:dev::tenant-keys::tenantkeys:index:TenantSecret::acme--external-api-key"
PROVIDER = "urn:pulumi:dev::tenant-keys::tenantkeys:index:Environment$pulumi:providers:aws::dev"
SECRET = f"{PARENT.replace('::acme', '$aws:secretsmanager/secret:Secret::acme')}"
TRAIL = "urn:pulumi:dev::tenant-keys::tenantkeys:index:AuditTrail$aws:cloudtrail/trail:Trail::audit"


def pending(urn: str) -> dict[str, Any]:
    return {
        "type": "creating",
        "resource": {
            "urn": urn,
            "custom": True,
            "parent": PARENT,
            "provider": f"{PROVIDER}::0a1b",
            "inputs": {"name": "/saas/myapp/tenant-acme/external-api-key"},
        },
    }


EXPORT: dict[str, Any] = {
    "version": 3,
    "deployment": {
        "manifest": {"time": "now"},
        "resources": [{"urn": PARENT}, {"urn": PROVIDER, "id": "0a1b"}],
        "pending_operations": [pending(SECRET), pending(TRAIL)],
    },
}


def test_a_state_is_read_with_its_pending_operations() -> None:
    state = read_state(EXPORT)
    assert state.ids == {"0a1b"}, "a component has no id"
    assert state.id_of(PROVIDER) == "0a1b"
    assert [each.type for each in state.pending] == ["aws:secretsmanager/secret:Secret", "aws:cloudtrail/trail:Trail"]
    first = state.pending[0]
    assert (first.kind, first.name, first.in_aws) == ("creating", "acme--external-api-key", True)
    assert first.inputs["name"].endswith("/external-api-key")


def test_a_stack_that_was_never_up_has_an_empty_state() -> None:
    empty: list[dict[str, Any]] = [{}, {"deployment": None}, {"deployment": {"resources": None}}]
    for export in empty:
        state = read_state(export)
        assert (state.resources, state.pending) == ((), ())


def test_only_the_records_that_are_settled_are_dropped_and_all_else_stays() -> None:
    before = copy.deepcopy(EXPORT)
    left = without(EXPORT, {SECRET})
    assert [each["resource"]["urn"] for each in left["deployment"]["pending_operations"]] == [TRAIL]
    assert {**left["deployment"], "pending_operations": None} == {**before["deployment"], "pending_operations": None}
    assert before == EXPORT, "the export that was read is not changed"


def test_an_import_names_parent_and_provider_as_the_create_would_have_had_them() -> None:
    secret = read_state(EXPORT).pending[0]
    file = import_file([(secret, "arn:of-the-secret")])
    assert file["resources"] == [
        {
            "type": "aws:secretsmanager/secret:Secret",
            "name": "acme--external-api-key",
            "id": "arn:of-the-secret",
            "parent": PARENT,
            "provider": PROVIDER,
        }
    ]
    assert file["nameTable"] == {PARENT: PARENT, PROVIDER: PROVIDER}
