"""Calls that the settings describe: a method, a path, headers and a body, with words in braces.

`{account}`, `{tenant}`, `{key}`, `{name}` and `{id}` stand for what the call is about; `{admin}`, `{adminBasic}`,
`{apiKey}` and `{apiKeyBasic}` for credentials.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from rotation_lambda.contracts import Place
from rotation_lambda.http_reply import Call
from rotation_lambda.issuers.account import path_part
from rotation_lambda.issuers.adapter import FORM, as_form, as_json
from rotation_lambda.issuers.options import fill
from rotation_lambda.redaction import Sealed


def place_words(place: Place) -> dict[str, str]:
    """What the words for a place stand for."""
    return {"account": place.account, "tenant": place.tenant, "key": place.key}


def admin_words(admin: Sealed) -> dict[str, Sealed]:
    """What the words for the admin credential stand for; for basic authentication it is `user:password`."""
    return {"admin": admin, "adminBasic": _in_base64(admin.open())}


def key_words(key_id: str, api_key: Sealed) -> dict[str, Sealed]:
    """What the words for a key stand for; in basic authentication its id is the user."""
    return {"apiKey": api_key, "apiKeyBasic": _in_base64(f"{key_id}:{api_key.open()}")}


def filled(
    given: Mapping[str, object], call: Call, words: Mapping[str, str], sealed: Mapping[str, Sealed]
) -> Call | None:
    """`call` with the method, path, query, headers and body of `given`; None if a word can't stand in its path.

    Args:
        given: A section of the settings, without problems.
        call: What else there is to the call.
        words: What the words in braces stand for.
        sealed: The same for words that are credentials.
    """
    path = str(given["path"])
    parts = {name: path_part(text) for name, text in words.items() if f"{{{name}}}" in path}
    if None in parts.values():
        return None
    everything = {**words, **{name: text.open() for name, text in sealed.items()}}
    made = replace(
        call,
        method=str(given.get("method", call.method)),
        path=str(fill(path, {name: str(part) for name, part in parts.items()})),
        query=texts(given.get("query"), words),
        headers={name: Sealed(text) for name, text in texts(given.get("headers"), everything).items()},
    )
    if "form" in given:
        return replace(made, body=as_form(texts(given["form"], everything)), content_type=FORM)
    return replace(made, body=as_json(fill(given["json"], everything))) if "json" in given else made


def texts(template: object, words: Mapping[str, str]) -> dict[str, str]:
    """A filled object of texts; an empty one for no template."""
    full = fill(template, words)
    return {str(name): str(text) for name, text in full.items()} if isinstance(full, Mapping) else {}


def _in_base64(text: str) -> Sealed:
    return Sealed(b64encode(text.encode()).decode())
