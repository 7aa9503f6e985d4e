# Thin calls of one program, so that Linux, Windows and CI do the same thing; see packaging/README.md.
PYTHON ?= python3
DEVICE ?= cpu
BOOTSTRAP := $(PYTHON) packaging/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bundle installers runtime verify-installers screenshots bench soak clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 19

setup: ## create .venv with everything, development tools included
	@$(BOOTSTRAP) setup

run: ## open Luthier (without a display: run the starter project here)
	@$(BOOTSTRAP) run

test: ## everything that CI runs
	@$(BOOTSTRAP) test

lint: ## ruff, mypy and the import rules
	@$(BOOTSTRAP) lint

format: ## let ruff format and sort
	@$(BOOTSTRAP) format

bundle: ## build, self-test and start the frozen programs (build/dist)
	@$(BOOTSTRAP) bundle

installers: ## a .deb and a .run from the bundle (build/installers)
	@$(BOOTSTRAP) installers

runtime: ## the engine as a file that an app can install, of the bundle or DEVICE=cuda (build/runtimes)
	@$(BOOTSTRAP) runtime --device $(DEVICE)

verify-installers: ## use them in a fresh Debian without a network, as root (build/verify-installers)
	@$(BOOTSTRAP) verify-installers

screenshots: ## every page, light and dark, both languages (build/screenshots)
	@$(BOOTSTRAP) screenshots

bench: ## the benchmarks with their figures
	@$(BOOTSTRAP) bench

soak: ## the full tables of the tests, and long-running stress of the protocol and the window
	@$(BOOTSTRAP) soak

clean: ## remove what builds and tests left; .venv and user data stay
	@$(BOOTSTRAP) clean
