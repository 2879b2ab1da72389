# What a person does with the repository. `make` alone lists the targets.

# Debian packages that a build needs besides the Swift toolchain; `make deps` installs those that are missing.
PACKAGES := pkg-config make git g++ libsqlite3-dev libxml2-dev libgmime-3.0-dev zlib1g-dev libyaml-dev libcurl4-openssl-dev libsimdjson-dev libre2-dev
# What the tests and the demo need in addition.
TEST_PACKAGES := curl openssl dovecot-imapd
# What counts the instructions of the kernels.
GATES_PACKAGES := valgrind binutils
# What the benchmarks need to install their peers.
BENCH_PACKAGES := python3 python3-venv jq
# How to run them: `make bench BENCH="--rounds 5 --large"`.
BENCH :=

SWIFT_FILES = $(shell find Package.swift Sources Tests Benchmarks -name '*.swift' -not -path '*/.build/*' | sort)

# One package manager call at most, as root or through sudo; nothing when all is there. RUNLEVEL=1 keeps packages from starting servers.
define install
	@command -v dpkg-query > /dev/null || { echo "These Debian packages are needed: $(1)" >&2; exit 1; }; \
	missing=$$(for package in $(1); do \
	  dpkg-query -W -f='$${Status}' "$$package" 2> /dev/null | grep -q 'ok installed' || echo "$$package"; \
	done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then root=; else root=sudo; fi; \
	  echo "Installing" $$missing; \
	  $$root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  $$root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

.PHONY: help deps deps-test deps-gates deps-bench build demo test test-heavy test-peers fuzz gates bench hostile format lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

deps: ## install the Debian packages that a build needs and that are missing
	$(call install,$(PACKAGES))

deps-test: deps
	$(call install,$(TEST_PACKAGES))

deps-gates: deps
	$(call install,$(GATES_PACKAGES))

deps-bench: deps
	$(call install,$(BENCH_PACKAGES))

build: deps ## build the kindred executable
	swift build --product kindred

demo: deps-test build ## start a daemon on loopback, feed it the demo data, show what comes out
	fixtures/demo/run

# The crash tests take both processors and watch the clock of what they kill, so they run by themselves.
test: deps-test ## build and run all tests but the heavy ones
	swift build --build-tests
	swift test --skip-build --skip CrashTests
	swift test --skip-build --filter CrashTests

test-heavy: deps-test test-peers ## the long fuzz and crash counts, and the heavy peers
	swift build --build-tests
	KINDRED_HEAVY=1 swift test --skip-build --skip CrashTests
	KINDRED_HEAVY=1 swift test --skip-build --filter CrashTests

test-peers: deps-bench build ## play WeChat, WeCom and a webhook sender against a daemon, by implementations that are not ours
	Tests/Peers/run

fuzz: deps-test ## fuzz every parser, KINDRED_FUZZ_SECONDS of processor time each (1200)
	swift build --build-tests
	Tests/Fuzz/run

gates: deps-gates ## count the instructions of the kernels against their limits
	Benchmarks/kernels/gates

bench: deps-bench build ## measure Kindred and its peers in turns, write Benchmarks/RESULTS.md
	Benchmarks/run $(BENCH)

hostile: deps-bench build ## tables made to be slow, by size
	Benchmarks/hostile/run

format: ## format all Swift files
	swift format --in-place --parallel --configuration .swift-format $(SWIFT_FILES)

lint: ## check the format of all Swift files
	swift format lint --strict --parallel --configuration .swift-format $(SWIFT_FILES)

clean: ## remove what was built
	swift package clean
	rm -rf .demo
