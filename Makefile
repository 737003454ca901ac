# Everything runs on the Node in node_modules (the npm package node@24), whatever Node the machine has.
SHELL := /bin/bash
export DATA
export JAEGER
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# The CPU library is inside the package; its install script would fetch CUDA from elsewhere.
export ONNXRUNTIME_NODE_INSTALL := skip
ARGS ?=

.PHONY: help install redis demo start test lint bench fuzz train test-parity test-quality test-swaps test-cluster test-faults test-feast test-jaeger test-promtool pictures clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules/.installed: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed: install Node.js 20 or later" >&2; exit 1; }
	@echo "installing packages (once; some minutes on a slow line)"
# Not npm ci: it refuses a lock made where a registry lacks optional packages for other platforms.
	@npm install --no-save --no-fund --no-audit --loglevel=error
	@touch $@

install: node_modules/.installed ## Install what is needed

demo: install ## Stream card transactions through an engine and report (ARGS="--transactions 50000 --seed 7")
	@echo "demo: starts an engine on a temporary store, feeds it history and labels, then decides the last days over gRPC"
	@node src/cli/verdict.ts demo $(ARGS)

start: install ## Run the engine (gRPC on 127.0.0.1:50051, health and metrics on 127.0.0.1:8080)
	@node src/cli/verdict.ts serve $(ARGS)

redis: install ## Find a redis-server for the tests, or fetch one into node_modules (REDIS_SERVER=file takes that one)
	@node test/support/redis/install.ts

test: install redis ## Run the tests
	@echo "test: unit, property and end-to-end tests, and those in the policies"
	@mocha $(ARGS)
	@node src/cli/verdict.ts policy test

lint: install ## Check types, style, dead code, generated files
	@tsc --noEmit
	@biome check --error-on-warnings .
	@knip
	@node src/cli/verdict.ts policy schema --check
	@node src/cli/verdict.ts policy check
	@node src/cli/verdict.ts list check

# What Verdict is measured against: only this target pays for it.
test/bench/node_modules/.installed: test/bench/package.json test/bench/package-lock.json | install
	@echo "installing what to measure against (once)"
	@npm install --no-save --no-fund --no-audit --loglevel=error --prefix test/bench
	@touch $@

bench: install redis test/bench/node_modules/.installed ## Measure as ratios against a baseline (ARGS="policy cel aggregates graph engine trace")
	@node test/bench/main.ts $(ARGS)

.venv/.installed: models/train/requirements.txt
	@command -v python3 >/dev/null || { echo "python3 (3.11 or later) is needed" >&2; exit 1; }
	@python3 -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check -r models/train/requirements.txt
	@touch $@

train: install .venv/.installed ## Train the shipped model (DATA=card-transactions.parquet)
	@: "$${DATA:?give the data: make train DATA=card-transactions.parquet}"
	@.venv/bin/python models/train/train.py --data "$$DATA" --until 2018-07-31 --out models/card-fraud/1 $(ARGS)

fuzz: install ## Hold both evaluators against json-rules-engine on generated rules (ARGS="--seconds 600 --seed 7")
	@node test/heavy/fuzz.ts $(ARGS)

test-parity: install ## Compare served features with SQL on real data (DATA=card-transactions.parquet)
	@: "$${DATA:?give the data: make test-parity DATA=card-transactions.parquet}"
	@mocha --no-config --no-color --timeout 1800000 test/heavy/parity.test.ts

test-quality: install .venv/.installed ## Decide a week with a model trained before it, against a baseline (DATA=…)
	@: "$${DATA:?give the data: make test-quality DATA=card-transactions.parquet}"
	@node test/heavy/quality.ts $(ARGS)

test-swaps: install ## Change the documents 200 times under 1,000 decisions a second, a third of the changes broken
	@mocha --no-config --no-color --timeout 1800000 test/heavy/swaps.test.ts

test-cluster: install redis ## Redis Cluster and Sentinel: sources, aggregates, failover
	@mocha --no-config --no-color --timeout 60000 "test/**/*.cluster.test.ts"

test-faults: install redis ## Kill, freeze, slow down and garble every kind of source under load; prints what came of it
	@mocha --no-config --no-color --timeout 1800000 "test/**/*.faults.test.ts" "test/heavy/faults*.test.ts"

test-jaeger: install ## Send decisions to a real Jaeger and read them back (built with Go, once; JAEGER=file takes that one)
	@node test/support/jaeger/install.ts
	@mocha --no-config --no-color --timeout 300000 "test/heavy/jaeger/*.test.ts"

pictures: install ## Draw the traces of deploy/jaeger anew, from a running system and a real Jaeger
	@node test/support/jaeger/install.ts
	@node test/heavy/jaeger/pictures.ts

.venv-feast/.installed: test/heavy/feast/requirements.txt
	@command -v python3 >/dev/null || { echo "python3 (3.11 or later) is needed" >&2; exit 1; }
	@echo "installing the feast Python package (once; 600 MB in .venv-feast)"
	@python3 -m venv .venv-feast
	@.venv-feast/bin/pip install --quiet --disable-pip-version-check -r test/heavy/feast/requirements.txt || \
		{ echo "the feast package cannot be installed: pip needs access to PyPI, and Python 3.11 or later" >&2; exit 1; }
	@touch $@

test-feast: install redis .venv-feast/.installed ## Read what the feast Python package wrote into Redis
	@mocha --no-config --no-color --timeout 300000 test/heavy/feast.test.ts

# A tagged version of Prometheus (3.8) as its Go module is numbered. Its go.mod has exclusions, which only a build from
# a module of one's own takes.
promtool_version := v0.308.0
PROMTOOL ?= $(or $(shell command -v promtool),.tools/promtool)

.tools/promtool:
	@command -v go >/dev/null || { echo "promtool is not on the PATH and is built with Go: install Go 1.24 or later, or set PROMTOOL=FILE" >&2; exit 1; }
	@echo "building promtool (once; some minutes)"
	@mkdir -p .tools/build && cd .tools/build && { [ -f go.mod ] || go mod init promtool.local 2>/dev/null; } && \
		go get github.com/prometheus/prometheus/cmd/promtool@$(promtool_version) 2>log && \
		CGO_ENABLED=0 go build -o ../promtool github.com/prometheus/prometheus/cmd/promtool 2>>log || \
		{ tail -n 3 log 2>/dev/null; echo "promtool cannot be built: Go needs access to its module proxy" >&2; exit 1; }

test-promtool: $(PROMTOOL) ## Check the alert rules and run their tests (needs promtool, or Go to build it)
	@$(PROMTOOL) check rules deploy/prometheus/alerts.yaml
	@$(PROMTOOL) test rules deploy/prometheus/alerts.test.yaml

clean: ## Remove what was installed or made
	rm -rf node_modules test/bench/node_modules .venv .tools data
