# `make demo` and `make test` need nothing but Python 3.11 or newer: they make .venv and install what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-fast lint bench proof fuzz docs samples lowest clean

demo: .venv/installed
	$(BIN)/careplan-csv demo

test: .venv/developing
	$(BIN)/python -m pytest -n auto

# What a contributor runs all the time; `make test` runs everything.
test-fast: .venv/developing
	$(BIN)/python -m pytest -n auto -m "not slow"

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
	$(BIN)/uv pip install --quiet --python .venv-lowest --resolution lowest-direct --editable .
	$(BIN)/uv pip install --quiet --python .venv-lowest --group test
	.venv-lowest/bin/python -m pytest -n auto tests/cli tests/checks tests/reading tests/reporting

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/developing: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	touch $@

clean:
	rm -rf .venv .venv-lowest build dist
