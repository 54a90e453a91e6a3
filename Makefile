# From a bare machine to a cited answer: `make chat`. Needs Python 3.11+, make and a C++ compiler.
#
#   make chat [STORY=path]   set up what is missing, then chat about a story
#   make test [ARGS=...]     the same set-up, then the tests
#   make check               formatting, lint, types and tests
#   make eval  [ARGS=...]    measure answers and citations; its parts: tests/evaluation/README.md
#   make bench [ARGS=...]    measure speed (tests/benchmarks)
#   make lock                resolve the dependencies anew into requirements.lock
#   make clean               remove .venv and caches; the weights stay

PYTHON ?= python3
STORY ?= bot/terminal/samples/the-night-ferry.txt
ARGS ?=
# The lock's one pin by hand: see the note at the top of requirements.lock.
TORCH ?= 2.13.0

# Through the environment, so that a path may hold spaces and quotes.
export STORY
BIN := .venv/bin

.PHONY: chat test check eval bench install weights lock clean

# `exec`: the chat, not a shell around it, answers Ctrl-C and gives the exit code.
chat: weights
	@exec $(BIN)/storychat chat "$$STORY"

test: weights
	@exec $(BIN)/python -m pytest $(ARGS)

check: weights
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS)

eval: weights
	@exec $(BIN)/python -m tests.evaluation $(ARGS)

bench: weights
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

install:
	@$(PYTHON) bot/install.py

weights: install
	@$(BIN)/storychat models fetch </dev/null

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet pip-tools
	echo "torch==$(TORCH)" > build/lock/torch.txt
	build/lock/bin/pip-compile --quiet --upgrade --all-extras --allow-unsafe --strip-extras \
	    --no-header --no-annotate --no-emit-options --constraint build/lock/torch.txt \
	    --output-file build/lock/resolved.txt pyproject.toml
	{ grep '^#' requirements.lock; grep -v '^#' build/lock/resolved.txt | sed 's/+cpu$$//;/^$$/d'; } \
	    > build/lock/requirements.lock
	mv build/lock/requirements.lock requirements.lock

clean:
	rm -rf .venv build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache
	find bot index prompts tests -name __pycache__ -type d -prune -exec rm -rf {} +
