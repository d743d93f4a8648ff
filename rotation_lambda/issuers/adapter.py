"""What all adapters share: how they are built, and the checks before a call and after it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Traits
from rotation_lambda.errors import CapReachedError, IssuerError, IssuerRefusedError, WrongSecretError
from rotation_lambda.http_client import HttpClient, origin
from rotation_lambda.http_reply import Call, Reply, in_doubt
from rotation_lambda.issuers.account import AccountForm, path_part
from rotation_lambda.issuers.admin import AdminCredential
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.key_age import age_by_date, age_by_name
from rotation_lambda.issuers.options import Option, OptionProblem, OptionsRefusedError, option_problems
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

FORM = "application/x-www-form-urlencoded"
LONGEST_NAME = 64  # Twilio, "Key resource v1": FriendlyName; the shortest limit of all issuers here
MOST_PAGES = 200
UNDOCUMENTED_SETTLING = timedelta(minutes=1)  # for issuers that don't say; it only delays the word "refused"


class Adapter:
    """An issuer's API behind the contract. An adapter overrides what its shape needs.

    Attributes:
        name: As the settings name it.
        hosts: The documented base URLs by region; the first one is the default. Empty for issuers whose host is the
            customer's own: the settings must then give it.
        described: The options that the settings may give.
        admin_fields: The fields of the admin credential; empty if none is needed.
        account: What the tag issuer-account names.
        longest_name: Characters of a key's name.
        endpoint: The base URL that this one calls, without a slash at its end.
        traits: What the protocol must know of the issuer.
    """

    name: str = ""
    hosts: Mapping[str, str] = {}
    described: Mapping[str, Option] = {}
    admin_fields: tuple[str, ...] = ("apiKey",)
    account: AccountForm = AccountForm(means="an account", required=False)
    longest_name: int = LONGEST_NAME
    traits: Traits

    def __init__(
        self,
        *,
        base_url: str | None,
        options: Mapping[str, object],
        admin: Callable[[], Sealed],
        http: HttpClient,
        clock: Callable[[], datetime],
    ) -> None:
        """Checks the settings; calls nothing.

        Args:
            base_url: The settings' base URL instead of a documented one; None for the documented one.
            options: The settings' options for this issuer.
            admin: Reads the admin credential's secret.
            http: Makes the calls.
            clock: Our time, in UTC.

        Raises:
            OptionsRefusedError: The settings can't be used.
        """
        wrong = self.problems(base_url, options)
        if wrong:
            raise OptionsRefusedError(f"{self.name}: " + " ".join(map(str, wrong)))
        self.traits = self.traits_for(options)
        self.endpoint = self._address(base_url, options).rstrip("/")
        self._where = origin(self.name, self.endpoint, from_settings=base_url is not None)
        self._options = options
        self._admin = AdminCredential(self.name, admin, self.admin_fields_for(options))
        self._http = http
        self._clock = clock

    @classmethod
    def problems(cls, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
        """All that is wrong with an issuer's settings; empty if an adapter can be built from them."""
        wrong = option_problems(options, cls.described)
        if wrong:
            return wrong
        try:
            origin(cls.name, cls._address(base_url, options), from_settings=base_url is not None)
        except ValueError:
            problem = OptionProblem(
                where="baseUrl",
                what="is not an https address without user, query and fragment" if base_url else "is missing",
                why="Credentials go there, so it is never guessed and never read from a secret",
                do="Write the address of your account at this issuer, such as 'https://example.okta.com'.",
            )
            return [problem]
        return []

    @classmethod
    def traits_for(cls, options: Mapping[str, object]) -> Traits:
        """What the protocol must know of the issuer that `options` describe; the same for all, if it has an adapter."""
        return cls.traits

    @classmethod
    def admin_fields_for(cls, options: Mapping[str, object]) -> tuple[str, ...]:
        """The fields of the admin credential that `options` need; the same for all, if the issuer has an adapter."""
        return cls.admin_fields

    @classmethod
    def _address(cls, base_url: str | None, options: Mapping[str, object]) -> str:
        region = str(options.get("region", next(iter(cls.hosts), "")))
        return base_url or cls.hosts.get(region, "")

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Not in this shape."""
        raise self._never("its credentials are not minted")

    def register(self, place: Place, value: ApiKeyValue) -> None:
        """Not in this shape."""
        raise self._never("it is told no credentials that we chose")

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """Nothing, where the issuer keeps no list."""
        return ()

    def revoke(self, place: Place, key_id: str) -> None:
        """Not in this shape."""
        raise self._never("it lets nobody revoke a credential")

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Every adapter has its own."""
        raise NotImplementedError

    def _never(self, why: str) -> IssuerError:
        return IssuerRefusedError(f"{self.name}: {why}.")

    def _send(self, call: Call) -> Reply:
        return self._http.send(self._where, call)

    def _account(self, place: Place) -> str:
        """The place's account as a part of a path."""
        return self._part(self._checked_account(place), "the account of the tag issuer-account")

    def _checked_account(self, place: Place) -> str:
        problem = self.account.problem(place.account)
        if problem:
            raise WrongSecretError(f"{self.name}: the secret of tenant {place.tenant}: {problem}")
        return place.account

    def _checked(self, name: str) -> str:
        if not 0 < len(name) <= self.longest_name:
            raise IssuerRefusedError(
                f"{self.name}: a key's name has 1 to {self.longest_name} characters, not {len(name)}."
            )
        return name

    def _id(self, key_id: str) -> str:
        """A key's id as a part of a path."""
        return self._part(key_id, "a key's id")

    def _part(self, text: str, what: str) -> str:
        part = path_part(text)
        if part is None:
            raise IssuerRefusedError(f"{self.name}: {what} is empty or holds characters that can't stand in a path.")
        return part

    def _gone(self, call: Call, reply: Reply) -> None:
        """A key was deleted, or was gone already; any other reply leaves it in doubt."""
        if reply.status not in {204, 404}:
            raise self._undocumented(call, f"HTTP {reply.status} is neither 204 nor 404")

    def _not_valid(self, value: ApiKeyValue) -> Probe:
        """What a refusal of `value` means: a new one may need its time to settle."""
        settling = value.minted_at is not None and self._clock() - value.minted_at < self.traits.settles_within
        return Probe.NOT_YET if settling else Probe.REFUSED

    def _text(self, call: Call, reply: Reply, pointer: str) -> str:
        """A text or a number that a reply must hold."""
        found = at(reply.document, pointer)
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            return str(found)
        raise self._undocumented(call, f"{pointer} is missing")

    def _items(self, call: Call, reply: Reply, pointer: str) -> list[object]:
        """A list that a reply must hold: an error in its place must not look like an empty list."""
        found = at(reply.document, pointer)
        if isinstance(found, list):
            return found
        raise self._undocumented(call, f"there is no list at {pointer or 'the top'}")

    def _undocumented(self, call: Call, what: str) -> IssuerError:
        return in_doubt(call, f"{self.name}: {call.action}: the reply is not as documented: {what}.")

    def _pages(self, call: Call, following: Callable[[Reply], Mapping[str, str]]) -> Iterator[Reply]:
        """The replies to `call`, as long as `following` says with which query the next page is asked for."""
        page = call
        for _ in range(MOST_PAGES):
            reply = self._send(page)
            yield reply
            more = following(reply)
            if not more:
                return
            page = replace(call, query={**call.query, **more})
        raise IssuerRefusedError(f"{self.name}: {call.action}: there are more than {MOST_PAGES} pages.")

    def _issued(self, reply: Reply, *, key_id: object, name: object, created: object) -> IssuedKey:
        """An entry of a list; its age is by the issuer's clock, from its date, else from the end of its name."""
        now = reply.date or self._clock()
        text = name if isinstance(name, str) else ""
        age = age_by_date(created, now)
        return IssuedKey(id=str(key_id), name=text, age=age_by_name(text, now) if age is None else age)

    def _ours(self, place: Place, keys: Iterable[IssuedKey]) -> Sequence[IssuedKey]:
        if not place.name_prefix:
            raise WrongSecretError(f"{self.name}: without a prefix of names, every key would look like ours.")
        return [key for key in keys if key.name.startswith(place.name_prefix)]

    def _cap(self, live: int, cap: int) -> CapReachedError | None:
        if live < cap:
            return None
        return CapReachedError(
            f"{self.name}: the account holds {live} keys, and {cap} is the most. Delete keys that nobody uses, or give "
            "the tenants accounts of their own."
        )


def as_json(document: object) -> Sealed:
    """A JSON body."""
    return Sealed(json.dumps(document))


def as_form(fields: Mapping[str, str]) -> Sealed:
    """A form body (application/x-www-form-urlencoded)."""
    return Sealed(urlencode(fields))
