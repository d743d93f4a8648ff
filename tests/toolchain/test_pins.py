"""The versions in this repository agree, and its command words are all listed."""

import re
import subprocess
from pathlib import Path

from toolchain.go_build import PROGRAMS
from toolchain.versions import GO, PULUMI

ROOT = Path(__file__).parents[2]


def test_requirements_pin_the_version_of_the_command() -> None:
    pins = re.findall(r"^pulumi==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pins == [str(PULUMI)], "the command and the package speak one release's protocol"


def test_go_mod_pins_the_version_of_the_command_and_the_go_it_needs() -> None:
    text = (ROOT / "toolchain/pulumi/go.mod").read_text()
    for module in ("pkg", "sdk"):
        assert re.findall(rf"github\.com/pulumi/pulumi/{module}/v3 v(\S+)", text) == [str(PULUMI)]
    for program in PROGRAMS:
        assert f"\ngo {GO}\n" in (program.module / "go.mod").read_text()


def test_requirements_hold_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert "://" not in text, "an index belongs to the machine, not to the lock"
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE), "no index or link options"
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_make_alone_lists_every_word() -> None:
    makefile = (ROOT / "Makefile").read_text()
    words = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"venv"}
    done = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = dict(re.findall(r"^  make (\w+) +(\S.+)$", done.stdout, re.MULTILINE))
    assert set(lines) == words
    assert words >= {"setup", "demo", "test", "check", "format", "bench", "sandbox", "schema", "lock", "clean"}


def test_each_word_is_declared_phony() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
