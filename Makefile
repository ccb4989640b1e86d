# Everything a newcomer or a reviewer runs. It needs make and Python 3.11 or later, and nothing else:
#     make demo                    this morning's absence list of a made-up school
#     make demo PYTHON=python3.13  with another Python
# The same steps for Windows, without make, are in README.md.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
BIG := examples/big
MORNING := 2026-11-20

.PHONY: help demo test check golden docs bench clean

help:
	@echo "make demo     print the morning's absence list of a made-up school of 1,450 pupils"
	@echo "make test     run the tests"
	@echo "make check    everything a change must pass: format, lint, types, imports, tests, pages"
	@echo "make golden   accept the outputs of every command on the examples as the right ones"
	@echo "make docs     write docs/commands.md and the outputs in README.md again"
	@echo "make bench    measure the speeds that attendkit holds itself to, as ratios"
	@echo "make clean    remove what these commands made"

demo: $(VENV)/.attendkit $(BIG)/exports/marks.csv
	@$(BIN)/attendkit ingest --school $(BIG) $(BIG)/exports/pupils.csv $(BIG)/exports/contacts.csv $(BIG)/exports/marks.csv
	@echo
	@$(BIN)/attendkit absences --school $(BIG) --on $(MORNING)

test: $(VENV)/.tests
	$(BIN)/python -m pytest --quiet

check: $(VENV)/.tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet
	$(BIN)/python docs/generate.py --check

golden: $(VENV)/.tests
	ATTENDKIT_GOLDEN=write $(BIN)/python -m pytest --quiet tests/cli/test_golden.py
	@git --no-pager diff --stat -- tests/golden

docs: $(VENV)/.tests
	$(BIN)/python docs/generate.py

bench: $(VENV)/.bench $(BIG)/exports/marks.csv
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(BIG) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(VENV)/.attendkit $(VENV)/.tests $(VENV)/.bench

$(BIG)/exports/marks.csv: examples/make_school.py examples/cast.toml | $(VENV)/.attendkit
	@rm -rf $(BIG)
	@$(BIN)/python examples/make_school.py --pupils 1450 --out $(BIG)

# Each stamp says that its set of packages is installed; a change to the versions installs them again.
$(VENV)/.attendkit: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.attendkit
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.attendkit
	$(PIP) --editable '.[bench]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "attendkit needs Python 3.11 or later: try make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
