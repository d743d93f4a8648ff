# The words of this project. Each does all of its own set-up: `make demo` in a fresh clone is enough.
# GNU make 3.81 or newer. PYTHON=... names the interpreter that .venv is made with.

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench sandbox schema lock clean venv

BIN := .venv/bin
export PYTHON
# Each run of the engine starts the program and its provider anew, and each would compile what it imports: two seconds.
unexport PYTHONDONTWRITEBYTECODE

# The engine's folder goes to the front of PATH, and the environment's own folder before it, since the
# engine's language host takes the `python` that it finds on PATH.
WITH_ENGINE = engine="$$($(BIN)/python -m toolchain)" && PATH="$(CURDIR)/$(BIN):$$engine:$$PATH"

help: ## list the words
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 /p' Makefile | awk '{ word = $$1; $$1 = ""; printf "  make %-8s %s\n", word, $$0 }'

setup: venv ## make the virtual environment and find or make the Pulumi engine
	@$(BIN)/python -m toolchain

demo: venv ## onboard tenants on an embedded AWS, step by step
	@$(WITH_ENGINE) $(BIN)/python -m demo

test: venv ## run all tests
	-@$(BIN)/python -m toolchain.chromium >/dev/null
	@$(WITH_ENGINE) $(BIN)/python -m pytest tests

check: venv ## formatting, lint, import direction, strict types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyrefly check

format: venv ## format the code
	@$(BIN)/ruff format .

bench: venv ## measure what docs/performance.md explains
	@$(WITH_ENGINE) $(BIN)/python -m benchmarks

sandbox: venv ## start the embedded AWS and leave it running until Ctrl-C
	@$(WITH_ENGINE) $(BIN)/python -m sandbox

schema: venv ## write the JSON schema of the stack files for editors
	@$(BIN)/python -m tenant_keys.schema

lock: ## compile requirements.txt anew from pyproject.toml
	@scratch="$$(mktemp -d)" && trap 'rm -rf "$$scratch"' EXIT && \
	"$${PYTHON:-python3}" -m venv "$$scratch" && \
	"$$scratch/bin/python" -m pip --quiet --disable-pip-version-check install uv && \
	"$$scratch/bin/uv" --quiet pip compile --universal --python-version 3.11 --extra dev --generate-hashes \
	    --no-header pyproject.toml -o requirements.txt

clean: ## remove .venv, caches and the sandbox of this checkout; the tool cache stays
	@rm -rf .venv .sandbox .coverage .hypothesis .pytest_cache .ruff_cache build ./*.egg-info
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

venv:
	@sh toolchain/venv.sh
