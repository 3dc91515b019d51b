# `make` alone lists the targets. Everything longer than a line is in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help web build run test test-tools test-web test-rust test-million test-ten-thousand test-life test-browser test-fuzz soak fuzz \
	conformance tidy generated film fonts bench fmt clean

CARGO ?= cargo
# What `make run` adds to `tongxing run`, for example ARGS='--database-url postgres://…'.
ARGS ?= --data ./data --listen 127.0.0.1:8080 --demo
# What `make soak` and `make test-life` begin their random changes from: another number, other inputs.
SEED ?= 1
# What `make fuzz` runs: one target of fuzz/src/targets, or all, each for so long.
TARGET ?= all
FUZZ_SECONDS ?= 3600
# What `make test` has built for the tests is run as it is: a package that is built alone has other features, and everything
# below it is compiled once more.
RUN = $(if $(BUILT),target/debug/$(1),$(CARGO) run --quiet --locked -p $(1) --)
export TONGXING_BINARY ?= $(CURDIR)/target/debug/tongxing

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

web: ## build the browser code into web/dist, which the server embeds
	@scripts/web build

build: web ## build the release binary, target/release/tongxing
	@scripts/need cargo c++ cmake
	$(CARGO) build --release --locked --bin tongxing

run: build ## start on http://127.0.0.1:8080 with demonstration people (ARGS='…' replaces the options)
	target/release/tongxing run $(ARGS)

test: test-tools ## install what is missing, then run every check and every test
	@scripts/test

test-tools: ## install what the tests need (Debian, as root) or print the command that does
	@scripts/need cargo
	@scripts/test-tools

test-web: ## only the browser code's own tests
	@scripts/web test

# Most of the tests wait, for a server or a database: twice as many at once as there are cores take half the time.
test-rust: web ## only the Rust tests, with a PostgreSQL that lives as long as they do
	@scripts/need cargo c++ cmake
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$$((2 * $$(getconf _NPROCESSORS_ONLN)))} \
		scripts/with-postgres $(CARGO) test --workspace --locked

test-million: ## only the test that a near match among 1,000,000 filings opens nothing but its candidates
	$(CARGO) test --workspace --locked --test million -- --ignored --nocapture sqlite

test-ten-thousand: web ## only the run of 10,000 applications through the state machine on a simulated clock
	$(CARGO) test --workspace --locked --lib ten_thousand -- --ignored --nocapture

test-life: web ## only the 60 days of 2,000 invented people, on both databases (SEED=2: other days)
	SEED=$(SEED) scripts/with-postgres $(CARGO) test --workspace --locked --lib two_thousand -- --ignored --nocapture --test-threads 1

test-browser: web ## only the tests in a real browser, against the debug binary
	@scripts/need cargo c++ cmake
	$(if $(BUILT),,$(CARGO) build --locked --bin tongxing)
	@scripts/web e2e

film: web ## record the guide film (Chinese and English) from the debug binary into web/static/film
	@scripts/need cargo c++ cmake
	@scripts/test-tools ffmpeg
	$(CARGO) build --locked --bin tongxing
	@scripts/web film
	@scripts/web build

test-fuzz: ## only hostile bytes for every parser, 5 s each
	@scripts/need cargo c++ cmake
	$(call RUN,fuzz) run --seconds 5

soak: web ## the long checks, optimised: hostile bytes for every parser, 60 s each; then 500 kills on each database
	@scripts/need cargo c++ cmake
	$(CARGO) run --quiet --locked --profile soak -p fuzz -- run --seconds 60 --seed $(SEED)
	$(CARGO) build --locked --profile soak --bin tongxing
	TONGXING_BINARY=$(CURDIR)/target/soak/tongxing scripts/with-postgres \
	  $(CARGO) test --locked --profile soak -p blackbox --test checkpoint --test visits -- --ignored --nocapture --test-threads 1

fuzz: ## the same with coverage guidance, for hours (TARGET=mrz FUZZ_SECONDS=600)
	@scripts/fuzz "$(TARGET)" "$(FUZZ_SECONDS)"

conformance: ## the public suites of every format, as one table (TONGXING_SUITES says where they stand)
	@scripts/need cargo c++ cmake
	$(call RUN,conformance)

tidy: web ## the repository's own rules, formatting, lints, licences, generated files
	@scripts/need cargo c++ cmake
	$(CARGO) run --quiet --locked -p tidy

generated: web ## write the generated files again (OpenAPI and the like)
	$(CARGO) run --quiet --locked -p tidy -- generated --write

fonts: ## cut the fonts of what is printed to its words (needs hb-subset and Noto Sans CJK)
	@scripts/fonts

bench: build ## measure, print a table and write target/bench.json
	@scripts/test-tools postgresql
	TONGXING_BINARY=$(CURDIR)/target/release/tongxing scripts/with-postgres $(CARGO) run --release --locked -p bench -- $(BENCH)

fmt: ## format the Rust code
	$(CARGO) fmt --all

clean: ## delete what was built; never ./data
	$(CARGO) clean
	rm -rf web/dist web/node_modules
