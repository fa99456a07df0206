# `make lab` opens the course, `make test` runs every test. Both set everything up.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.set-up
# A student's bundle has no `autograder`; a checkout has.
PARTS := -e ".[lab]" $(if $(wildcard autograder/pyproject.toml),-e "./autograder[test]")

.PHONY: help lab test gpu notebooks scaffolds audit
help:
	@grep -E '^# `' Makefile | cut -c3-

$(SETUP): pyproject.toml constraints.txt $(wildcard autograder/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(PARTS)
	touch $(SETUP)

lab: $(SETUP)
	$(BIN)/jupyter lab --LabApp.news_url= notebooks

test: $(SETUP)
	$(BIN)/python -m pytest -q tests/kit tests/lectures tests/instructor
	$(BIN)/autograder audit

gpu: $(SETUP)
	$(BIN)/python -m pytest -q -m gpu tests

notebooks: $(SETUP)
	$(BIN)/autograder notebooks

scaffolds: $(SETUP)
	$(BIN)/autograder scaffolds

audit: $(SETUP)
	$(BIN)/autograder audit
