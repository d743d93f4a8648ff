#!/bin/sh
# Makes the checkout's virtual environment, .venv, from requirements.txt. Does nothing if it is up to date.
# Quiet if all goes well; the whole output of the command that failed otherwise.
# PYTHON names the interpreter to use; without it the first of python3, python3.13, ... that is new enough.
set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "$1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.11
    fi
    for candidate in "$@"; do
        if new_enough "$candidate"; then
            # not the one of an activated .venv, which is about to be removed
            "$candidate" -c 'import sys; print(getattr(sys, "_base_executable", None) or sys.executable)'
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and none of these is one: $*. \
Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
}

quietly() {
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        fail "This command failed, with the output above: $*"
    fi
}

# What the environment is made from, and where it lies: its scripts hold the path.
wanted="$(pwd) $(cksum requirements.txt pyproject.toml)"
stamp=.venv/complete
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && new_enough .venv/bin/python; then
    exit 0
fi

python="$(find_python)"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python comes without venv and ensurepip. Debian, Ubuntu: apt install \
$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"

echo "Making the virtual environment .venv with $("$python" --version) (about half a minute) ..." >&2
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
rm -rf .venv
quietly "$python" -m venv .venv
pip="quietly .venv/bin/python -m pip --disable-pip-version-check"
# --no-deps: the file is complete, and pip's resolver asks for the newest version of a package that another one
# wants with an extra (coverage[toml]), pinned or not.
$pip install --no-compile --no-deps --require-hashes -r requirements.txt
$pip install --no-compile --no-deps --no-build-isolation -e .
$pip check
printf '%s\n' "$wanted" >"$stamp"
