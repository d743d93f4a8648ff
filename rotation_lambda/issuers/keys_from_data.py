"""Keys that are made, listed and deleted as the settings describe it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from rotation_lambda.contracts import IssuedKey, Minted, Place
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.call_template import admin_words, place_words, texts
from rotation_lambda.issuers.described import Described, section, statuses
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

_PERHAPS_FULL = frozenset({400, 402, 403, 409, 422})


class KeysFromData(Described):
    """Makes, lists and deletes keys as the sections `create`, `list` and `delete` of the options say."""

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a key."""
        given = section(self._options, "create")
        call = self._of_the_admin(given, "making a key", place, method="POST", words={"name": self._checked(name)})
        reply = self._brought_in(place, call)
        pointers = section(given, "extra")
        return Minted(
            api_key=Sealed(self._text(call, reply, str(given["apiKey"]))),
            api_key_id=self._text(call, reply, str(given["id"])),
            extra={key: Sealed(self._text(call, reply, str(pointer))) for key, pointer in pointers.items()},
        )

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The keys of the place, over all pages."""
        return self._ours(place, self._entries(place))

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a key."""
        self._id(key_id)
        self._delete(place, key_id)

    def _entries(self, place: Place) -> Sequence[IssuedKey]:
        """All that the list shows, whosoever it is."""
        given = section(self._options, "list")
        call = self._of_the_admin(given, "listing the keys", place, method="GET")
        numbers = count(1)

        def items(reply: Reply) -> list[object]:
            return self._items(call, self._succeeded(call, reply), str(given["items"]))

        def following(reply: Reply) -> Mapping[str, str]:
            return _next_page(given, reply, len(items(reply)), next(numbers))

        return [self._entry(given, reply, each) for reply in self._pages(call, following) for each in items(reply)]

    def _entry(self, given: Mapping[str, object], reply: Reply, entry: object) -> IssuedKey:
        name = self._name_of(at(entry, str(given["name"])))
        created = at(entry, str(given["created"])) if "created" in given else None
        return self._issued(reply, key_id=at(entry, str(given["id"])), name=name, created=created)

    def _name_of(self, label: object) -> object:
        """The name of a key by what the list shows of it."""
        return label

    def _brought_in(self, place: Place, call: Call) -> Reply:
        """Makes a call after which there is one key more; a refusal may mean that there are as many as can be."""
        most = self.traits.most_live
        reply = self._send(call if most is None else replace(call, expects=_PERHAPS_FULL))
        if reply.status < 400:
            return self._succeeded(call, reply)
        full = self._cap(len(self._entries(place)), most) if most and "list" in self._options else None
        raise full or IssuerRefusedError(f"{self.name}: {call.action}: HTTP {reply.status}.")

    def _delete(self, place: Place, key_id: str) -> None:
        given = section(self._options, "delete")
        gone = statuses(given, "gone", 404)
        call = self._of_the_admin(given, "deleting a key", place, method="DELETE", words={"id": key_id})
        call = replace(call, expects=gone, reads=False)
        reply = self._send(call)
        if reply.status not in gone:
            self._succeeded(call, reply)

    def _of_the_admin(
        self,
        given: Mapping[str, object],
        action: str,
        place: Place,
        *,
        method: str,
        words: Mapping[str, str] | None = None,
        sealed: Mapping[str, Sealed] | None = None,
    ) -> Call:
        """A call with the admin credential, as a section describes it."""
        admin = admin_words(self._admin.field("apiKey"))
        known = {**place_words(place), **(words or {})}
        call = Call(action=action, method=method, path="", changes=method != "GET")
        made = self._filled(given, call, known, {**admin, **(sealed or {})})
        everything = {**known, **{name: text.open() for name, text in admin.items()}}
        common = texts(section(self._options, "headers"), everything)
        return replace(made, headers={**{name: Sealed(text) for name, text in common.items()}, **made.headers})


def _next_page(given: Mapping[str, object], reply: Reply, items: int, number: int) -> Mapping[str, str]:
    """The query of the page after the `number`-th one, which holds `items` entries; empty if there is none."""
    pages, cursor = section(given, "pages"), section(given, "next")
    if pages:
        full = items >= int(str(pages["size"]))
        return {str(pages["parameter"]): str(int(str(pages["first"])) + number)} if full else {}
    found = at(reply.document, str(cursor["pointer"])) if cursor else None
    return {str(cursor["parameter"]): str(found)} if isinstance(found, str | int) and found else {}
