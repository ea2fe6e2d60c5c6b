# Sourced by test: the browser tests drive a real Chromium, and without one they fail; they are never skipped.
if [ -z "${SWITCHBOARD_CHROMIUM:-}" ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null \
    && ! command -v google-chrome >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "The browser tests need Chromium or Chrome: install it, or set SWITCHBOARD_CHROMIUM to its path." >&2
        exit 1
    fi
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq chromium >/dev/null
fi
