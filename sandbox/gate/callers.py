"""Who calls: from the access key of a request to a principal and the identity policies that go with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.authoriser import Policy, PolicyKind, Principal, PrincipalKind
from sandbox.gate.errors import ApiError
from sandbox.gate.moto_state import Identity, MotoState
from sandbox.gate.stored_policies import read_policy
from sandbox.gate.wire import WireRequest


@dataclass(frozen=True, kw_only=True)
class SessionTags:
    """What AssumeRole was told of a session and moto does not keep; transitive tags go on to the next role.

    So does the source identity, once there is one.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    source_identity: str = ""

    @property
    def inherited(self) -> dict[str, str]:
        """The tags that a session assumed from this one starts with."""
        return {key: value for key, value in self.tags.items() if key in self.transitive}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A caller whose key is known. `session_tags` is empty for a user."""

    principal: Principal
    policies: tuple[Policy, ...]
    session_tags: SessionTags = field(default_factory=SessionTags)


class Callers:
    """Knows callers by their access keys, and remembers the session tags that moto forgets."""

    def __init__(self, state: MotoState) -> None:
        self._state = state
        self._session_tags: dict[str, SessionTags] = {}

    def remember(self, access_key: str, tags: SessionTags) -> None:
        """Keep a new session's tags."""
        self._session_tags[access_key] = tags

    def identify(self, wire: WireRequest) -> Caller:
        """Return who signed a request; raises AWS's own errors for unknown keys and for expired sessions."""
        user = self._state.user_of_key(wire.access_key)
        if user is not None and not wire.session_token:
            return _user(*user)
        session = self._session(wire)
        if session is None:
            raise ApiError("UnknownCredentials", "The security token included in the request is invalid.", status=403)
        return session

    def _session(self, wire: WireRequest) -> Caller | None:
        found = self._state.session_of_key(wire.access_key)
        if found is None or found[1].token != wire.session_token:
            return None
        account, session = found
        if session.expires <= datetime.now(UTC).replace(tzinfo=None):
            raise ApiError("ExpiredToken", "The security token included in the request is expired", status=403)
        role = self._state.role(session.role_arn)  # None: deleted since, so no policy speaks for its sessions
        tags = self._session_tags.get(wire.access_key, SessionTags())
        principal = Principal(
            account=account,
            arn=session.arn,
            kind=PrincipalKind.SESSION,
            principal_arn=session.role_arn,
            tags={**(role.tags if role else {}), **tags.tags},
        )
        return Caller(principal=principal, policies=policies_of(role), session_tags=tags)


def _user(account: str, user: Identity) -> Caller:
    principal = Principal(
        account=account, arn=user.arn, kind=PrincipalKind.USER, principal_arn=user.arn, tags=user.tags
    )
    return Caller(principal=principal, policies=policies_of(user))


def policies_of(identity: Identity | None) -> tuple[Policy, ...]:
    """Return the policies of a user or a role; of one that is gone there are none."""
    if identity is None:
        return ()
    return tuple(
        read_policy(document, f"{identity.arn}'s policy {name}", PolicyKind.IDENTITY)
        for name, document in identity.policies
    )
