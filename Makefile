# The commands of the README. Needs Python 3.11 or newer and make; everything else is installed into .venv
# (and, for the tests and as root, Chromium by the system's package manager).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# Tests of whole installations mostly wait, so a few more processes than cores are well used.
PARALLEL := -n 3 --dist loadfile

.PHONY: demo setup test check web worker simulator lock clean

setup: $(VENV)/run.done

demo: setup
	@exec $(MANAGE) demo

web: setup
	@exec $(MANAGE) web

worker: setup
	@exec $(MANAGE) worker

simulator: setup
	@exec $(BIN)/python -m musicgen.simulator

# Browser and simulator do not know the database: once is enough for their tests.
test: $(VENV)/test.done
	@sh tests/support/install-browser.sh
	$(BIN)/pytest $(PARALLEL)
	DB=postgresql $(BIN)/pytest $(PARALLEL) -m "not browser" --ignore tests/musicgen/simulator

check: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 PUBLIC_URL=https://songs.example $(MANAGE) check --deploy --fail-level WARNING

# New hashes after an edit of requirements/*.in.
lock: $(VENV)/python.done
	$(BIN)/pip install --quiet uv
	for set in run test; do $(BIN)/uv pip compile requirements/$$set.in -o requirements/$$set.txt \
	  --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet --upgrade; done

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

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
