# Every command of the project. Each sets up what it needs first; the second time that costs nothing.
.DEFAULT_GOAL := help
.PHONY: help demo test lint fix reference docs lock clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TESTED := $(VENV)/.ready-for-tests

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP)  ## play a short history on a local site, and show what a maintainer sees
	@$(BIN)/watcher demo

test: $(TESTED)  ## everything that must pass
	@$(BIN)/pytest -q

lint: $(STAMP)  ## format, rules, types, declarations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/watcher lint

fix: $(STAMP)  ## format and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .

reference: $(STAMP)  ## write docs/reference from the code
	@$(BIN)/python tools/reference.py

docs: $(STAMP) reference  ## build the documentation as a site, in build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock:  ## pin every dependency with its hashes (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet \
	  --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

clean:  ## forget the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): tools/setup requirements.lock pyproject.toml
	@tools/setup $(VENV)
	@touch $@

$(TESTED): $(STAMP)
	@tools/setup $(VENV) tests
	@touch $@
