# `make lab` opens the course, `make test` runs every test. Both set everything up first.
.DEFAULT_GOAL := help
# The first that is new enough; where none is, the set-up says so of `python3`.
PYTHON ?= $(or $(shell for each in python3 python3.13 python3.12 python3.11; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; \
  done),python3)
JOBS ?= 2
LAB_ARGS ?=
# The page that JupyterLab opens.
FIRST := $(firstword $(wildcard notebooks/00_*/*.ipynb) notebooks)
BIN := .venv/bin
SETUP := .venv/.set-up
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
# A student's bundle has no `autograder`; a checkout has.
CHECKOUT := $(wildcard autograder/pyproject.toml)
AUTHORS := -e "./autograder[test,site]"
PARTS := -e ".[lab]" $(if $(CHECKOUT),$(AUTHORS))
# PyTorch's own index has a build for Linux without a GPU that is gigabytes smaller.
CPU_TORCH := https://download.pytorch.org/whl/cpu/
# A .venv works only in the folder that it was made in.
ifneq ($(wildcard $(SETUP)),)
ifneq ($(shell cat $(SETUP)),$(CURDIR))
$(shell rm -f $(SETUP))
endif
endif

.PHONY: help lab test quick gpu lint notebooks scaffolds audit demo site readme constraints clean

help:
	@echo 'make lab          open the course in JupyterLab (LAB_ARGS=... is passed on)'
ifneq ($(CHECKOUT),)
	@echo 'make test         every test, notebooks included (JOBS=$(JOBS) at a time)'
	@echo 'make quick        lint, and the fast tests of the platform'
	@echo 'make gpu          the tests and the measurements that need a GPU'
	@echo 'make lint         ruff, mypy and import-linter'
	@echo 'make scaffolds    write course_lib/NAME.py from solutions/NAME.py'
	@echo 'make notebooks    build and execute the notebooks whose source has changed'
	@echo 'make audit        hold the checks to their mutants and alternatives'
	@echo 'make demo         a class of ten from release to feedback'
	@echo 'make site         the course as a static site: build/site/index.html'
	@echo 'make readme       write the table of lectures into README.md'
	@echo 'make constraints  write constraints.txt from what .venv holds'
else
	@echo 'make test         check every exercise of the course'
endif
	@echo 'make clean        remove .venv'
	@echo 'Any of them sets up .venv first; PYTHON=... names the Python (3.11 or newer) for it.'

$(SETUP): pyproject.toml constraints.txt $(CHECKOUT)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and there is no '$(PYTHON)' here: https://www.python.org/downloads" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is " + sys.version.split()[0] + ". Get one from https://www.python.org/downloads and name it: make PYTHON=python3.13 $(MAKECMDGOALS)")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing PyTorch: a few minutes the first time"
	@index=; if [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null && \
	  $(BIN)/python -c 'import urllib.request as r; r.urlopen("$(CPU_TORCH)torch/", timeout=5)' 2>/dev/null; \
	  then index="--extra-index-url $(CPU_TORCH)"; fi; $(PIP) $$index torch
	@echo "Installing JupyterLab and the course"
	@$(PIP) $(PARTS)
	@echo "$(CURDIR)" > $(SETUP)

# The PATH is for the `course` command in JupyterLab's terminals.
lab: $(SETUP)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m jupyterlab \
	  --FileContentsManager.preferred_dir=notebooks \
	  --LabApp.default_url=/lab/tree/$(FIRST) $(LAB_ARGS)

ifneq ($(CHECKOUT),)
# The platform on the small course `tests/course`, then the real course's own tests.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup
test: $(SETUP)
	$(PYTEST) --durations=10
	$(PYTEST) --durations=10 --real-course

# While you work: what is read is right, and the fast tests of the platform hold.
quick: lint
	$(PYTEST) $(addprefix tests/,commands framework kit scaffold) --ignore tests/kit/test_kit_sample_quality.py

# Ten minutes of MNIST each for a flow and a DDPM; its files are fetched the first time.
gpu: $(SETUP)
	$(BIN)/python -m pytest -q -m gpu
	$(BIN)/python -m pytest -q -m gpu --real-course
	$(BIN)/python benchmarks/gpu.py
	$(BIN)/python benchmarks/mnist.py --model realnvp --precision bf16 --compile
	$(BIN)/python benchmarks/mnist.py --model ddpm --precision bf16 --compile

lint: $(SETUP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

notebooks scaffolds audit demo site: $(SETUP)
	$(BIN)/autograder $@

readme: $(SETUP)
	$(BIN)/python -m autograder.authoring.readme_table

# After `.venv/bin/python -m pip install --upgrade …`. The local part of a version (2.13.0+cpu) says
# how a package was built, and differs between machines.
constraints: $(SETUP)
	@{ echo '# Exact versions of every package that the course uses, made by `make constraints`.'; \
	  $(BIN)/python -m pip list --disable-pip-version-check --format freeze --exclude-editable --exclude pip \
	  | sed 's/+.*//' | LC_ALL=C sort -f; } > constraints.new
	@mv constraints.new constraints.txt
	@touch $(SETUP)
	@echo "constraints.txt: $$(grep -c == constraints.txt) packages"
else
test: $(SETUP)
	$(BIN)/course check
endif

clean:
	rm -rf .venv
