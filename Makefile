# The commands of this project. Each installs what it needs first, and does nothing twice.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help serve watch test check package probe bench torture sbom clean

LISTEN ?= 127.0.0.1:3000
DATA ?= data
TARGET := $(or $(CARGO_TARGET_DIR),target)

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 16

serve: ## build everything and start the demo on LISTEN (127.0.0.1:3000) with its data in DATA (./data)
	@.ci/setup build
	@.ci/front
	@. .ci/env.sh && cargo build --locked $${MEMBERS[@]}
	@exec $(TARGET)/debug/waybill serve --demo --data $(DATA) --listen $(LISTEN)

watch: ## the same, built again and reloaded at each change
	@.ci/setup build
	@.ci/watch --demo --data $(DATA) --listen $(LISTEN)

test: ## all that CI runs
	@.ci/test

check: ## formatting and lints only
	@.ci/setup build
	@. .ci/env.sh && cargo fmt --all --check
	@.ci/front
	@.ci/lint

probe: ## schemathesis at REST with each role and wapiti at the pages, a quarter of an hour; PROBE=rest|pages for one of them
	@.ci/setup probe
	@.ci/front
	@. .ci/env.sh && cargo build --locked $${MEMBERS[@]}
	@.ci/probe $(PROBE)

bench: ## speed, memory and start-up of what `make package` packs, beside other programs; BENCH=frontends|lists|pages|peers|queue|rest|uploads|verify|walk|week for one of them
	@.ci/setup bench
	@.ci/front
	@. .ci/env.sh && cargo build --locked --profile dist --bin waybill $${MEMBERS[@]}
	@. .ci/env.sh && cargo build --locked --examples $${MEMBERS[@]}
	@.ci/bench $(BENCH)

torture: ## kills, stops, clock jumps, full disks, cut databases for hours; TORTURE="--seed 7 --kills 40" for one series
	@.ci/setup test
	@.ci/front
	@. .ci/env.sh && cargo build --locked $${MEMBERS[@]}
	@.ci/torture $(TORTURE)

sbom: ## what this version is made of, with licences and checksums (CycloneDX): target/waybill.cdx.json
	@.ci/setup build
	@.ci/sbom $(TARGET)/waybill.cdx.json

package: ## the tarball to install, in target/package: half an hour from nothing; BARE=1 tries it on a Debian with nothing else
	@.ci/setup $(if $(BARE),bare,package)
	@.ci/front
	@. .ci/env.sh && cargo build --locked --profile dist --bin waybill $${MEMBERS[@]}
	@.ci/package --binary $(TARGET)/dist/waybill
	@WAYBILL_BINARY=$(abspath $(TARGET)/dist/waybill) python3 -m unittest discover -s end2end/package -p 'tests*.py'
	@$(if $(BARE),python3 end2end/package/bare.py)

clean: ## remove what was built and the demo's data; tools stay in ~/.cache/waybill
	rm -rf target data public/icons.svg end2end/node_modules end2end/test-results end2end/playwright-report
