# Sourced by test: curl runs what the README says, a linker makes native programs, openssl is a client of the TLS tests, the browser tests
# drive a real Chromium, the command line is used in a terminal of tmux, and the interoperability tests talk to ws on Node.js, to
# websockets on Python, and through nginx and HAProxy. Without them tests fail, they are never skipped. Leaves the browser's path in SWITCHBOARD_CHROMIUM and that
# of the Python interpreter in SWITCHBOARD_PYTHON.

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Installing packages needs root, and there is no sudo: run as root: $*" >&2
        exit 1
    fi
}

# install_packages PACKAGE…: of Debian or Ubuntu.
install_packages() {
    echo "Installing for the tests: $* …"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $apt_flags "$@" >/dev/null
}
apt_flags=

give_up() { echo "$1" >&2; exit 1; }

# require COMMAND WHOSE PACKAGE: of the same name elsewhere.
require() {
    if ! command -v "$1" >/dev/null; then
        command -v apt-get >/dev/null || give_up "$2 need $1: install it."
        install_packages "$3"
    fi
}

find_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

# Debian's packages are for its own interpreter, which need not be the first on the path.
find_python() {
    for name in /usr/bin/python3 python3; do
        "$name" -c "import websockets" 2>/dev/null && command -v "$name" && return
    done
    return 1
}

require curl "The tests of the README" curl
require openssl "The tests of TLS" openssl
require tmux "The tests of the command line" tmux
require certutil "The tests of TLS with Chromium" libnss3-tools

# What links a program that is compiled ahead of time.
if ! { command -v clang || command -v gcc; } >/dev/null || ! echo '#include <zlib.h>' | cc -E - >/dev/null 2>&1; then
    command -v apt-get >/dev/null || give_up "The tests of Native AOT need clang or gcc, and zlib's headers: install them."
    install_packages gcc libc6-dev zlib1g-dev
fi

# Debian has what an administrator runs in /usr/sbin, which is not on everybody's path.
finds() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

if ! finds nginx || [ ! -e /usr/lib/nginx/modules/ngx_stream_module.so ] || ! finds haproxy; then
    command -v apt-get >/dev/null || give_up "The tests behind proxies need nginx with its stream module, and HAProxy: install them."
    install_packages nginx-light libnginx-mod-stream haproxy
fi

if [ -z "${SWITCHBOARD_CHROMIUM:-}" ]; then
    needs_chromium="install it, or set SWITCHBOARD_CHROMIUM to its path."
    if ! find_chromium >/dev/null; then
        command -v apt-get >/dev/null || give_up "The browser tests need Chromium or Chrome: $needs_chromium"
        # On Debian it is a package; on Ubuntu the package chromium-browser brings the snap.
        install_packages chromium || install_packages chromium-browser
    fi
    SWITCHBOARD_CHROMIUM=$(find_chromium) \
        || give_up "The browser tests need Chromium or Chrome, and no package brought one: $needs_chromium"
    export SWITCHBOARD_CHROMIUM
fi

if [ -z "${SWITCHBOARD_PYTHON:-}" ]; then
    needs_python="install Python 3 with the package websockets, or set SWITCHBOARD_PYTHON to an interpreter that has it."
    if ! find_python >/dev/null; then
        command -v apt-get >/dev/null || give_up "The interoperability tests need Python's websockets: $needs_python"
        install_packages python3 python3-websockets
    fi
    SWITCHBOARD_PYTHON=$(find_python) \
        || give_up "The interoperability tests need Python's websockets, and the package python3-websockets did not bring it: $needs_python"
    export SWITCHBOARD_PYTHON
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    # npm recommends a compiler and git, which ws does without.
    apt_flags=--no-install-recommends
    command -v apt-get >/dev/null || give_up "The interoperability tests need Node.js with npm: install them from https://nodejs.org"
    if command -v node >/dev/null; then install_packages npm; else install_packages nodejs npm; fi
fi

# What package-lock.json pins, beside it; nothing is asked of the network when it is there.
if ! (cd tests/Interop/Peers/ws && npm ls >/dev/null 2>&1); then
    echo "Installing ws for the interoperability tests …"
    (cd tests/Interop/Peers/ws && npm ci --no-audit --no-fund --loglevel=error >/dev/null) \
        || give_up "The interoperability tests need ws for Node.js, and npm could not install it: see what it says above."
fi
