PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(READY) ## Serve the graph at http://127.0.0.1:8000, importing data/pages/ first
	$(BIN)/maillage serve

test: $(READY) ## Run the tests
	$(BIN)/python -m pytest

check: lint test ## What a change must pass: lint, types and tests

prove: $(READY) ## Run the tests that take minutes: the claims of the others with more examples
	$(BIN)/python -m pytest -m prove

lint: $(READY) check-web ## Lint, formatting and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check-web: ## Format, lint and types of web/ (needs npm: passed over without it, unless CI=true)
	@if [ "$$CI" = true ] || command -v npm >/dev/null; then \
		cd web && npm ci --silent --no-fund --no-audit && npm run --silent check; \
	else echo 'web/ is not checked: npm is missing.'; fi

schema: $(READY) ## Write schema/schema.graphql anew
	$(BIN)/maillage schema > schema/schema.graphql

examples: $(READY) ## Write the expected answers of examples/ anew
	$(BIN)/python -m tests.write_examples

tables: $(READY) ## Write what derives from the tables of fields and kinds anew
	$(BIN)/python -m tests.write_tables

audit: $(READY) ## Run the 61 audits of GraphQL over HTTP against the server (needs npm)
	cd bench/audit && npm ci --silent --no-fund --no-audit
	MAILLAGE_STORE=var/audit.sqlite MAILLAGE_ENDPOINT_LAG_SECONDS=60 $(BIN)/python -m bench.audit.run server:from_environment --factory

bench: $(READY) ## Measure the server beside its peers (needs npm and wrk)
	cd bench/peers && npm ci --silent --no-fund --no-audit
	$(BIN)/python -m bench.run

wheel: $(READY) ## Build the wheel and the source distribution in dist/
	$(BIN)/python -m hatchling build

clean: ## Remove the environments and what was made at run time
	rm -rf .venv* var dist

install: $(READY) ## Make the environment (PYTHON=python3.12 VENV=.venv-3.12 make another one)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev --constraint constraints.txt
	@touch $(READY)

.PHONY: help serve test check prove lint check-web schema examples tables audit bench wheel clean install
