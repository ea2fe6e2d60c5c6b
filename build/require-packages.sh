# Sourced by test: curl runs what the README says, and the browser tests drive a real Chromium; without them tests fail, they are
# never skipped. Leaves the browser's path in SWITCHBOARD_CHROMIUM.

find_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

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

if ! command -v curl >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "The tests of the README need curl: install it." >&2
        exit 1
    fi
    echo "Installing curl for the tests of the README …"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl >/dev/null
fi

if [ -z "${SWITCHBOARD_CHROMIUM:-}" ]; then
    if ! find_chromium >/dev/null; then
        if ! command -v apt-get >/dev/null; then
            echo "The browser tests need Chromium or Chrome: install it, or set SWITCHBOARD_CHROMIUM to its path." >&2
            exit 1
        fi
        echo "Installing chromium for the browser tests …"
        as_root apt-get update -qq
        # On Debian it is a package; on Ubuntu the package chromium-browser brings the snap.
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null \
            || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-browser >/dev/null
    fi
    if ! SWITCHBOARD_CHROMIUM=$(find_chromium); then
        echo "The browser tests need Chromium or Chrome, and no package brought one: install it, or set SWITCHBOARD_CHROMIUM to its path." >&2
        exit 1
    fi
    export SWITCHBOARD_CHROMIUM
fi
