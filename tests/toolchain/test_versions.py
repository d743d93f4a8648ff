import pytest

from toolchain.versions import PULUMI, Version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.258.0", Version(3, 258, 0)),
        ("v3.258.0\n", Version(3, 258, 0)),
        ("1.26", Version(1, 26, 0)),
        ("3.300.1+dirty", Version(3, 300, 1)),
        ("3.258.0-alpha.x1", Version(3, 258, 0, final=False)),
        ("1.26rc2", Version(1, 26, 0, final=False)),
    ],
)
def test_a_version_is_read_as_the_tools_print_it(text: str, version: Version) -> None:
    assert Version.parse(text) == version


@pytest.mark.parametrize("text", ["", "v", "3", "devel", "command not found", "3.258.0 or so", "3.258.0.1"])
def test_anything_else_is_not_a_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a version number"):
        Version.parse(text)


@pytest.mark.parametrize(
    ("text", "serves"),
    [
        ("3.258.0", True),
        ("3.258.1", True),
        ("3.1000.0", True),
        ("3.259.0-alpha.1", True),
        ("3.257.9", False),
        ("3.99.0", False),
        ("3.258.0-alpha.1", False),
        ("2.300.0", False),
        ("4.0.0", False),
    ],
)
def test_compatible_is_the_same_major_version_and_not_older(text: str, *, serves: bool) -> None:
    assert Version.parse(text).serves(PULUMI) is serves
