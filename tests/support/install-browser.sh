#!/bin/sh
# The browser tests drive the system's Chromium. As root on Debian or Ubuntu this installs it and fonts for
# the lyrics; elsewhere it only says what is missing, and the browser tests then fail with that sentence.
set -eu
if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "No Chromium is installed and it cannot be installed from here: the browser tests will fail."
  exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  chromium fonts-dejavu-core fonts-noto-cjk >/dev/null
