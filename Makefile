# `make` alone lists the commands. Each works from a clean checkout: what it needs is installed first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo bench simulate simulate-table test check lint format-check types layers migrations-check system-check templates-check \
        tenancy-check format css messages lock shell migrate manage install install-dev browser clean reset

# The first Python that is new enough; PYTHON=/path/to/python overrules.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)
endif
VENV := .venv/bin
SEED ?= 1
OPS ?= 20000
# Half the cores: each test worker talks to a database that wants a core as well. At least four, because the journeys,
# the demo and the crawler hold one worker each, and the first two mostly wait for browsers and timers.
TEST_WORKERS ?= $(shell n=$$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) / 2 )); echo $$(( n < 4 ? 4 : n )))
TESTS ?= tests

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^## / { printf "\n%s\n", substr($$0, 4) } \
	  /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

## Use it
run: install ## the whole product with demo data on http://localhost:8000 (PORT=8010 moves it, MUSTER_DEMO=0 leaves it empty)
	@exec $(VENV)/python -m embedded.run

demo: install-dev ## play one job from request to payout on a stack of its own and check every cent (SEED=1)
	@exec $(VENV)/python -m demo --seed $(SEED)

## Prove it
test: install-dev browser ## every test, browser journeys included (TESTS=tests/billing chooses)
	$(VENV)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(TESTS)

simulate: install-dev ## random business under kills, faults and lies, every cent counted (OPS=20000 SEED=1 KILLS=300 SABOTAGE=lease)
	@PYTHONPATH=platform:. exec $(VENV)/python -m simulation --operations $(OPS) --seed $(SEED) \
	  $(if $(KILLS),--kills $(KILLS)) $(if $(SABOTAGE),--sabotage $(SABOTAGE))

simulate-table: install-dev ## the same short simulation with each safeguard taken away in turn, and what that does
	@PYTHONPATH=platform:. exec $(VENV)/python -m simulation --table --operations 500 --kills 8 --seed $(SEED)

bench: install-dev ## measure against a peer in the same run, on servers of its own (BENCH=awards chooses); keeps var/bench/
	@exec $(VENV)/python -m bench $(BENCH)

check: install-dev lint format-check types layers migrations-check system-check templates-check tenancy-check ## everything below, without running the product

lint: ## ruff's rules
	$(VENV)/ruff check .

format-check: ## ruff's layout
	$(VENV)/ruff format --check .

types: ## mypy
	$(VENV)/mypy platform tenants geo departments marketplace billing ratings agencies

layers: ## which package may import which (import-linter)
	$(VENV)/lint-imports

migrations-check: ## every model change has its migration
	$(VENV)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

system-check: ## Django's own checks and ours
	$(VENV)/python manage.py check --fail-level WARNING

templates-check: ## HTML rules, and what a strict content security policy refuses
	$(VENV)/djlint --lint --quiet templates
	$(VENV)/python -m config.lints.templates templates

tenancy-check: ## no way around the tenant walls in the code
	$(VENV)/python -m config.lints

## Work on it
format: install-dev ## let ruff lay the code out
	$(VENV)/ruff check --fix --exit-zero .
	$(VENV)/ruff format .

messages: install ## collect what officers read into locale/ and compile it (needs GNU gettext; translate what is empty, then again)
	$(VENV)/python manage.py messages

css: install-dev ## compile assets/muster.css to static/css/muster.css
	$(VENV)/tailwindcss --input assets/muster.css --output static/css/muster.css --minify

shell: install ## a Python prompt in the local installation
	@exec $(VENV)/python -m embedded.manage shell

migrate: install ## bring the local databases up to the code
	@exec $(VENV)/python -m embedded.manage migrate_platform

manage: install ## any manage.py command on the local databases (COMMAND="create_tenant --help")
	@exec $(VENV)/python -m embedded.manage $(COMMAND)

lock: install-dev ## renew both lock files from pyproject.toml
	$(VENV)/uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes pyproject.toml -o requirements.lock
	$(VENV)/uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

## Keep it tidy
install: ## the virtual environment, exactly as locked
	@$(if $(PYTHON),$(PYTHON) platform/embedded/prepare.py requirements.lock,$(no_python))

install-dev: ## the same with the tools for tests and checks
	@$(if $(PYTHON),$(PYTHON) platform/embedded/prepare.py requirements-dev.lock,$(no_python))

browser: install-dev ## find a Chromium for the browser journeys, or install Debian's
	@$(VENV)/python -m embedded.browser

clean: ## remove what tools have left (keeps your data and .venv)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var/static var/demo var/test-cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

reset: ## remove the local databases and everything in var/ (asks first)
	@exec $(VENV)/python -m embedded.reset

define no_python
echo "Muster needs Python 3.11 or newer, and none was found among python3, python3.11 … python3.14." >&2; \
echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make run PYTHON=/path/to/python3.12" >&2; \
exit 1
endef
