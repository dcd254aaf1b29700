# Two commands do everything on a machine with Python 3.11: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
SOURCES := $(shell find api scripts -type f 2>/dev/null) hatch_build.py pyproject.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Made by root in a container or by a person: pip need not say that it is root.
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help run test check prove bench demo lock tools wire web screens format clean

help: ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

run: $(RUN) ## install what is needed and serve on gRPC 1884 and HTTP 1885, data in ./data
	@$(BIN)/python scripts/build_web.py
	@$(BIN)/claimstack serve

test: $(DEV) tools web ## all tests: both databases, a real browser, real sockets
	@$(BIN)/python scripts/build_web.py packages
	@$(BIN)/python -m pytest -n 2 --dist loadfile --timeout 300 -m "not prove"

check: $(DEV) ## format, lint, strict types, house rules
	@$(BIN)/python scripts/build_web.py check
	@$(BIN)/ruff format --check src tests scripts bench
	@$(BIN)/ruff check src tests scripts bench
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/house -m "not prove"

prove: $(DEV) tools web ## the long and the timed proofs; results in docs/proofs.md
	@$(BIN)/python scripts/build_web.py packages
	@$(BIN)/python -m pytest -m prove -s tests

screens: $(DEV) tools web ## make the pictures of docs/screens anew
	@$(BIN)/python scripts/build_web.py packages
	@CLAIMSTACK_SCREENS=1 $(BIN)/python -m pytest tests -k "test_screens"

bench: $(DEV) tools ## figures of performance; results in docs/benchmarks.md
	@$(BIN)/python -m bench

demo: $(DEV) ## the guide, acted out by a maker, an owner and a stranger on a fresh server
	@$(BIN)/python scripts/demo.py

format: $(DEV) ## put the code into shape
	@$(BIN)/ruff format src tests scripts bench
	@$(BIN)/ruff check --fix src tests scripts bench
	@$(BIN)/python scripts/build_web.py format

wire: $(DEV) ## compile the contract again
	@$(BIN)/python scripts/generate_wire.py
	@$(BIN)/python scripts/generate_cli_contract.py

web: $(RUN) ## bundle scripts and styles of the pages, when one has changed
	@$(BIN)/python scripts/build_web.py

tools: ## PostgreSQL, Chromium and a second QR decoder for the tests: found, or installed on Debian
	@sh scripts/tools.sh

lock: $(DEV) ## write requirements/*.txt anew
	@$(PIP) install uv
	@$(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes requirements/build.in -o requirements/build.txt
	@$(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes pyproject.toml -c requirements/build.txt -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --group dev -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt

clean: ## remove what was built (never ./data)
	@rm -rf .venv src/claimstack/wire src/claimstack/assets/built web/node_modules dist .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) scripts/environment.py .venv

$(RUN): .venv/bin/python requirements/build.txt requirements/run.txt $(SOURCES)
	@echo "Installing claimstack into .venv (a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
