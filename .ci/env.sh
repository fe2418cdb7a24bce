# What every script here agrees on. Sourced, never run.
#
# Nothing is installed outside the system's packages and one folder per person, so that a second
# clone on the same machine finds the tools ready.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CACHE=${WAYBILL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/waybill}
TOOLS=$CACHE/tools

export LC_ALL=C.UTF-8
export CARGO_TERM_PROGRESS_WHEN=never
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1
# Our pinned tools come first, rustup's folder last: it may not be on the PATH of a machine yet.
export PATH=$TOOLS/bin:$PATH:$HOME/.cargo/bin

# Written by set-up where the browser's target comes from Debian's toolchain (see wasm-toolchain).
if [ -s "$CACHE/toolchain" ]; then
    RUSTUP_TOOLCHAIN=$(<"$CACHE/toolchain")
    export RUSTUP_TOOLCHAIN PATH=$CACHE/lld:$PATH
fi

# Everything that runs on the server, always chosen together: another choice would unify other features
# and compile DataFusion again.
MEMBERS=(-p app -p server -p base -p formats -p engine -p connectors)

# Runs cargo with clippy in place of the compiler, which it is too: what is linted is what the tests run, built once.
# The arguments are those of `cargo clippy -- -D warnings`.
linted() {
    RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ "$@"
}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# The folder that cargo builds into, which the environment may have moved.
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-$ROOT/target}"; }

# Runs a command with what it prints kept for the case that it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
