import json

import jsonschema
import pytest

from tenant_keys.schema import PATH, schema_text
from tests.recording import stack_settings


def test_the_schema_in_the_repository_is_the_one_that_the_settings_make() -> None:
    assert PATH.read_text() == schema_text(), "run `make schema`"


def test_the_schema_accepts_the_tenants_of_the_stack_files() -> None:
    schema = json.loads(schema_text())
    for stack in ("dev", "prod"):
        for tenant in stack_settings(stack)["tenants"].values():
            jsonschema.validate(tenant, schema)


@pytest.mark.parametrize(
    "tenant",
    [
        {},
        {"owner": "nobody"},
        {"owner": "a@b.example", "kees": {}},
        {"owner": "a@b.example", "store": "drawer"},
        {"owner": "a@b.example", "keys": {"api-key": {"rotate": "weekly"}}},
        {"owner": "a@b.example", "keys": {"api-key": {"grace": "5"}}},
        {"owner": "a@b.example", "keys": {"api-key": {"value": "x"}}},
    ],
)
def test_an_editor_marks_what_the_program_refuses(tenant: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tenant, json.loads(schema_text()))
