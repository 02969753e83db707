# Everything here needs python3 (3.11 or newer, with venv), make and a package index; the rest it installs.

UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)
# With bytecode: a process that finds none compiles everything it imports, which takes half of its start.
SYNC := $(UV) sync --locked --all-packages --quiet --compile-bytecode
COMPILE := $(UV) run --no-sync python -m compileall -q libs/common/lodestone services/*/lodestone_* deploy/local
unexport PYTHONDONTWRITEBYTECODE
RUN := $(UV) run --no-sync
PYTEST := $(RUN) pytest
CLIENT := services/gateway/client
NPM := cd $(CLIENT) && ./with-node npm
# ONCE=1 ends `make run` after the example; anything else in ARGS goes to the command.
ONCE ?=
# `make chaos MINUTES=3 SEED=17` runs shorter, and what an earlier run did.
MINUTES ?= 10
# Many tests wait for others more than they compute: on two cores three at once are a good deal quicker.
WORKERS ?= 3
# Runs of `make simulate`; with SEED=n the one run of that seed, told step by step.
SEEDS ?= 1000
SEED ?=
ARGS ?=
DEPLOY_TESTS := tests/contract/deploy $(addprefix tests/contract/test_,bus_accounts.py monitoring.py dockerfile.py compose.py)

.DEFAULT_GOAL := help
.PHONY: $(shell grep -oE '^[a-z-]+:' $(MAKEFILE_LIST) | tr -d :)

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: $(filter .venv/bin/uv,$(UV)) ## Install everything into .venv
	@$(SYNC)
	@$(COMPILE)

.venv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; python3 is $$(python3 -V 2>&1)." >&2; exit 1; }
	@python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv

run: install ## Start the whole system with an example job; Ctrl-C stops it (ONCE=1: ends after the example)
	@exec $(RUN) lodestone demo $(if $(ONCE),--once) $(ARGS)

test: install ## Run every test but the long ones
	@$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
		$(if $(AFTER_DEPLOY_CHECK),$(addprefix --ignore=,$(DEPLOY_TESTS))) $(ARGS)

chaos: install ## Disturb everything while jobs run, MINUTES=10 (SEED= replays); race cancels; cross crash points
	@PYTHONPATH=tests $(RUN) python -m chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(ARGS)

cluster: install ## The Kubernetes manifests as processes in network namespaces, upgraded and drained under load (root)
	@PYTHONPATH=tests $(RUN) python -m cluster $(ARGS)

restores: install ## Restore Postgres and the stream of different times, by the commands of docs/operations.md
	@$(PYTEST) -q tests/failure/restores.py $(ARGS)

check: install ## Lint, format, types and import rules
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy libs/common/lodestone services/*/lodestone_* deploy/local/lodestone_local tests
	@$(RUN) lint-imports

client: install client-packages ## Lint, types, build and tests of the TypeScript client, which `make test` holds too
	@$(NPM) run --silent check && ./with-node npm run --silent build && ./with-node npm test --silent

client-packages: $(CLIENT)/node_modules/.package-lock.json

$(CLIENT)/node_modules/.package-lock.json: $(CLIENT)/package-lock.json
	@$(NPM) ci --no-progress --no-audit --no-fund --loglevel=error
	@touch $@

image: install ## Build the image here without Docker, and start each of its commands (root; needs buildah, mmdebstrap)
	@PYTHON=$(CURDIR)/.venv/bin/python deploy/docker/build_here

image-tools: $(filter .venv/bin/uv,$(UV)) ## Install what `make test` checks the image and its parts with
	@UV_PROJECT_ENVIRONMENT=.venv-image $(UV) sync --locked --only-group image --quiet

sbom: install image-tools ## Write sbom.json: what is in the image, as CycloneDX
	@deploy/docker/make_sbom sbom.json

audit: install ## Ask a public database for known vulnerabilities of what is in the image
	@deploy/docker/audit

simulate: install ## Run the whole protocol on virtual time, SEEDS=1000 runs with faults (SEED=n: replay one)
	@PYTHONPATH=tests $(RUN) python -m simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(ARGS)

mutants: install ## Plant known bugs and see that the simulation finds each of them
	@PYTHONPATH=tests $(RUN) python -m simulation.hunt $(ARGS)

contracts: install client-packages ## Write docs/api, docs/settings.md, docs/metrics.md, the client's types, the bus users and Kubernetes' rules from the code; refuses a change that breaks a reader
	@$(RUN) lodestone-gateway contracts docs/api
	@$(RUN) lodestone-gateway accounts deploy/nats/accounts.conf
	@$(RUN) lodestone-gateway settings docs/settings.md
	@$(RUN) lodestone-gateway metrics docs/metrics.md
	@$(RUN) python deploy/k8s/rules.py
	@$(RUN) python deploy/k8s/chart.py
	@$(NPM) run --silent types && ./with-node npm run --silent contracts

deploy-check: install ## Render the manifests; hold them, the compose file, the bus and the alerts to their schemas and the code
	@$(SYNC) --group deploy
	@$(PYTEST) -q $(DEPLOY_TESTS) $(ARGS)
	@UV=$(UV) deploy/k8s/checkov/check

soak: install ## Ten honest users beside a hostile one, MINUTES=10, against the same ten alone
	@PYTHONPATH=tests $(RUN) python -m soak $(MINUTES)

bench: install ## How fast it is, side by side with something that it can be held against
	@PYTHONPATH=tests $(RUN) python -m bench $(ARGS)

evals: install ## Hold the real model's results to the rules of a good lead magnet (needs ANTHROPIC_API_KEY, costs money)
	@PYTHONPATH=tests $(RUN) python -m evals $(ARGS)

accept: install ## Run the executable checks in the folder ACCEPT_DIR against this project
	@test -n "$(ACCEPT_DIR)" || { echo "Say where the checks are: make accept ACCEPT_DIR=<folder>" >&2; exit 2; }
	@failed=; for check in $(ACCEPT_DIR)/*; do \
		if [ -f "$$check" ] && [ -x "$$check" ]; then \
			echo "== $$(basename "$$check")"; "$$check" || failed=1; \
		fi; \
	done; test -z "$$failed"
