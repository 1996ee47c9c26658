# One command for each thing a person does here. What is set up already is not set up again: .venv/.run and .venv/.dev are stamps.
#   make run       serve on HOST:PORT (127.0.0.1:8000)     make test      the tests; ARGS="-k gru" chooses
#   make check     format, lint, types                     make format    what `make check` can mend itself
#   make browsers  the programs that tests borrow          make lock      pin the newest versions (needs uv and npm)
#   make bench     the engine beside NumPy, PyTorch and JAX, the page in Chromium, where they are; ARGS="--quick" or "--only page"
#   make load      how many requests a service answers, and what 10,000 students take; ARGS="--connections 200"
#   make measured  docs/costs.md and docs/load.md anew, on a quiet machine: a quarter of an hour
#   make fuzz      invented programs against everything; ARGS="--minutes 60", or "--workers 2" for many who ask at once
#   make snapshots what the gallery's figures are compared with, and what the scripts know of a link's fields, anew
#   make architecture  the map of the code in docs/, from its imports
#   make clean     remove what these made
#
# The tests come in tiers, each a set of markers (tests/tiers.py):
#   make test-fast     a minute on two idle cores: what needs Python alone, but a few tests that each take as long as a hundred others
#   make test-programs four more: what opens a browser, runs LaTeX and others
#   make test          both at once, in five
#   make test-engines  the questions that a newcomer asks, and a whole pass, in Firefox and WebKitGTK: a minute
#   make coverage      test-fast and those few, with the lines and branches that they reach, printed
#   make test-long     what takes minutes or wants a quiet machine: every look of every figure, every link of every system, many
#                      random examples, other invented programs every day, every limit measured; then the pages' tests again with
#                      a cold cache and with what pages wait for held back (LATE= leaves that out)
#   make test-pythons  the same tests on every supported Python that is on this machine, each in an environment of its own; PYTHONS=3.13
#                      chooses

PYTHON ?= python3
PYTHONS ?= 3.11 3.12 3.13 3.14
ARGS ?=
VENV ?= .venv
BIN := $(VENV)/bin
# Wheels only: no compiler is asked for.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary=:all:

# One resolution for every platform and Python; setuptools is what installs this tree in place.
UV_FLAGS := --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Several small products at once are faster when each stays on one core.
export OPENBLAS_NUM_THREADS ?= 1
# What Python and pytest compile is kept: a run of the tests starts some twenty processes that read the same files.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run test test-fast test-programs test-engines test-pythons test-long coverage check format browsers bench load measured fuzz snapshots architecture lock clean

run: $(VENV)/.run
	@exec $(BIN)/python -m app serve

WITHOUT_PAGES := not browser and not program and not engine and not long
FAST := $(WITHOUT_PAGES) and not dear
PYTEST = $(BIN)/python -m pytest -n auto --dist worksteal
LATE := sights=3000 answers=2000,timers=600,frames=300

test: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers --unless-tried-today
	$(PYTEST) -m "not engine and not long" $(ARGS)

test-programs: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers --unless-tried-today
	$(PYTEST) -m "(browser or program) and not long" $(ARGS)

test-engines: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers --unless-tried-today
	$(BIN)/python -m pytest -m engine $(ARGS)

test-fast: $(VENV)/.dev
	$(PYTEST) -m "$(FAST)" $(ARGS)

test-pythons:
	@set -e; for found in $$($(PYTHON) tools/interpreters.py $(PYTHONS)); do \
		$(MAKE) --no-print-directory test-fast FAST="$(WITHOUT_PAGES)" PYTHON=$${found#*=} VENV=.pythons/$${found%%=*}; done

test-long: $(VENV)/.dev
	@$(BIN)/python -m tests.browsers --unless-tried-today
	$(PYTEST) -m "long or hypothesis" --hypothesis-profile many --deselect tests/test_benchmarks.py $(ARGS)
	$(BIN)/python -m pytest -m long tests/test_benchmarks.py $(ARGS)
	set -e; for late in $(LATE); do UNFOLD_HOLD_BACK=$$late $(PYTEST) -m "browser and not long" $(ARGS); done

coverage: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist worksteal -m "$(WITHOUT_PAGES)" $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

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

load: $(VENV)/.run
	@$(BIN)/python -m benchmarks.load $(ARGS)

measured: $(VENV)/.dev
	$(BIN)/python -m tests.dearest --known docs/costs.md
	$(BIN)/python -m benchmarks.load --seconds 4 --minutes 10 --write docs/load.md

fuzz: $(VENV)/.dev
	@$(BIN)/python -m tests.fuzz $(ARGS)

snapshots: $(VENV)/.dev
	UNFOLD_WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests/drawing/test_snapshots.py tests/link/test_rows.py -k 'snapshot or scripts'

architecture: $(VENV)/.run
	@$(BIN)/python -m tools.architecture

lock:
	printf 'setuptools\n' | uv pip compile $(UV_FLAGS) --extra jit --extra serve pyproject.toml - -o requirements.lock
	printf 'setuptools\n' | uv pip compile $(UV_FLAGS) --extra jit --extra serve --extra test --extra check -c requirements.lock pyproject.toml - -o requirements-dev.lock
	cd tests/api_tools && uv pip compile $(UV_FLAGS) requirements.in -o requirements.lock
	cd tests/api_tools && npm update --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean:
	rm -rf $(VENV) .pythons .tools build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*

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
