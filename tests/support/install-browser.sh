#!/bin/sh
# The browser tests drive the system's Chromium, best its shell without a window, which takes half the processor
# time. As root on Debian or Ubuntu this installs one and fonts for the lyrics; elsewhere it only says what is
# missing, and the browser tests then fail with that sentence.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "$1" fonts-dejavu-core fonts-noto-cjk >/dev/null
}

if has chromium-headless-shell; then exit 0; fi
if [ "$(id -u)" = 0 ] && has apt-get; then
  has chromium || apt-get update -qq
  # Ubuntu has no package of that name.
  if apt-cache show chromium-headless-shell >/dev/null 2>&1 && install chromium-headless-shell; then exit 0; fi
  has chromium || has chromium-browser || install chromium
fi
if ! has chromium && ! has chromium-browser; then
  echo "No Chromium is installed and it cannot be installed from here: the browser tests will fail."
fi
