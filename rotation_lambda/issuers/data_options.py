"""The options with which the settings describe an issuer that has no adapter of its own."""

from rotation_lambda.issuers.options import Kind, Option

PLACE_WORDS = frozenset({"account", "tenant", "key"})
ADMIN_WORDS = frozenset({"admin", "adminBasic"})
KEY_WORDS = frozenset({"apiKey", "apiKeyBasic"})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def call_options(words: frozenset[str] = frozenset(), sealed: frozenset[str] = frozenset()) -> dict[str, Option]:
    """The options of one call: `words` may stand in all its texts, `sealed` in headers and bodies only.

    Addresses are written into logs on the way, so no credential can stand in one.
    """
    known, all_known = PLACE_WORDS | words, PLACE_WORDS | words | sealed
    return {
        "method": Option(kind=Kind.TEXT, choices=METHODS, means="The HTTP method."),
        "path": Option(kind=Kind.PATH, words=known, required=True, means="The path after the base URL."),
        "query": Option(kind=Kind.TEXT_MAP, words=known, means="What stands behind the path's question mark."),
        "headers": Option(kind=Kind.HEADERS, words=all_known, means="Headers of this call."),
        "json": Option(kind=Kind.OBJECT, words=all_known, means="A JSON body."),
        "form": Option(kind=Kind.TEXT_MAP, words=all_known, means="A form as body, instead of 'json'."),
    }


CREATE = Option(
    kind=Kind.SECTION,
    means="How a key is made (POST).",
    parts=call_options(frozenset({"name"}), ADMIN_WORDS)
    | {
        "apiKey": Option(kind=Kind.POINTER, required=True, means="Where the reply holds the credential."),
        "id": Option(kind=Kind.POINTER, required=True, means="Where the reply holds the id that deletes it."),
        "extra": Option(kind=Kind.POINTERS, means="What else of the reply to keep with it."),
    },
)
REGISTER = Option(
    kind=Kind.SECTION,
    means="How the issuer is told a secret that we chose (POST); repeating it must change nothing, or give 'list'.",
    parts=call_options(frozenset({"name"}), ADMIN_WORDS | KEY_WORDS),
)
_NEXT = Option(
    kind=Kind.SECTION,
    means="For lists whose reply tells how to go on.",
    parts={
        "pointer": Option(kind=Kind.POINTER, required=True, means="Where the reply holds the cursor."),
        "parameter": Option(kind=Kind.TEXT, required=True, means="The query parameter that takes it."),
    },
)
_PAGES = Option(
    kind=Kind.SECTION,
    means="For lists with numbered pages.",
    parts={
        "parameter": Option(kind=Kind.TEXT, required=True, means="The query parameter of the number."),
        "first": Option(kind=Kind.NUMBER, most=1, required=True, means="The number of the first page."),
        "size": Option(kind=Kind.NUMBER, least=1, required=True, means="How many entries fill a page."),
    },
)
LIST = Option(
    kind=Kind.SECTION,
    means="How the keys are listed (GET).",
    parts=call_options(sealed=ADMIN_WORDS)
    | {
        "items": Option(kind=Kind.POINTER, required=True, means="Where the reply holds the list."),
        "id": Option(kind=Kind.POINTER, required=True, means="Where an entry holds its id."),
        "name": Option(kind=Kind.POINTER, required=True, means="Where an entry holds its name, or a secret of ours."),
        "created": Option(kind=Kind.POINTER, means="Where an entry holds its date; else its name tells its age."),
        "next": _NEXT,
        "pages": _PAGES,
    },
)
DELETE = Option(
    kind=Kind.SECTION,
    means="How a key is deleted (DELETE).",
    parts=call_options(frozenset({"id"}), ADMIN_WORDS)
    | {"gone": Option(kind=Kind.NUMBERS, least=400, most=499, means="Statuses that say it is gone already (404).")},
)
PROBE = Option(
    kind=Kind.SECTION,
    means="How a key is tried (GET), without any effect.",
    parts=call_options(frozenset({"id"}), KEY_WORDS)
    | {
        "refused": Option(kind=Kind.NUMBERS, least=400, most=499, means="Statuses that say that it is wrong (401)."),
        "account": Option(kind=Kind.POINTER, means="Where the reply holds the account, to compare with the tag."),
        "id": Option(kind=Kind.POINTER, means="Where the reply holds the key's id, to compare with the value's."),
        "anyAccount": Option(kind=Kind.FLAG, means="True if nothing tells one tenant's key from another's."),
    },
)
HEADERS = Option(
    kind=Kind.HEADERS,
    words=PLACE_WORDS | ADMIN_WORDS,
    means="Headers of every call but the probe; {admin} is the admin credential, {adminBasic} the same in base64.",
)
FAILED = Option(kind=Kind.POINTER, means="Where a reply holds an error although its status says success.")
SETTLES = Option(kind=Kind.NUMBER, most=3600, means="Seconds in which a new key may be refused at first (60).")
MOST_KEYS = Option(kind=Kind.NUMBER, least=1, means="How many keys one account may hold.")
