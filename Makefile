# `make run` opens the app, `make test` runs every test. Both make what they need first. Without an
# NVIDIA GPU torch comes without CUDA (install.py); `make run TORCH=cuda` takes the large one.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench pretrained clean

run: .venv/app
	$(BIN)/streamlit run app.py

test: .venv/dev
	$(BIN)/python -m pytest -n 2 --maxschedchunk 1

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m tests.benchmarks

pretrained: .venv/app
	$(BIN)/python -m dpn.commands.pretrained

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/app: requirements.txt | .venv/bin/python
	$(BIN)/python install.py
	touch $@

.venv/dev: requirements-dev.txt .venv/app
	$(BIN)/pip install -r requirements-dev.txt
	touch $@
