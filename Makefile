# Every way to work on Kailing, a line or two each. `make` shows the list.
.DEFAULT_GOAL := help
.PHONY: help run test schemathesis check fmt openapi bench bench-batch bench-create bench-memory bench-demo bench-import bench-callback bench-stored clean-data

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: ## Build and start the server on 127.0.0.1:8080 with demo data (ARGS="--listen 127.0.0.1:9000" adds options)
	cargo run --release --locked -p kailing -- serve --demo $(ARGS)

test: ## Run every test on SQLite and on PostgreSQL (starts its own temporary cluster)
	scripts/test.sh

schemathesis: ## Call every endpoint with generated input (needs Python 3 and PyPI)
	scripts/schemathesis.sh

check: ## Check formatting, lints, documentation and openapi.json
	scripts/check.sh

fmt: ## Format the sources
	cargo fmt --all

openapi: ## Write openapi.json anew
	scripts/openapi.sh --write

bench: ## Measure against nginx and the bare driver (15 minutes; docs/performance.md)
	scripts/bench.sh

bench-batch bench-create bench-memory bench-demo bench-import bench-callback bench-stored: ## One part of it
	scripts/bench.sh $(@:bench-%=%)

clean-data: ## Remove the demo database
	rm -rf data
