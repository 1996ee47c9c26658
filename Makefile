# One command for each thing a person does here. What is set up already is not set up again: .venv/.run and .venv/.dev are stamps.
#   make run       serve on HOST:PORT (127.0.0.1:8000)     make test      every test; ARGS="-k gru" chooses
#   make check     format, lint, types                     make format    what `make check` can mend itself
#   make browsers  the programs that tests borrow          make lock      pin the newest versions (needs uv)
#   make bench     the engine beside NumPy and PyTorch, the page in Chromium, where they are; ARGS="--quick" or "--only page"
#   make snapshots what the gallery's figures are compared with, anew
#   make architecture  the map of the code in docs/, from its imports
#   make clean     remove what these made

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
# Wheels only: no compiler is asked for.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary=:all:

# One resolution for every platform and Python; setuptools is what installs this tree in place.
UV_FLAGS := --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Several small products at once are faster when each stays on one core.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test check format browsers bench snapshots architecture lock clean

run: $(VENV)/.run
	@exec $(BIN)/python -m app serve

test: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers --unless-tried-today
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

browsers: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers

bench: $(VENV)/.run
	@$(BIN)/python -m benchmarks $(ARGS)

snapshots: $(VENV)/.dev
	UNFOLD_WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests/drawing/test_snapshots.py

architecture: $(VENV)/.run
	@$(BIN)/python -m tools.architecture

lock:
	printf 'setuptools\n' | uv pip compile $(UV_FLAGS) pyproject.toml - -o requirements.lock
	printf 'setuptools\n' | uv pip compile $(UV_FLAGS) --extra test --extra check -c requirements.lock pyproject.toml - -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Unfold needs Python 3.11 or newer; this one is " \
		+ sys.version.split()[0] + ". Name another: make PYTHON=python3.13")'
	@echo "Making the environment $(VENV) (once)"
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock names (half a minute)"
	@$(INSTALL) -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what requirements-dev.lock names (half a minute)"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
