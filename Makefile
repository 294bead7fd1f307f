# make run    set up what is needed and estimate the light of a sample
# make page   build the web page, which `lightprobe demo` serves and the wheel carries; needs Node
# make check  lint, types, import rules, quick tests of Python and of the web; before every commit
# make test   all checks, slow tests and browsers included; this is what CI runs
# make fmt    format, and fix what the linters can fix
# make docs   write what is generated in README.md and docs/
# make wasm   compile web/packages/core/native to lightprobe.wasm, which is committed; after a change of its C
# make fuzz   mutated files of every kind through the command line: SECONDS=3600 for an hour, SEED=7 for other files
.POSIX:
.SILENT:
.PHONY: run page check test parts lint types rooms quick pytest core web e2e wasm fmt bench docs fuzz clean

PYTHON = python3
JOBS = 2
SECONDS = 60
SEED = 1
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet

run: .venv/base
	$(BIN)/lightprobe estimate samples/venice_sunset.jpg

page: core
	cd web && npm run --silent build -w lightprobe-demo

check:
	$(MAKE) -s parts PARTS="lint types rooms quick web"

test:
	$(MAKE) -s parts PARTS="lint types rooms page web pytest e2e"

# one part after another, also under -j, since page and e2e write what other parts read
parts:
	begun=$$(date +%s); took=; for part in $(PARTS); do start=$$(date +%s); $(MAKE) -s $$part || exit 1; \
		took="$$took, $$part $$(($$(date +%s) - start)) s"; done; \
		echo "all checks passed in $$(($$(date +%s) - begun)) s: $${took#, }"

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/pyright --pythonpath $(BIN)/python

rooms: .venv/dev
	$(BIN)/lint-imports --no-cache

# JOBS processes, a file of tests at a time, so that what a file sets up once is set up once
pytest: .venv/dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

quick: .venv/dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -q -m "not slow"

core: web/node_modules/.package-lock.json
	cd web && npm run --silent build -w lightprobe

web: core
	cd web && npm run --silent lint && npm run --silent types && npm test --silent

e2e: .venv/dev page
	command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy chromium; } || \
		{ echo "chromium not found; apt install chromium" >&2; exit 1; }
	cd web && npm run --silent e2e

fmt: .venv/dev web/node_modules/.package-lock.json
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .
	cd web && npm run --silent format

bench: .venv/dev
	for script in benchmarks/bench_*.py; do $(BIN)/python "$$script" || exit 1; done
	$(BIN)/python tools/docs/tables.py

docs: .venv/dev
	$(BIN)/python tools/docs/cli_help.py
	$(BIN)/python tools/docs/inputs.py
	$(BIN)/python tools/docs/tables.py
	$(BIN)/python tools/docs/architecture.py
	$(BIN)/python tools/docs/plot.py
	$(BIN)/python tools/docs/surround_plot.py

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || \
		{ echo "expected Node 20.19 or later, got $$(node --version 2>&1); only the page and its checks need it" >&2; exit 1; }
	echo "installing what the page is built with into web/node_modules"
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

wasm: web/packages/core/native/.venv/compiler
	node web/packages/core/native/build.mjs

web/packages/core/native/.venv/compiler: web/packages/core/native/compiler.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r web/packages/core/native/compiler.txt
	touch $@

# Debian and Ubuntu keep venv in a package of its own
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "expected Python 3.11 or later, got $$($(PYTHON) --version); set PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && \
		apt-get install -qy python3-venv; } || { echo "Python has no venv; apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Files are those whose hashes are in locks/; torch alone is pinned by its version, see tools/release/make_locks.py.
.venv/base: pyproject.toml locks/base.txt .venv/bin/python
	echo "installing lightprobe into .venv"
	$(PIP) --no-deps --require-hashes --requirement locks/base.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch .venv/base

.venv/dev: pyproject.toml locks/dev.txt .venv/bin/python
	echo "installing lightprobe and its development tools into .venv"
	$(PIP) --no-deps --require-hashes --requirement locks/dev.txt
	$(PIP) --constraint constraints.txt torch
	$(PIP) --no-deps --no-build-isolation --editable .
	touch .venv/base .venv/dev

fuzz: .venv/dev
	PYTHONPATH=tests/imaging:tests/runtime $(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS) --seed $(SEED) --jobs $(JOBS)

clean:
	rm -rf .venv web/packages/core/native/.venv dist build lightprobe-out web/node_modules src/lightprobe/page web/packages/core/dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
