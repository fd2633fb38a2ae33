# Every target sets up what it needs. Plain POSIX shell and make: the same on Linux and macOS.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install run test long bench fmt check sdl migrate clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The stamp is touched last, so an installation that was broken off is repeated.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Storypool needs Python 3.11 or newer; $(PYTHON) is older or missing. Name another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Node and the packages of its projects are for the tests alone, and lie beside the Python packages.
NODE_PROJECTS := docs/examples/typescript tests/server/node

$(VENV)/node/installed: $(VENV)/installed $(NODE_PROJECTS:%=%/package-lock.json)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,node]'
	@for project in $(NODE_PROJECTS); do \
		mkdir -p $(VENV)/node/$$project && \
		cp $$project/package.json $$project/package-lock.json $$project/.npmrc $(VENV)/node/$$project && \
		(cd $(VENV)/node/$$project && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts) || exit 1; \
	done
	@touch $@

install: $(VENV)/installed ## make .venv with the storypool command and everything it needs

run: install ## start the demonstration: database, stories, clients, server
	$(BIN)/storypool demo

test: install $(VENV)/node/installed check ## check the code, then run every test
	$(BIN)/python -m pytest -q --numprocesses=auto --dist=worksteal

LONG := tests/models/usage/test_filter.py tests/models/usage/test_decision_properties.py \
	tests/models/usage/test_readability.py tests/models/pickup/test_sequences.py \
	tests/models/release/test_machine.py

long: install ## try what is said of usage decisions with 50,000 examples, and of releases with 2,000: two hours on two cores
	STORYPOOL_LONG=50000 $(BIN)/python -m pytest -q -m hypothesis --numprocesses=auto --dist=worksteal --durations=0 $(LONG)
	STORYPOOL_LONG=1 $(BIN)/python -m pytest -q tests/server/upload/test_resuming.py

bench: install ## measure throughput, latency and memory
	$(BIN)/python -m tests.bench

fmt: install ## format the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

check: install ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

sdl: install ## print the GraphQL schema into schema/schema.graphql
	$(BIN)/storypool sdl > schema/schema.graphql.new
	mv schema/schema.graphql.new schema/schema.graphql

migrate: install ## carry the database to the newest version of its tables
	$(BIN)/storypool migrate

clean: ## remove what was made, except the data folder
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
