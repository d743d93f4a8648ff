"""Code as an input: what is deployed is what lies on disk, and any difference between the two is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from sandbox.provider.archives import Archive, ArchiveError, read_archive
from sandbox.provider.values import decode, encode
from tenant_keys.code_archive import digest, zip_bytes
from tests.sandbox.provider.driver import Plugin, make, urn_of

FUNCTION = "aws:lambda/function:Function"
URN = urn_of(FUNCTION)


def of_file(path: Path) -> Archive:
    return Archive((("package/handler.py", "path", str(path)),))


@pytest.fixture
def handler(tmp_path: Path) -> Path:
    path = tmp_path / "handler.py"
    path.write_text("def handle(event, context): ...")
    return path


def deployed(plugin: Plugin, handler: Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A function whose code is the file `handler`."""
    name, state, inputs = make(plugin, FUNCTION)
    inputs = checked(plugin, inputs, handler)
    return name, plugin.update(URN, name, state, inputs), inputs


def checked(plugin: Plugin, inputs: dict[str, Any], handler: Path) -> dict[str, Any]:
    """What the engine asks for, when the program's code is the file as it is now."""
    now, failures = plugin.check(URN, {**inputs, "code": of_file(handler)}, inputs)
    assert not failures
    return now


def elided(inputs: dict[str, Any]) -> dict[str, Any]:
    """What the engine shows when it asks what differs: of an archive, nothing that can be read."""
    return {name: value for name, value in inputs.items() if name != "code"}


def test_an_archive_survives_the_way_to_the_engine_and_back(handler: Path) -> None:
    archive = Archive((("a.py", "text", "a"), ("b.py", "path", str(handler))))
    assert decode(encode({"code": archive})) == {"code": archive}


def test_the_zip_of_the_files_is_what_aws_has(plugin: Plugin, aws: Callable[[str], Any], handler: Path) -> None:
    name, state, _ = deployed(plugin, handler)
    expected = digest(zip_bytes({"package/handler.py": handler.read_bytes()}))
    assert state["codeSha256"] == expected
    assert aws("lambda").get_function(FunctionName=name)["Configuration"]["CodeSha256"] == expected


def test_other_content_of_the_same_file_is_a_change(plugin: Plugin, handler: Path) -> None:
    name, state, inputs = deployed(plugin, handler)
    assert not plugin.diff(URN, elided(state), elided(inputs)).changes
    handler.write_text("def handle(event, context): return 1")
    inputs = checked(plugin, inputs, handler)
    assert plugin.diff(URN, elided(state), elided(inputs)).diffs == ["code"], "the path is the same, the code is not"
    foreseen = plugin.update(URN, name, state, inputs, preview=True)
    after = plugin.update(URN, name, state, inputs)
    assert foreseen["codeSha256"] == after["codeSha256"] != state["codeSha256"]


def test_code_changed_behind_pulumis_back_is_found_and_repaired(
    plugin: Plugin, aws: Callable[[str], Any], handler: Path
) -> None:
    name, state, inputs = deployed(plugin, handler)
    stranger = zip_bytes({"package/handler.py": b"def handle(event, context): print(event)"})
    aws("lambda").update_function_code(FunctionName=name, ZipFile=stranger)
    _, found, _ = plugin.read(URN, name, elided(state), elided(inputs))
    assert plugin.diff(URN, found, elided(inputs)).diffs == ["code"], "whoever changes a rotator's code reads every key"
    assert plugin.update(URN, name, found, inputs)["codeSha256"] == state["codeSha256"]


def test_a_file_that_is_not_there_is_named(plugin: Plugin, tmp_path: Path) -> None:
    gone = of_file(tmp_path / "gone.py")
    with pytest.raises(ArchiveError, match=r"'package/handler\.py' of an archive can't be read from .*gone\.py"):
        plugin.check(URN, {"code": gone, "role": "r"})


@pytest.mark.parametrize(
    "archive",
    [
        pulumi.AssetArchive({"inner": pulumi.FileArchive("folder")}),
        pulumi.AssetArchive({"remote.py": pulumi.RemoteAsset("https://a.example/x.py")}),
        pulumi.AssetArchive({}),
        pulumi.FileArchive("folder"),
    ],
)
def test_an_archive_of_another_form_is_refused(archive: pulumi.Archive) -> None:
    with pytest.raises(ArchiveError, match="the sandbox serves"):
        read_archive(archive)
