"""What becomes of each operation that a killed `up` left pending."""

from collections.abc import Mapping, Sequence

import pytest

from tenant_keys.recovery import KMS_KEY, Action, Existing, Pending, Row, State, decide, unclaimed

ENVIRONMENT = {"app": "myapp", "environment": "dev", "managed-by": "tenant-keys"}
OF_ACME = {**ENVIRONMENT, "tenant": "acme"}
OF_GLOBEX = {**ENVIRONMENT, "tenant": "globex"}
SECRET = "aws:secretsmanager/secret:Secret"
ARN = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:/saas/myapp/tenant-acme/external-api-key-AbCdEf"


def urn(type_: str, name: str = "acme") -> str:
    return f"urn:pulumi:dev::tenant-keys::tenantkeys:index:Tenant${type_}::{name}"


def creating(type_: str = SECRET, *, tenant: str = "acme") -> Pending:
    return Pending(urn=urn(type_, tenant), kind="creating", inputs={"tags": {"tenant": tenant}})


def decided(
    pending: Pending,
    found: Sequence[Existing] | None,
    resources: Mapping[str, str] | None = None,
) -> Row:
    state = State(resources=tuple((resources or {}).items()), pending=(pending,))
    (row,) = decide(state, {pending.urn: found}, ENVIRONMENT)
    return row


def test_what_aws_has_and_the_state_has_not_is_imported_by_its_id() -> None:
    row = decided(creating(), [Existing(id=ARN, tags=OF_ACME)])
    assert (row.action, row.id) == (Action.IMPORT, ARN)


def test_what_never_reached_aws_is_cleared() -> None:
    assert decided(creating(), []).action is Action.CLEAR


@pytest.mark.parametrize(
    "tags",
    [{}, {**OF_ACME, "environment": "prod"}, OF_GLOBEX, ENVIRONMENT],
    ids=["untagged", "of another environment", "of another tenant", "of no tenant"],
)
def test_what_carries_other_tags_was_not_made_by_the_killed_run(tags: dict[str, str]) -> None:
    row = decided(creating(), [Existing(id=ARN, tags=tags)])
    assert row.action is Action.BY_HAND
    assert "Find out whose it is" in row.why


def test_a_type_without_tags_of_its_own_is_imported_by_its_name_alone() -> None:
    assert decided(creating("aws:kms/alias:Alias"), [Existing(id="alias/x")]).action is Action.IMPORT


def test_a_secret_whose_deletion_is_scheduled_is_left_to_a_person_with_the_way_out() -> None:
    row = decided(creating(), [Existing(id=ARN, tags=OF_ACME, obstacle="restore it first")])
    assert (row.action, row.why) == (Action.BY_HAND, "restore it first")


def test_a_type_that_nobody_can_look_up_is_left_to_a_person() -> None:
    row = decided(creating("aws:new/thing:Thing"), None)
    assert row.action is Action.BY_HAND
    assert "aws:new/thing:Thing" in row.why


@pytest.mark.parametrize("kind", ["updating", "deleting"])
def test_an_interrupted_change_of_something_known_is_settled_by_a_refresh(kind: str) -> None:
    pending = Pending(urn=urn(SECRET), kind=kind)
    assert decided(pending, [], {pending.urn: ARN}).action is Action.REFRESH


def test_a_record_of_the_engine_itself_is_cleared_without_a_look_at_aws() -> None:
    component = Pending(urn=urn("tenantkeys:index:TenantSecret"), kind="creating", custom=False)
    assert decided(component, None).action is Action.CLEAR


def test_a_create_that_a_later_run_finished_is_cleared() -> None:
    pending = creating()
    row = decided(pending, [Existing(id=ARN, tags=OF_ACME)], {pending.urn: ARN})
    assert (row.action, row.id) == (Action.CLEAR, ARN)


def test_a_replacement_that_both_exist_for_is_left_to_a_person() -> None:
    pending = creating("aws:iam/role:Role")
    row = decided(pending, [Existing(id="new", tags=OF_ACME)], {pending.urn: "old"})
    assert (row.action, row.id) == (Action.BY_HAND, "new")


def test_one_pending_create_twice_in_the_state_is_decided_once() -> None:
    state = State(pending=(creating(), creating()))
    assert len(decide(state, {creating().urn: []}, ENVIRONMENT)) == 1


def test_a_kms_key_is_told_from_others_by_tenant_and_by_what_the_state_has() -> None:
    keys = [
        Existing(id="of-globex", tags=OF_GLOBEX),
        Existing(id="of-the-trail", tags=ENVIRONMENT),
        Existing(id="in-the-state", tags=OF_ACME),
        Existing(id="lost", tags=OF_ACME),
    ]
    row = decided(creating(KMS_KEY), keys, {"urn:pulumi:dev::p::t::other": "in-the-state"})
    assert (row.action, row.id) == (Action.IMPORT, "lost")


def test_a_tenants_kms_key_is_not_taken_for_the_trails_which_belongs_to_no_tenant() -> None:
    trail = Pending(urn=urn(KMS_KEY, "audit"), kind="creating")
    assert decided(trail, [Existing(id="of-acme", tags=OF_ACME)]).action is Action.CLEAR
    assert decided(trail, [Existing(id="of-acme", tags=OF_ACME), Existing(id="its", tags=ENVIRONMENT)]).id == "its"


def test_of_two_kms_keys_the_one_with_the_alias_is_meant() -> None:
    keys = [Existing(id="bare", tags=OF_ACME), Existing(id="named", tags=OF_ACME, alias="alias/saas/myapp/tenant-acme")]
    assert decided(creating(KMS_KEY), keys).id == "named"


def test_of_two_bare_kms_keys_none_is_guessed() -> None:
    row = decided(creating(KMS_KEY), [Existing(id="one", tags=OF_ACME), Existing(id="two", tags=OF_ACME)])
    assert row.action is Action.BY_HAND
    assert "one, two" in row.why


def test_a_kms_key_that_neither_the_state_nor_an_import_has_is_unclaimed() -> None:
    pending = creating(KMS_KEY, tenant="acme")
    state = State(resources=(("urn:of:globex", "of-globex"),), pending=(pending,))
    keys = [
        Existing(id="of-globex", tags=OF_GLOBEX),
        Existing(id="lost", tags=OF_ACME),
        Existing(id="second-of-globex", tags=OF_GLOBEX),
        Existing(id="of-a-tenant-that-left", tags={**ENVIRONMENT, "tenant": "initech"}),
        Existing(id="of-prod", tags={**OF_ACME, "environment": "prod"}),
    ]
    rows = decide(state, {pending.urn: keys}, ENVIRONMENT)
    left = unclaimed(state, rows, keys, ENVIRONMENT, {"acme", "globex"})
    assert [key.id for key in left] == ["second-of-globex"]
