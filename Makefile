# make run    set up what is needed and estimate the light of a sample
# make test   set up everything and pass all checks; this is what CI runs
.POSIX:
.SILENT:
.PHONY: run test lint types rooms pytest bench docs clean

PYTHON = python3
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

run: .venv/base
	$(BIN)/lightprobe estimate samples/venice_sunset.jpg

test: lint types rooms pytest
	echo "all checks passed"

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/pyright --pythonpath $(BIN)/python

rooms: .venv/dev
	$(BIN)/lint-imports

pytest: .venv/dev
	$(BIN)/python -m pytest

bench: .venv/dev
	for script in benchmarks/bench_*.py; do $(BIN)/python "$$script" || exit 1; done
	$(BIN)/python tools/docs/tables.py

docs: .venv/dev
	$(BIN)/python tools/docs/cli_help.py
	$(BIN)/python tools/docs/tables.py

# Debian and Ubuntu keep venv in a package of its own
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "expected Python 3.11 or later, got $$($(PYTHON) --version); set PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && \
		apt-get install -qy python3-venv; } || { echo "expected venv, got none; apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/base: pyproject.toml constraints.txt .venv/bin/python
	echo "installing lightprobe into .venv"
	$(PIP) --editable .
	touch .venv/base

.venv/dev: pyproject.toml constraints.txt .venv/bin/python
	echo "installing lightprobe and its development tools into .venv"
	$(PIP) --editable '.[dev]'
	touch .venv/base .venv/dev

clean:
	rm -rf .venv dist build lightprobe-out .pytest_cache .ruff_cache .hypothesis .import_linter_cache
