# Sourced by each prepare: quiet when all goes well, one sentence and a non-zero code when it does not.
set -euo pipefail

give_up() { echo "$1" >&2; exit 1; }

# quietly SENTENCE COMMAND…: the command's output is kept for the case that it fails.
quietly() {
    local sentence=$1 log
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 || give_up "$sentence: the output is in $log"
    rm -f "$log"
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# need_packages PACKAGE…: of Debian or Ubuntu.
need_packages() {
    command -v apt-get >/dev/null || give_up "This needs apt-get, to install: $*"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || give_up "This needs root or sudo, to install: $*"
    quietly "These packages could not be installed: $*" install_packages "$@"
}

# need_modules: what package.json pins, installed beside it.
need_modules() {
    command -v npm >/dev/null || give_up "This needs Node.js with npm: https://nodejs.org"
    npm ls --depth=0 >/dev/null 2>&1 \
        || quietly "npm could not install what $PWD/package.json pins" npm install --no-package-lock --no-audit --no-fund
}

# build_project FOLDER, in Release.
build_project() {
    command -v dotnet >/dev/null || give_up "This needs the .NET SDK of global.json: https://dotnet.microsoft.com/download/dotnet/10.0"
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
    quietly "$1 could not be built" dotnet build "$1" --configuration Release --nologo --verbosity quiet
}
