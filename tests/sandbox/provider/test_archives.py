"""Code as an input: what is deployed is what the program made, and any difference between the two is found."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from sandbox.provider.archives import Archive, ArchiveError, read_archive
from sandbox.provider.values import decode, encode
from tenant_keys.code_archive import digest, zip_bytes
from tests.sandbox.provider.driver import Plugin, make, urn_of
from tests.sandbox.provider.examples import ZIPS

FUNCTION = "aws:lambda/function:Function"
URN = urn_of(FUNCTION)
ONE, TWO = (digest(content) for content in ZIPS.values())


def elided(inputs: dict[str, Any]) -> dict[str, Any]:
    """What the engine shows when it asks what differs: of an archive, nothing that can be read."""
    return {name: value for name, value in inputs.items() if name != "code"}


def in_aws(aws: Callable[[str], Any], name: str) -> str:
    code: str = aws("lambda").get_function(FunctionName=name)["Configuration"]["CodeSha256"]
    return code


def test_an_archive_survives_the_way_to_the_engine_and_back() -> None:
    assert decode(encode({"code": Archive("build/one.zip")})) == {"code": Archive("build/one.zip")}


def test_aws_has_the_bytes_of_the_zip(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    name, state, _ = make(plugin, FUNCTION)
    assert state["codeSha256"] == in_aws(aws, name) == ONE


def test_another_digest_is_a_change_of_code(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    name, state, inputs = make(plugin, FUNCTION)
    assert not plugin.diff(URN, elided(state), elided(inputs)).changes
    inputs = {**inputs, "code": Archive("two.zip"), "codeSha256": TWO}
    assert plugin.diff(URN, elided(state), elided(inputs)).diffs == ["codeSha256"]
    assert plugin.update(URN, name, state, inputs)["codeSha256"] == in_aws(aws, name) == TWO


def test_a_change_of_something_else_leaves_the_code_alone(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    name, state, inputs = make(plugin, FUNCTION)
    plugin.update(URN, name, state, {**inputs, "code": Archive("two.zip"), "description": "renews"})
    assert in_aws(aws, name) == ONE


def test_code_changed_behind_pulumis_back_is_found_and_repaired(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    name, state, inputs = make(plugin, FUNCTION)
    stranger = zip_bytes({"package/handler.py": b"def handle(event, context): print(event)"})
    aws("lambda").update_function_code(FunctionName=name, ZipFile=stranger)
    _, found, _ = plugin.read(URN, name, elided(state), elided(inputs))
    answer = plugin.diff(URN, found, elided(inputs))
    assert answer.diffs == ["codeSha256"], "whoever changes a rotator's code reads every key"
    assert plugin.update(URN, name, found, inputs)["codeSha256"] == in_aws(aws, name) == ONE


def test_a_digest_of_something_else_is_a_difference_for_ever(plugin: Plugin) -> None:
    name, state, inputs = make(plugin, FUNCTION)
    inputs = {**inputs, "codeSha256": TWO}
    after = plugin.update(URN, name, state, inputs)
    assert plugin.diff(URN, elided(after), elided(inputs)).diffs == ["codeSha256"], "as with the real provider"


def test_code_without_a_digest_is_refused_since_its_changes_would_go_unnoticed(plugin: Plugin) -> None:
    _, failures = plugin.check(URN, {"code": Archive("one.zip"), "role": "r"})
    assert list(failures) == ["code"]
    assert "needs 'codeSha256' beside it" in failures["code"]


def test_a_file_that_is_not_there_is_named(plugin: Plugin) -> None:
    name, state, inputs = make(plugin, FUNCTION)
    with pytest.raises(ArchiveError, match=r"the archive gone\.zip can't be read: No such file"):
        plugin.update(URN, name, state, {**inputs, "code": Archive("gone.zip"), "codeSha256": TWO})


@pytest.mark.parametrize(
    "archive",
    [
        pulumi.AssetArchive({"a.py": pulumi.StringAsset("a")}),
        pulumi.RemoteArchive("https://a.example/x.zip"),
        pulumi.FileArchive("folder"),
        pulumi.FileArchive("code.tar.gz"),
    ],
)
def test_an_archive_of_another_form_is_refused(archive: pulumi.Archive) -> None:
    with pytest.raises(ArchiveError, match="the sandbox serves"):
        read_archive(archive)
