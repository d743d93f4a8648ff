"""How a value comes in: on standard input or at a hidden prompt. Never as an argument, which every process can see."""

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tenant_keys.cli.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import PutSecretValueResponseTypeDef

# Secrets Manager API reference, PutSecretValue, SecretString.
_MOST_BYTES = 65_536

StripNewline = Annotated[
    bool, typer.Option("--strip-newline", help="Drop one line end after the value, as `echo` adds it.")
]


def told_of(version: "PutSecretValueResponseTypeDef") -> dict[str, object]:
    """What may be told of a version that was written: where, which and when."""
    return {
        "secret": version["ARN"],
        "versionId": version["VersionId"],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def read_value(prompt: str, *, strip_newline: bool) -> str:
    """The value from standard input, or from a hidden prompt where that is a terminal.

    Raises:
        CommandError: It is empty, no text, too long, or ends in a line end that is not to be dropped.
    """
    if sys.stdin.isatty():
        return _checked(getpass.getpass(prompt), strip_newline=strip_newline)
    try:
        text = sys.stdin.buffer.read(_MOST_BYTES + len("\r\n") + 1).decode("utf-8")
    except UnicodeDecodeError:
        raise CommandError("the value is not UTF-8 text. An API key is text; nothing was written.") from None
    return _checked(text, strip_newline=strip_newline)


def _checked(text: str, *, strip_newline: bool) -> str:
    value = text.removesuffix("\n").removesuffix("\r") if strip_newline else text
    if not value.strip():
        raise CommandError("the value is empty. Give it on standard input or at the prompt; nothing was written.")
    if value.endswith(("\n", "\r")):
        raise CommandError(
            "the value ends in a line end, which is rarely part of a key and would make the issuer refuse it. Send it "
            "without (`printf %s`), or pass --strip-newline to drop it; nothing was written."
        )
    if len(value.encode("utf-8")) > _MOST_BYTES:
        raise CommandError(f"the value has more than {_MOST_BYTES} bytes, which Secrets Manager refuses.")
    return value
