# `make help` lists the commands. Needs Python 3.11 or newer and make; everything else is installed into .venv
# (and, for the browser tests and as root, Chromium by the system's package manager).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# Tests of whole installations mostly wait, so a few more processes than cores are well used.
PARALLEL := -n 4 --dist loadgroup --no-loadscope-reorder
# T=tests/… names files or folders, any other T is an expression for pytest's -k.
# Sorted, because pytest 9.1 loses the fixtures of a folder that it enters twice.
TESTS := $(if $(filter tests tests/%,$(firstword $(T))),$(sort $(T)),$(if $(T),-k "$$T"))

.PHONY: help demo setup test test-sqlite test-postgresql test-fast coverage check fix web worker simulator screenshots lock clean
# Bytecode is written, whatever the environment says: without it each of many processes compiles all tests anew.
unexport PYTHONDONTWRITEBYTECODE
# `make test` runs one database after the other, also under make -j.
.NOTPARALLEL:

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name words; do \
	  printf '%-16s %s\n' "$$name" "$$words"; done

demo: setup ## web, worker and a simulated provider, with a shelf of songs; prints the address and a login
	@exec $(MANAGE) demo

setup: $(VENV)/run.done ## .venv with what running needs

web: setup ## one web server in the foreground
	@exec $(MANAGE) web

worker: setup ## one worker in the foreground
	@exec $(MANAGE) worker

simulator: setup ## both providers, simulated, at port 8100
	@exec $(BIN)/python -m musicgen.simulator

test: test-sqlite test-postgresql ## all tests, on SQLite and on PostgreSQL; T=path or T=expression chooses some

test-sqlite: $(VENV)/test.done ## all tests on SQLite, the browser's too
	@sh tests/support/install-browser.sh
	$(BIN)/pytest $(PARALLEL) $(TESTS)

# Tests that touch no database run on SQLite alone. With T, none may be left here.
test-postgresql: $(VENV)/test.done ## the tests that a database can change, on a PostgreSQL that is started for them
	DB=postgresql $(BIN)/pytest $(PARALLEL) -m "not browser" $(TESTS) \
	  || { code=$$?; [ $$code = 5 ] && [ -n "$$T" ]; }

test-fast: $(VENV)/test.done ## tests without browser, child processes and PostgreSQL; T as for test
	$(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder -m "not browser and not whole and not process" $(TESTS)

coverage: $(VENV)/test.done ## lines and branches that no test on SQLite reaches in the process of the tests
	$(BIN)/pip install --quiet coverage
	$(BIN)/coverage run -m pytest -m "not browser and not whole" $(TESTS)
	$(BIN)/coverage report

check: $(VENV)/test.done ## linters, types, missing migrations, Django's deployment checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 PUBLIC_URL=https://songs.example $(MANAGE) check --deploy --fail-level WARNING

fix: $(VENV)/test.done ## format the code and correct what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(VENV)/test.done ## pictures of every page for docs/screens, of a demo that it starts
	@sh tests/support/install-browser.sh
	$(MANAGE) shell --verbosity 0 --command "from tests.support.screenshots import main; main()"

lock: $(VENV)/python.done ## new hashed requirements after an edit of requirements/*.in
	$(BIN)/pip install --quiet uv
	for set in run test; do $(BIN)/uv pip compile requirements/$$set.in -o requirements/$$set.txt \
	  --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --quiet --upgrade; done

clean: ## remove .venv and the tools' caches; var/ stays
	rm -rf $(VENV) .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "musicgen needs Python 3.11 or newer; name it: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/python.done requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/test.done: $(VENV)/python.done requirements/test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/run.done
