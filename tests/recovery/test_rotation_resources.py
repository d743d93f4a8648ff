"""What a recovery decides about what rotation makes: permissions with ids of their own, KMS keys of no tenant."""

from tenant_keys import naming
from tenant_keys.recovery import Action, Existing, Pending, State, decide

TAGS = naming.tags(app="myapp", environment="dev")
AUDIT, ISSUER = (
    "urn:pulumi:dev::tenant-keys::aws:kms/key:Key::audit",
    "urn:pulumi:dev::tenant-keys::aws:kms/key:Key::sendgrid",
)


def creating(urn: str, **inputs: object) -> Pending:
    return Pending(urn=urn, kind="creating", inputs=inputs)


def test_an_import_names_what_pulumi_import_takes_where_that_is_not_the_id() -> None:
    urn = "urn:pulumi:dev::tenant-keys::aws:lambda/permission:Permission::sendgrid"
    made = Existing(id="Rotates", import_id="myapp--sendgrid--rotator/Rotates")
    (row,) = decide(State(pending=(creating(urn),)), {urn: (made,)}, TAGS)
    assert (row.action, row.id) == (Action.IMPORT, "myapp--sendgrid--rotator/Rotates")


def test_what_the_state_has_under_its_own_id_is_not_taken_for_another() -> None:
    urn = "urn:pulumi:dev::tenant-keys::aws:lambda/permission:Permission::sendgrid"
    made = Existing(id="Rotates", import_id="myapp--sendgrid--rotator/Rotates")
    (row,) = decide(State(resources=((urn, "Rotates"),), pending=(creating(urn),)), {urn: (made,)}, TAGS)
    assert row.action is Action.CLEAR


def test_kms_keys_of_no_tenant_are_told_apart_by_their_purpose() -> None:
    pending = (
        creating(AUDIT, tags=naming.purpose_tags("audit")),
        creating(ISSUER, tags=naming.purpose_tags("issuer-sendgrid")),
    )
    made = (
        Existing(id="of-the-trail", tags={**TAGS, **naming.purpose_tags("audit")}),
        Existing(id="of-the-issuer", tags={**TAGS, **naming.purpose_tags("issuer-sendgrid")}),
    )
    rows = decide(State(pending=pending), dict.fromkeys((AUDIT, ISSUER), made), TAGS)
    assert [(row.action, row.id) for row in rows] == [
        (Action.IMPORT, "of-the-trail"),
        (Action.IMPORT, "of-the-issuer"),
    ], "both are in flight when a first up is killed"
