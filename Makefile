# The course's commands: `make help` lists them. What Windows types instead is in README.md.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
# tests at once: one more than the cores of a small machine, since browsers and sandboxes are waited for
JOBS ?= 3
# several threads for small matrices gain nothing, and on a busy machine they cost up to tenfold
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

lab: $(VENV)/.lab ## Open the course in JupyterLab (the first time, install it)
	@$(BIN)/dlcourse lab $(ARGS)

test: check ## Run all tests but the long ones, as .ci/run does
	@$(PYTEST) -n $(JOBS) --dist loadfile --durations=10 -m "not long" $(ARGS)

test-all: check ## Run all tests, the long ones too
	@$(PYTEST) -n $(JOBS) --dist loadfile --durations=10 $(ARGS)

test-oldest: $(VENV)/.test ## Run short tests with the oldest versions that pyproject.toml allows
	@.ci/oldest $(ARGS)

build: $(VENV)/.test ## Make course/ from solutions/
	@$(BIN)/dlcourse build $(ARGS)

site: $(VENV)/.test ## Make the web site in build/site/html, and its printed lectures
	@$(ONE_THREAD) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/dlcourse site $(ARGS)

wheel: $(VENV)/.test ## Make the package's wheel in build/wheel
	@rm -rf build/lib build/bdist.*  # setuptools would pack what was deleted since
	@$(BIN)/python -m pip wheel -q --no-deps --wheel-dir build/wheel .
	@ls build/wheel

bench: $(VENV)/.test ## Measure what must be fast, side by side with PyTorch
	@$(ONE_THREAD) $(BIN)/python -m benchmarks $(ARGS)

env: $(VENV)/.test ## Install what authors and developers need into .venv

clean: ## Delete .venv and build/; answers in learn/ and marks are kept
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis *.egg-info

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: lab test test-all test-oldest build site wheel bench env clean help check

PYTEST := $(ONE_THREAD) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -q

# lint and consistency come first: they take seconds
check: $(VENV)/.test
	@.ci/system-packages bubblewrap chromium openssl
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(ONE_THREAD) $(BIN)/dlcourse build --check

# the environment: remade whenever pyproject.toml or constraints.txt changes
$(VENV)/.lab: REQUIRED := .[lab,torch]
$(VENV)/.test: REQUIRED := .[test]
$(VENV)/.lab $(VENV)/.test: pyproject.toml constraints.txt
	@.ci/environment $(VENV) "$(REQUIRED)"
	@touch $@
