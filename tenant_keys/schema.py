"""`make schema`: the JSON schema of a tenant's entry, for editors; kept in the repository and current by a test."""

import json
from pathlib import Path

from tenant_keys.settings import TenantSettings

PATH = Path(__file__).parent.parent / "schemas" / "tenant.schema.json"


def schema_text() -> str:
    """The schema of one entry under `tenants` in a stack file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TenantSettings.model_json_schema()}
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(schema_text(), encoding="utf-8")
