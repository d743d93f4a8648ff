"""Reads what moto holds, as frozen records. All that the gate knows of moto's insides is in this file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from moto.backends import get_backend
from moto.kms.models import Key
from moto.s3.models import s3_backends
from moto.secretsmanager.models import FakeSecret

PARTITION = "aws"
_KMS_ARN = re.compile(r"arn:aws:kms:[a-z0-9-]+:(?P<account>\d{12}):(?:key/)?(?P<name>[^:]+)")
AWS_MANAGED_KEY = "alias/aws/secretsmanager"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A user or a role: its policies as (name, document), its tags, and for a role its trust policy."""

    arn: str
    policies: tuple[tuple[str, str], ...]
    tags: Mapping[str, str]
    trust: str = ""
    longest_session: int = 3600


@dataclass(frozen=True, kw_only=True)
class Session:
    """An assumed role's session. `expires` has no time zone; it is UTC."""

    arn: str
    role_arn: str
    token: str
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret; `kms_key` is empty for the key that AWS manages. `versions`: id to staging labels."""

    arn: str
    account: str
    kms_key: str
    policy: str
    tags: Mapping[str, str]
    deleted: bool
    rotation_function: str
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class KmsKey:
    """A KMS key."""

    arn: str
    account: str
    policy: str
    tags: Mapping[str, str]
    enabled: bool
    spec: str
    usage: str
    origin: str
    multi_region: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket and its owner."""

    account: str
    policy: str
    tags: Mapping[str, str]


class MotoState:
    """moto's memory, for the declared accounts only: no other account exists, whatever an ARN says.

    Whoever reads or changes it holds `lock`: moto's backends are not made for several threads.
    """

    def __init__(self, accounts: Iterable[str]) -> None:
        self.accounts = frozenset(accounts)
        self.lock = RLock()

    def user_of_key(self, access_key: str) -> tuple[str, Identity] | None:
        """Return the account and the user that an active access key belongs to."""
        for account in self.accounts:
            backend = get_backend("iam")[account][PARTITION]
            for user in backend.users.values():
                if any(k.access_key_id == access_key and k.status == "Active" for k in user.access_keys):
                    return account, self._user(account, user.name)
        return None

    def session_of_key(self, access_key: str) -> tuple[str, Session] | None:
        """Return the account and the session that a temporary access key belongs to, expired or not."""
        for account in self.accounts:
            found = get_backend("sts")[account][PARTITION].get_assumed_role_from_access_key(access_key)
            if found is not None:
                return account, Session(
                    arn=found.arn, role_arn=found.role_arn, token=found.session_token, expires=found.expiration
                )
        return None

    def newest_session_key(self, account: str) -> str:
        """Return the access key of the session that was made last in an account."""
        return get_backend("sts")[account][PARTITION].assumed_roles[-1].access_key_id

    def role(self, arn: str) -> Identity | None:
        """Return a role by its ARN."""
        account = _account_of(arn)
        if account not in self.accounts:
            return None
        for role in get_backend("iam")[account][PARTITION].roles.values():
            if role.arn == arn:
                attached = [(p.name, _default_document(p)) for p in role.managed_policies.values()]
                return Identity(
                    arn=arn,
                    policies=(*role.policies.items(), *attached),
                    tags={tag["Key"]: tag["Value"] for tag in role.tags or []},
                    trust=role.assume_role_policy_document,
                    longest_session=int(role.max_session_duration or 3600),
                )
        return None

    def role_named(self, account: str, name: str) -> Identity | None:
        """Return a role by its name; names know no case."""
        for role in get_backend("iam")[account][PARTITION].roles.values():
            if role.name.lower() == name.lower():
                return self.role(role.arn)
        return None

    def user_arn(self, account: str, name: str) -> str | None:
        """Return a user's ARN, with its path."""
        user = get_backend("iam")[account][PARTITION].users.get(name)
        return user.arn if user else None

    def secret(self, account: str, region: str, secret_id: str) -> Secret | None:
        """Return a secret by its name or ARN; an ARN is looked up in the account that it names."""
        owner = _account_of(secret_id) if secret_id.startswith("arn:") else account
        if owner not in self.accounts:
            return None
        found = get_backend("secretsmanager")[owner][region].secrets
        return _secret(found[secret_id], owner) if secret_id in found else None

    def secrets(self, account: str, region: str) -> Iterator[Secret]:
        """Return all secrets of an account in a region."""
        for found in get_backend("secretsmanager")[account][region].secrets.values():
            yield _secret(found, account)

    def kms_key(self, account: str, region: str, key_id: str) -> KmsKey | None:
        """Return a KMS key by its id, ARN, alias or alias ARN."""
        named = _KMS_ARN.fullmatch(key_id)
        owner, name = (named["account"], named["name"]) if named else (account, key_id)
        if owner not in self.accounts:
            return None
        backend = get_backend("kms")[owner][region]
        for key in backend.keys.values():
            if name == key.id or name in key.aliases:
                tags: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(key.id)
                return _kms_key(key, owner, tags)
        return None

    def bucket(self, name: str) -> Bucket | None:
        """Return a bucket, whoever owns it."""
        _, account = s3_backends.bucket_accounts.get(name, ("", ""))
        if account not in self.accounts:
            return None
        backend = s3_backends[account][PARTITION]
        bucket = backend.buckets[name]
        policy = bucket.policy.decode() if bucket.policy else ""
        tags: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(bucket.arn)
        return Bucket(account=account, policy=policy, tags=tags)

    def _user(self, account: str, name: str) -> Identity:
        backend = get_backend("iam")[account][PARTITION]
        user = backend.users[name]
        holders = [user, *backend.get_groups_for_user(name)]
        inline = [pair for holder in holders for pair in holder.policies.items()]
        attached = [(p.name, _default_document(p)) for h in holders for p in h.managed_policies.values()]
        tags = {tag["Key"]: tag["Value"] for tag in backend.list_user_tags(name)}
        return Identity(arn=user.arn, policies=(*inline, *attached), tags=tags)


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else ""  # noqa: PLR2004 - the account is an ARN's fifth part


def _default_document(policy: object) -> str:
    """Return the document of a managed policy's default version."""
    versions = getattr(policy, "versions", [])
    return next(str(version.document) for version in versions if version.is_default)


def _secret(found: object, account: str) -> Secret:
    secret = found if isinstance(found, FakeSecret) else getattr(found, "source", None)
    assert isinstance(secret, FakeSecret)
    own_key = secret.kms_key_id and not secret.kms_key_id.endswith(AWS_MANAGED_KEY)
    return Secret(
        arn=secret.arn,
        account=account,
        kms_key=str(secret.kms_key_id) if own_key else "",
        policy=secret.policy or "",
        tags={tag["Key"]: tag["Value"] for tag in secret.tags or []},
        deleted=secret.is_deleted(),
        rotation_function=secret.rotation_lambda_arn or "",
        versions={name: tuple(version["version_stages"]) for name, version in secret.versions.items()},
    )


def _kms_key(key: Key, account: str, tags: Mapping[str, str]) -> KmsKey:
    return KmsKey(
        arn=key.arn,
        account=account,
        policy=key.policy,
        tags=tags,
        enabled=key.key_state == "Enabled",
        spec=key.key_spec,
        usage=key.key_usage,
        origin=key.origin,
        multi_region=bool(key.multi_region),
        aliases=tuple(key.aliases),
    )
