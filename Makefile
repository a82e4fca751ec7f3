# `make demo` and `make test` need nothing but Python 3.11 or newer: they make .venv and install what they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench proof fuzz docs samples clean

demo: .venv/installed
	$(BIN)/careplan-csv demo

test: .venv/developing
	$(BIN)/python -m pytest -n auto

lint: .venv/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python benchmarks/run.py

proof: .venv/installed
	$(BIN)/python proof/run.py

# Needs Linux or macOS; atheris is installed for this alone.
SECONDS ?= 600
fuzz: .venv/installed
	$(BIN)/python -m pip install --quiet "atheris>=3,<4"
	$(BIN)/python proof/fuzz.py -max_total_time=$(SECONDS)

docs: .venv/installed
	$(BIN)/python -m careplan_csv.reporting.docs docs

samples: .venv/installed
	$(BIN)/python -m careplan_csv.synthesis.samples sample_data

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/developing: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	touch $@

clean:
	rm -rf .venv build dist
