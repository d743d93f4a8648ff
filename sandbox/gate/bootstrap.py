"""Fills the declared accounts with their first users and roles, and reads the file that declares them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from moto.backends import get_backend

from sandbox.authoriser import PolicyKind
from sandbox.gate.moto_state import PARTITION
from sandbox.gate.stored_policies import read_policy

POLICY_NAME = "first"


@dataclass(frozen=True, kw_only=True)
class AccountSpec:
    """An account: its users as name to policy, its roles as name to trust policy and policy, all JSON texts."""

    id: str
    users: Mapping[str, str]
    roles: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """A user's key."""

    access_key_id: str
    secret_access_key: str


def read_accounts(path: Path) -> tuple[AccountSpec, ...]:
    """Read the accounts file.

    `{"accounts": [{"id", "users": [{"name", "policy"}], "roles": [{"name", "trust", "policy"}]}]}`, where a policy
    and a trust policy are documents. Raises `KeyError` for what is left out, and `ValueError` if it is not JSON.
    """
    return tuple(
        AccountSpec(
            id=account["id"],
            users={user["name"]: json.dumps(user["policy"]) for user in account.get("users", [])},
            roles={
                role["name"]: (json.dumps(role["trust"]), json.dumps(role["policy"]))
                for role in account.get("roles", [])
            },
        )
        for account in json.loads(path.read_text())["accounts"]
    )


def register(accounts: Iterable[AccountSpec]) -> dict[str, AccessKey]:
    """Create the users, each with one access key, and the roles; return the keys by `account/user`."""
    keys: dict[str, AccessKey] = {}
    for account in accounts:
        iam = get_backend("iam")[account.id][PARTITION]
        for name, policy in account.users.items():
            read_policy(policy, f"the policy of user {name} in the accounts file", PolicyKind.IDENTITY)
            iam.create_user(region_name="us-east-1", user_name=name)
            iam.put_user_policy(name, POLICY_NAME, policy)
            key = iam.create_access_key(name)
            keys[f"{account.id}/{name}"] = AccessKey(
                access_key_id=key.access_key_id, secret_access_key=key.secret_access_key
            )
        for name, (trust, policy) in account.roles.items():
            read_policy(trust, f"the trust policy of role {name} in the accounts file", PolicyKind.TRUST)
            read_policy(policy, f"the policy of role {name} in the accounts file", PolicyKind.IDENTITY)
            iam.create_role(
                role_name=name,
                assume_role_policy_document=trust,
                path="/",
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration="3600",
            )
            iam.put_role_policy(name, POLICY_NAME, policy)
    return keys
