# gatelab: what people do with it. Every target sets itself up in .venv; needs Python 3.11+ and make.
PYTHON ?= python3
OUT    ?= runs/first
PORT   ?= 5000
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help install setup study ui test check docs site paper learn bench clean
.DEFAULT_GOAL := help

help:
	@echo "make study   compare five cells on two tasks (minutes), print the answer"
	@echo "make install only installs what a study needs, into .venv"
	@echo "make ui      look at it in MLflow (OUT=runs/first PORT=5000)"
	@echo "make test    the tests           make check   ruff and pyright"
	@echo "make bench   the speed tables    make docs    pages and site, in build/site"
	@echo "make learn   runs the notebooks of docs/learn again"
	@echo "make paper   sets docs/lstm.pdf again"
	@echo "make clean   forget .venv"

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "gatelab needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

# One stamp per set of packages: what the study needs, then what tests and checks add.
.venv/study: .venv/python pyproject.toml constraints.txt
	@echo "installing into .venv (a minute or two) ..."
	@$(PIP) --editable .
	@touch $@

.venv/test: .venv/study
	@echo "installing what the tests need ..."
	@$(PIP) --editable '.[test]'
	@touch $@

.venv/dev: .venv/test
	@echo "installing ruff and pyright ..."
	@$(PIP) --editable '.[dev]'
	@touch $@

.venv/docs: .venv/study
	@echo "installing what builds the site ..."
	@$(PIP) --editable '.[docs]'
	@touch $@

.venv/paper: .venv/study
	@echo "installing what sets the paper ..."
	@$(PIP) --editable '.[paper]'
	@touch $@

install: .venv/study

setup: .venv/dev

# Status 3: the study is done, but MLflow lacks some of it. It says how to send that.
study: .venv/study
	@$(BIN)/gatelab first || [ $$? -eq 3 ]

ui: .venv/study
	@$(BIN)/gatelab ui "$(OUT)" --port $(PORT)

# A process per core, and one BLAS thread in each, as in a study; at most four, for their memory.
test: .venv/test
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
	    $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile

# What an installed gatelab looks like, for pyright: one folder of links to the checkout's.
build/typed/gatelab: harness
	@rm -rf $@ && mkdir -p $@
	@for part in harness/* tasks variants studies; do ln -s ../../../$$part $@/; done
	@rm -f $@/__pycache__

check: .venv/dev build/typed/gatelab
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright

# The pages that are made from the code, then the site.
docs: .venv/study
	@$(BIN)/python -m gatelab.gallery docs
	@$(BIN)/python -m gatelab.cli.options_page docs/options.md
	@$(BIN)/python tests/oracles/ties.py
	@$(MAKE) --no-print-directory site

site: .venv/docs
	@rm -rf build/site
	@$(BIN)/python -m sphinx -q --fresh-env --fail-on-warning --keep-going docs build/site
	@echo "the site: build/site/index.html"

paper: .venv/paper
	@$(BIN)/python -m gatelab.gallery.paper docs

learn: .venv/test
	@$(BIN)/python -m gatelab.gallery.notebooks docs/learn

bench: .venv/study
	@$(BIN)/gatelab bench

clean:
	rm -rf .venv
