"""What the adapters share whose issuer is described in the settings; and the probe, if it is described too."""

from collections.abc import Mapping
from datetime import timedelta

from rotation_lambda.contracts import Place, Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.adapter import UNDOCUMENTED_SETTLING, Adapter
from rotation_lambda.issuers.call_template import filled, key_words, place_words
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

_CALLS = ("create", "register", "list", "delete", "probe")


class Described(Adapter):
    """An issuer whose calls are sections of the options. Its host is the base URL of the settings, and nothing else."""

    @classmethod
    def problems(cls, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
        """Also what the sections say together."""
        wrong = super().problems(base_url, options)
        return wrong or [
            OptionProblem(
                where=f"options.{name}",
                what="has both 'json' and 'form'",
                why="A call has one body",
                do="Keep the one that the issuer's documents show.",
            )
            for name in _CALLS
            if {"json", "form"} <= section(options, name).keys()
        ]

    def _probed(self, place: Place, value: ApiKeyValue) -> Probe:
        """Tries `value` as the section `probe` says."""
        given = section(self._options, "probe")
        call = self._filled(
            given,
            Call(
                action="trying a key",
                method="GET",
                path="",
                changes=False,
                expects=statuses(given, "refused", 401),
            ),
            {**place_words(place), "id": value.api_key_id or ""},
            key_words(value.api_key_id or "", value.api_key),
        )
        reply = self._send(call)
        if reply.status >= 400:
            return self._not_valid(value)
        self._succeeded(call, reply)
        expected = {"account": place.account, "id": value.api_key_id}
        for name, text in expected.items():
            if name in given and text is not None and self._text(call, reply, str(given[name])) != text:
                return Probe.REFUSED
        return Probe.VALID

    def _filled(
        self, given: Mapping[str, object], call: Call, words: Mapping[str, str], sealed: Mapping[str, Sealed]
    ) -> Call:
        made = filled(given, call, words, sealed)
        if made is None:
            raise IssuerRefusedError(
                f"{self.name}: {call.action}: a word of the path {given['path']} is empty, or can't stand in a path. "
                "If it is the account, look at the tag issuer-account; if the id, put the key in with its apiKeyId."
            )
        return made

    def _succeeded(self, call: Call, reply: Reply) -> Reply:
        """The reply, unless it holds an error although its status says success."""
        if "failed" not in self._options:
            return reply
        pointer = str(self._options["failed"])
        if reply.status != 204 and reply.document is None:
            raise self._undocumented(call, "it is no JSON")
        if at(reply.document, pointer):
            raise self._undocumented(call, f"there is an error at {pointer}")
        return reply


def probe_problems(options: Mapping[str, object]) -> list[OptionProblem]:
    """What is wrong with a described probe: one that can't tell tenants apart must say that it can't."""
    probe = section(options, "probe")
    tells = {"account", "id", "anyAccount"} & probe.keys() or "{account}" in str(probe)
    if not probe or tells:
        return []
    problem = OptionProblem(
        where="options.probe",
        what="names neither 'account' nor 'id', and {account} stands nowhere in it",
        why="Another tenant's key would pass for this one's",
        do="Name one of them, or write 'anyAccount: true' if the issuer can't tell.",
    )
    return [problem]


def section(options: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A section of the options; empty if it is not there."""
    found = options.get(name)
    return found if isinstance(found, Mapping) else {}


def statuses(given: Mapping[str, object], name: str, usual: int) -> frozenset[int]:
    """The HTTP statuses that an option lists, or the usual one."""
    found = given.get(name)
    return frozenset(found) if isinstance(found, list) else frozenset({usual})


def settling(options: Mapping[str, object]) -> timedelta:
    """How long a new key may be refused at first."""
    given = options.get("settlesWithinSeconds")
    return timedelta(seconds=given) if isinstance(given, int) else UNDOCUMENTED_SETTLING


def most_keys(options: Mapping[str, object]) -> int | None:
    """How many keys one account may hold."""
    given = options.get("mostKeys")
    return given if isinstance(given, int) else None
