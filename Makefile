# Everything happens in .venv; nothing else on the machine is touched.
VENV := .venv
BIN := $(VENV)/bin
# The first of these that runs and is new enough; override with PYTHON=…
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: setup demo run test check lint format bench lock messages vectors soak

setup: $(VENV)/.installed  ## install what is needed to run

# --no-deps, because the lock files are complete and pyproject.toml ([tool.uv]) leaves some out on purpose. setuptools: 10 MB nobody needs.
$(VENV)/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Wegweiser needs Python 3.11, 3.12 or 3.13. Please install one of them."; exit 1; }
	@echo "Installing into $(VENV), this takes a minute …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) uninstall --yes setuptools 2>/dev/null
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tools: $(VENV)/.installed requirements-dev.lock
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed  ## start everything on this machine with example data; DATA=dir keeps it, PORT=8080
	@$(BIN)/wegweiser demo $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port $(PORT))

run: $(VENV)/.installed  ## start with the settings of WEGWEISER_* or wegweiser.toml
	@$(BIN)/wegweiser run

test: $(VENV)/.tools  ## run every test
	@$(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.installed  ## look for mistakes in knowledge, flows and translations
	@$(BIN)/wegweiser check

lint: $(VENV)/.tools  ## the same as in the hook and in CI
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.tools
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

messages: $(VENV)/.installed  ## bring new and changed German texts into the translators' files
	@$(BIN)/wegweiser messages

bench: $(VENV)/.tools  ## figures as ratios from one run
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.matching
	@$(BIN)/python -m tests.bench.translation

soak: $(VENV)/.tools  ## eight processes book against each other, and die; what is sent and written is spoiled; 2,000 newcomers chat: about an hour
	@$(BIN)/python -m tests.soak.booking
	@$(BIN)/python -m tests.soak.http_booking
	@$(BIN)/python -m tests.soak.busy
	@FUZZ=20 $(BIN)/pytest -q tests/fuzz
	@$(BIN)/python -m tests.soak.load

lock: $(VENV)/.tools  ## renew the lock files (needs uv)
	@uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --no-annotate --extra embeddings --extra translate --group build -o requirements.lock
	@uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --no-annotate --extra embeddings --extra translate --group dev -o requirements-dev.lock
	@echo "pip-audit>=2.10,<3" | uv pip compile -q - --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o .ci/audit.lock

vectors: $(VENV)/.installed  ## renew what is shipped of the meaning of all texts (takes minutes after many changes)
	@$(BIN)/python -m bot.contents
	@$(BIN)/python -m bot.commands.bridging
