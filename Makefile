# `make demo` and `make test` need nothing but Python 3.11 or newer: they make .venv and install what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-fast test-long lint bench proof fuzz docs samples lowest bundle windows-wheelhouse dist site clean

demo: .venv/installed
	$(BIN)/careplan-csv demo

# Every file of tests runs in one process: what it makes for all its tests is then made once. The order, and the
# number of processes, are set in tests/conftest.py.
PYTEST := -m pytest -n auto --dist loadfile --no-loadscope-reorder

test: .venv/developing
	$(BIN)/python $(PYTEST) -m "not long"

# What a contributor runs all the time.
test-fast: .venv/developing
	$(BIN)/python $(PYTEST) -m "not slow and not long"

# What `make test` runs a smaller version of (more cases, larger data): before a release, and after a redesign.
test-long: .venv/developing
	$(BIN)/python $(PYTEST) -m long

lint: .venv/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python benchmarks/run.py

proof: .venv/installed
	$(BIN)/python tests/proof/run.py

# Needs Linux or macOS; atheris is installed for this alone.
SECONDS ?= 600
fuzz: .venv/installed
	$(BIN)/python -m pip install --quiet "atheris>=3,<4"
	$(BIN)/python tests/proof/fuzz.py -max_total_time=$(SECONDS)

docs: .venv/developing
	$(BIN)/python -m careplan_csv.reporting.docs docs
	$(BIN)/python docs/rooms.py
	$(BIN)/python docs/gallery.py

samples: .venv/installed
	$(BIN)/python -m careplan_csv.synthesis.samples sample_data

# The oldest versions that pyproject.toml allows: whether its lower bounds are true.
lowest: .venv/installed
	$(BIN)/python -m pip install --quiet "uv>=0.9,<1"
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest --resolution lowest-direct --editable ".[web,word,dask]"
	$(BIN)/uv pip install --quiet --python .venv-lowest --group test
	.venv-lowest/bin/python $(PYTEST) -m "not long" tests/cli tests/checks tests/reading tests/reporting tests/web/test_serve.py tests/submissions

# The program without Python, for the system that this runs on (dist/careplan-csv), and a trial of it.
bundle:
	$(PYTHON) -m venv .venv-bundle
	.venv-bundle/bin/python -m pip install --quiet --constraint constraints.txt ".[web,word]" "pyinstaller>=6.16,<7"
	.venv-bundle/bin/pyinstaller --noconfirm --log-level ERROR packaging/careplan-csv.spec
	.venv-bundle/bin/python packaging/smoke.py dist/careplan-csv/careplan-csv

# A ZIP for Windows machines without internet: everything that pip needs, for two versions of Python.
windows-wheelhouse: .venv/developing
	$(BIN)/python packaging/windows_wheelhouse.py dist/careplan-csv-windows.zip

# The documentation as a site that needs no network (build/site); a broken link is an error.
site: .venv/developing
	$(BIN)/mkdocs build --quiet --strict

# What is published: source and wheel, checked.
dist: .venv/developing
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/python -m twine check --strict dist/*

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/developing: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	touch $@

clean:
	rm -rf .venv .venv-lowest .venv-bundle build dist
