# What a developer or a newcomer does. `make` alone lists it.

VENV := .venv
GRAPH := .venv-graph
PY := $(VENV)/bin/python
PIP := PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install -qq --require-hashes
# Only for checks that look at the code; the portal itself never has a default key.
CHECK_ENV := PORTAL_PRODUCTION=0 PORTAL_SECRET_KEY=check PORTAL_DATABASE_URL=sqlite://:memory: \
    PORTAL_ENCRYPTION_KEYS=b25seS1mb3ItY2hlY2tzLW9ubHktZm9yLWNoZWNrcy4=

.PHONY: screenshot tour help install install-servers install-dev install-graph run test bench chaos simulate check lint format types layers migrations messages fix lock

help:
	@echo "make run      install and start the portal with its demo: http://localhost:8000 (PORT=9000 make run moves it)"
	@echo "make install  the installing part alone, into $(VENV)"
	@echo "make install-graph  Microsoft's own SDK into $(GRAPH), for the tests that drive the portal with it"
	@echo "make test     all tests that can run on this machine; says what it leaves out"
	@echo "make simulate SEEDS=10000  random histories of a job with every fault; a failing seed replays exactly"
	@echo "make bench    figures of speed with their aims; QUICK=1 in some minutes (benchmarks/README.md)"
	@echo "make chaos    kills and faults with real processes, about an hour; CHAOS_SEED=7 repeats a run's chances"
	@echo "make tour     every page in all themes and widths: pictures, barriers and errors in var/tour/index.html"
	@echo "make check    style, types, layers, missing migrations"
	@echo "make messages  collect every text into locale/ for translation (needs GNU gettext)"
	@echo "make fix      mend what the style check can mend by itself"
	@echo "make lock     write the lock files anew (needs uv)"

install: $(VENV)/installed
	@:
install-dev: install $(VENV)/installed-dev
install-servers: install $(VENV)/installed-servers
install-graph: $(GRAPH)/installed

# Python 3.11 to 3.13 with venv; Debian packs venv apart.
$(VENV)/bin/pip:
	@for candidate in $${PYTHON:-python3 python3.13 python3.12 python3.11}; do \
	    if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	        python=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Python 3.11, 3.12 or 3.13 was not found. On Debian 12 or newer: apt-get install python3 python3-venv" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    version=$$("$$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
	    echo "$$python has no venv module. On Debian: apt-get install $$version-venv (or python3-venv)" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)

# The stamps are newer than their lock until it changes.
$(VENV)/installed: requirements.lock | $(VENV)/bin/pip
	@echo "Installing what requirements.lock pins (the first time this takes a minute)"
	@$(PIP) -r requirements.lock && touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(VENV)/bin/pip
	@echo "Installing what tests and checks need"
	@$(PIP) -r requirements-dev.lock && touch $@

$(VENV)/installed-servers: requirements-servers.lock | $(VENV)/bin/pip
	@echo "Installing the clients of PostgreSQL and Redis"
	@$(PIP) -r requirements-servers.lock && touch $@

# It has versions of its own of what the portal uses, so it never shares an environment with it.
$(GRAPH)/installed: requirements-graph.lock | $(VENV)/bin/pip
	@echo "Installing Microsoft's SDK into $(GRAPH) (the first time this takes some minutes)"
	@$(PY) -m venv --clear $(GRAPH)
	@$(subst $(PY),$(GRAPH)/bin/python,$(PIP)) -r requirements-graph.lock && touch $@

run: install
	@$(PY) -m portal.keys
	@PORTAL_SANDBOX=1 exec $(PY) manage.py serve --prepare

# The PostgreSQL run comes first, so that the last line counts the whole.
test: install-dev
	@if [ -n "$$PORTAL_TEST_POSTGRES" ]; then \
	    echo "On PostgreSQL: what must behave the same on both databases"; \
	    PORTAL_TEST_DATABASE_URL=$$PORTAL_TEST_POSTGRES $(PY) -m pytest -m "both_databases or postgres" $(ARGS); \
	fi
	@$(PY) -m pytest $(ARGS)

# One seed again, with its trace: python -m tests.simulator SEED
SEEDS := 1000
FIRST := 1
simulate: install-dev
	@$(PY) -m tests.simulator $(FIRST) --seeds $(SEEDS)

# DATABASE: sqlite, a PostgreSQL server's URL, or both with a space between. USERS: of the large directory.
DATABASE ?= sqlite
bench: install-dev $(if $(findstring postgres,$(DATABASE)),install-servers)
	@$(PY) -m benchmarks --database "$(DATABASE)" $(if $(USERS),--users $(USERS)) $(if $(QUICK),--quick)

# One after another: each test has a portal with its workers to itself. PORTAL_TEST_CHAOS=ci runs the few for CI.
chaos: install-dev
	@export CHAOS_SEED=$${CHAOS_SEED:-$$($(PY) -c 'import secrets; print(secrets.randbelow(10**6))')}; \
	echo "CHAOS_SEED=$$CHAOS_SEED"; \
	PORTAL_TEST_CHAOS=$${PORTAL_TEST_CHAOS:-1} $(PY) -m pytest -n 0 tests/chaos $(ARGS)

check: lint format types layers migrations

lint: install-dev
	@$(VENV)/bin/ruff check .
format: install-dev
	@$(VENV)/bin/ruff format --check .
types: install-dev
	@$(CHECK_ENV) $(VENV)/bin/mypy
layers: install-dev
	@$(CHECK_ENV) $(VENV)/bin/lint-imports --no-logo
migrations: install-dev
	@$(CHECK_ENV) $(PY) manage.py makemigrations --check --dry-run

# Texts to be translated. What the catalogues hold is compiled by `prepare`, which needs Python alone.
messages: install-dev
	@$(CHECK_ENV) $(PY) manage.py messages

# The picture of the README, made by walking the tutorial. Needs Chromium.
screenshot: install-dev
	@$(PY) -m tests.walk.screenshot

# Pictures and a report of every page in var/tour. PART=overview walks that one alone. Needs Chromium.
tour: install-dev
	@rm -rf var/tour; mkdir -p var/tour
	@PORTAL_TEST_TOUR=1 PORTAL_TEST_BROWSER=1 $(PY) -m pytest -n 0 -p no:randomly tests/walk/test_tour.py $(if $(PART),-k $(PART)); \
	    status=$$?; echo "The pictures and what is wrong: var/tour/index.html"; exit $$status

fix: install-dev
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

# Universal: one lock for every Python and system. No index is named, so that any mirror can serve it.
LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) -c requirements.lock --extra postgres --extra redis -o requirements-servers.lock
	$(LOCK) -c requirements.lock --extra postgres --extra redis --group dev -o requirements-dev.lock
	$(subst pyproject.toml,--group graph,$(LOCK)) -o requirements-graph.lock
