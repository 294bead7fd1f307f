# make run    set up what is needed and estimate the light of a sample
# make page   build the web page, which `lightprobe demo` serves and the wheel carries; needs Node
# make test   set up everything and pass all checks; this is what CI runs
.POSIX:
.SILENT:
.PHONY: run page test lint types rooms pytest web e2e bench docs clean

PYTHON = python3
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

run: .venv/base
	$(BIN)/lightprobe estimate samples/venice_sunset.jpg

page: web/node_modules/.package-lock.json
	cd web && npm run --silent build

test: lint types rooms page web pytest e2e
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

web: web/node_modules/.package-lock.json
	cd web && npm run --silent lint && npm run --silent types && npm test --silent

e2e: .venv/dev page
	command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy chromium; } || \
		{ echo "expected chromium, got none; apt install chromium" >&2; exit 1; }
	cd web && npm run --silent e2e

bench: .venv/dev
	for script in benchmarks/bench_*.py; do $(BIN)/python "$$script" || exit 1; done
	$(BIN)/python tools/docs/tables.py

docs: .venv/dev
	$(BIN)/python tools/docs/cli_help.py
	$(BIN)/python tools/docs/tables.py

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || \
		{ echo "expected Node 20.19 or later, got $$(node --version 2>&1); the page needs it, the rest does not" >&2; exit 1; }
	echo "installing what the page is built with into web/node_modules"
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

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
	rm -rf .venv dist build lightprobe-out web/node_modules src/lightprobe/page web/packages/core/dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
