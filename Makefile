# Every command of the project has its name here, and CI runs nothing else.
# The build directory can be moved with CARGO_TARGET_DIR, the cache of outside tools with
# AZURETM_TOOLS_CACHE; see tools/tool.sh.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

tool = $$(tools/tool.sh $(1))
scripts := .ci/run tools/*.sh
packages = $$(cargo metadata --locked --no-deps --format-version 1 | \
	python3 -c 'import json, sys; print(*sorted(p["name"] for p in json.load(sys.stdin)["packages"]))')

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the provider and the emulator
	cargo build --locked --workspace --bins

.PHONY: demo
demo: ## Apply examples/quickstart with a real CLI on the emulator, shift the weights, destroy
	tools/demo.sh

.PHONY: test
test: ## Run all tests: Rust, Terraform and OpenTofu on the emulator, Azure's SDKs, tf-plugin and the provider from their packages
	tools/test.sh

.PHONY: test-rust
test-rust: ## Run the tests of the workspace alone, with the CLIs that are there already
	cargo test --locked --workspace

.PHONY: test-clis
test-clis: ## Run the scenarios that need one CLI with each of them
	tools/test.sh every-cli

.PHONY: test-foreign
test-foreign: ## Hold the emulator to the official SDKs of Azure for Python and Go
	cargo build --locked -p emulator --bins
	tools/foreign-clients.sh

.PHONY: test-dist
test-dist: dist ## Install the packaged provider as a user does, and use it
	tools/test-dist.sh

.PHONY: test-package
test-package: ## Package tf-plugin, and use its example provider from the package with Terraform
	tools/test-package.sh

.PHONY: check
check: check-fmt check-clippy check-rustdoc check-crates check-circles check-deny check-machete check-typos check-scripts check-go check-examples check-fuzz docs-check ## Run every check that is not a test

.PHONY: check-fmt
check-fmt:
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check

.PHONY: check-clippy
check-clippy:
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked --manifest-path fuzz/Cargo.toml --target-dir "$${CARGO_TARGET_DIR:-target}" --all-targets -- -D warnings

.PHONY: check-rustdoc
check-rustdoc:
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps

# A crate that builds only because a neighbour switched a feature on fails here.
.PHONY: check-crates
check-crates:
	packages="$(packages)"; \
	for package in $$packages; do echo "cargo check -p $$package"; cargo check --locked --quiet -p "$$package" --all-targets; done

.PHONY: check-circles
check-circles:
	python3 -B tools/circles_test.py
	python3 -B tools/circles.py

.PHONY: check-deny
check-deny:
	deny=$(call tool,cargo-deny); "$$deny" --locked check --hide-inclusion-graph bans licenses sources

.PHONY: check-machete
check-machete:
	machete=$(call tool,cargo-machete); "$$machete"

.PHONY: check-typos
check-typos:
	typos=$(call tool,typos); "$$typos"

.PHONY: check-scripts
check-scripts:
	shellcheck=$(call tool,shellcheck); "$$shellcheck" $(scripts)
	python3 -c 'import ast, sys; [ast.parse(open(path).read(), path) for path in sys.argv[1:]]' bench/*.py tests/foreign/python/*.py tools/*.py
	python3 -B tools/latencies_test.py

.PHONY: check-go
check-go:
	unformatted=$$(gofmt -l bench tests/foreign); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted; run make fmt"; exit 1; }
	for module in bench/*/ tests/foreign/go/; do (cd "$$module"; go vet -mod=readonly ./...); done

.PHONY: check-examples
check-examples:
	terraform=$(call tool,terraform); TF_CLI_CONFIG_FILE=/dev/null "$$terraform" fmt -check -recursive -diff examples

# Each target for a few seconds, from the inputs that are kept. An input that fails is printed with its path.
.PHONY: check-fuzz
check-fuzz:
	tools/fuzz.sh check

.PHONY: fuzz
fuzz: ## Fuzz all targets for a minute each, or one: make fuzz TARGET=ids SECONDS=600
	tools/fuzz.sh run "$(TARGET)" "$(SECONDS)"

.PHONY: audit
audit: ## Look for known vulnerabilities in the dependencies (fetches the advisory database)
	deny=$(call tool,cargo-deny); "$$deny" --locked check advisories

.PHONY: bench
bench: ## Measure start, schema, memory and size beside a no-op provider written in Go, and AGAINST=COMMIT
	python3 bench/run.py $(if $(AGAINST),--against $(AGAINST))

.PHONY: bench-dns
bench-dns: ## Measure the DNS server of the emulator beside Knot DNS (needs knotd and dnsperf)
	python3 bench/dns.py

.PHONY: docs
docs: ## Write docs/ from the provider's own schema, templates/ and examples/
	tools/docs.sh write

.PHONY: docs-check
docs-check: ## Fail when docs/ is not what `make docs` would write
	tools/docs.sh check

.PHONY: screenshot
screenshot: ## Take the picture of the emulator's page that README.md shows
	tools/screenshot.sh

.PHONY: dist
dist: ## Package the provider for this machine into dist/, as a release does for all
	tools/dist.sh

.PHONY: fmt
fmt: ## Format Rust, Go and Terraform files
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml
	gofmt -w bench tests/foreign
	terraform=$(call tool,terraform); TF_CLI_CONFIG_FILE=/dev/null "$$terraform" fmt -recursive examples

.PHONY: tools
tools: ## Install every outside tool into the cache, and print where each is
	tools/tool.sh --all

.PHONY: clean
clean: ## Remove what was built (the cache of outside tools stays)
	cargo clean
	rm -rf dist
