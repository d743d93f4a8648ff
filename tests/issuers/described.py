"""Issuers that are described in the settings, as a stack file would do it."""

import json
from typing import Any

ANY_ISSUER: dict[str, Any] = json.loads("""
{
  "headers": {"Authorization": "Bearer {admin}"},
  "create": {
    "path": "/v1/accounts/{account}/keys", "json": {"label": "{name}"},
    "apiKey": "/data/token", "id": "/data/id", "extra": {"region": "/data/region"}
  },
  "list": {
    "path": "/v1/accounts/{account}/keys", "items": "/data", "id": "/id", "name": "/label", "created": "/made",
    "next": {"pointer": "/next", "parameter": "from"}
  },
  "delete": {"path": "/v1/accounts/{account}/keys/{id}", "gone": [410]},
  "probe": {
    "path": "/v1/me", "headers": {"X-Api-Key": "{apiKey}"}, "refused": [403],
    "account": "/me/account", "id": "/me/key"
  },
  "failed": "/error",
  "mostKeys": 30
}
""")

AUTHORIZATION_SERVER: dict[str, Any] = json.loads("""
{
  "shape": "store-first",
  "overlap": true,
  "token": {"path": "/token", "scope": "read"},
  "headers": {"Authorization": "Bearer {admin}"},
  "register": {"path": "/clients/{account}/secrets", "json": {"secret": "{apiKey}", "label": "{name}"}},
  "list": {
    "path": "/clients/{account}/secrets", "items": "/secrets", "id": "/id", "name": "/label", "created": "/created"
  },
  "delete": {"path": "/clients/{account}/secrets/{id}"},
  "failed": "/error",
  "mostKeys": 3
}
""")
