# The front door. Each command first installs what it needs and does not find (tools/setup says what and why).
# Recipes run from the clone's own directory with relative paths, so the clone may lie anywhere.

.DEFAULT_GOAL := help
.PHONY: help demo test bench deep dist wheels docs fmt lint-tools header clean setup

# Narrows `make test` and `make deep`, such as ONLY=rust,header.
ONLY ?=
PYTHON ?= python3

help: ## list the targets
	@$(PYTHON) -c 'import re; [print(f"make {name:<12} {what}") for name, what in re.findall(r"^([a-z-]+):.*## (.*)$$", open("Makefile").read(), re.M)]'

demo: ## build the example and run it on both of its loops (FILES="file directory" for other texts; options: tools/demo --help)
	@$(PYTHON) tools/setup demo
	@tools/demo

test: ## run every test; the last line counts them (ONLY=name,name for some)
	@$(PYTHON) tools/run-suites test --only "$(ONLY)"

bench: ## measure ourselves beside the others: counts, time, size, loops, headers, Python (half an hour)
	@$(PYTHON) tools/setup bench
	@$(PYTHON) benches/run.py --all

deep: ## the slow checks: loom, Miri, sanitizers, valgrind, mutants, fuzzing, what a release needs (ONLY=name,name for some; MUTANTS=all or k/n for more mutants than the usual share, FUZZ_SECONDS=n for longer fuzzing)
	@$(PYTHON) tools/run-suites deep --only "$(ONLY)"

dist: ## pack the library for machines without Rust, and its sources for those without a network: build/dist/actor_rt-VERSION-*.tar.gz
	@$(PYTHON) tools/setup demo
	@cmake --preset dist
	@cmake --build --preset dist
	@cd build/dist && cpack
	@$(PYTHON) tools/source-archive

wheels: ## build the wheels for Python, one for all versions and one for each that is found, and their sources: build/wheels
	@$(PYTHON) tools/setup test
	@$(PYTHON) tools/build-wheels

docs: ## build the site of the documentation: build/docs/index.html
	@$(PYTHON) tools/setup test
	@$(PYTHON) tools/build-docs

fmt: ## format the Rust sources
	@cargo fmt --all

lint-tools: ## check the shell scripts of the project
	@$(PYTHON) tools/setup lint
	@shellcheck .ci/run tools/demo $(wildcard tests/package/*.sh)

header: ## generate include/actor_rt.h anew
	@$(PYTHON) tools/setup test
	@$(PYTHON) actor-ffi/header.py

setup: ## install what `make test` needs
	@$(PYTHON) tools/setup test

clean: ## remove everything that was built or installed inside the clone
	rm -rf target build .venv
