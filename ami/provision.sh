#!/usr/bin/env bash
# Makes a worker of an Ubuntu or Debian machine: the agent, the engine with a Python environment of its own, the models,
# and the units that start the worker and end the machine. It knows nothing of who builds the image. Run it as
# root from an unpacked worker package; running it again goes on where it stopped.
#
#   provision.sh [MODEL...]     MODEL: a Hugging Face id or a folder, such as facebook/musicgen-small
#
# MGB_VENV: a Python environment that is there already, in place of installing one (a test's stand-in).
set -Eeuo pipefail

home=/opt/musicgen-batch
package=$(cd "$(dirname "$0")" && pwd -P)
version=$(cat "$package/VERSION")
phase=start

trap 'echo "provision: FAILED in phase $phase, line $LINENO" >&2' ERR

begin() {
  phase=$1
  echo "provision: $phase ($(date -u +%H:%M:%S))"
}

begin packages
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# Triton compiles its kernels at run time: it needs a C compiler and Python.h.
apt-get install -q -y --no-install-recommends \
  build-essential python3-dev python3-venv git curl ca-certificates

begin quiet
# Workers live for minutes and reach nothing but port 443: whatever updates by itself only competes with the boot.
systemctl disable --now apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service 2>/dev/null || true
if command -v snap >/dev/null; then snap refresh --hold >/dev/null || true; fi

begin user
id musicgen >/dev/null 2>&1 || useradd --system --home-dir /var/lib/musicgen-batch --create-home musicgen
mkdir -p "$home"/{releases,models,cache}
chown musicgen: "$home/cache"

begin code
if [ "$package" != "$home/releases/$version" ]; then
  rm -rf "$home/releases/$version"
  cp -r "$package" "$home/releases/$version"
  chmod -R u=rwX,go=rX "$home/releases/$version"
fi
ln -sfn "releases/$version" "$home/current"

begin python
# Not the system's (PEP 668).
if [ -n "${MGB_VENV:-}" ]; then
  ln -sfn "$MGB_VENV" "$home/venv"
else
  [ -x "$home/venv/bin/python" ] || python3 -m venv "$home/venv"
  "$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$home/current/requirements.txt"
fi
cat >/usr/local/bin/mgb-engine <<EOF
#!/bin/sh
export PYTHONPATH=$home/current/engine
exec $home/venv/bin/python -m mgb_engine "\$@"
EOF
chmod 755 /usr/local/bin/mgb-engine

for model in "$@"; do
  begin "model $model"
  slug=$(printf %s "$(basename "$model")" | tr -c 'A-Za-z0-9.-' -)
  folder=$home/models/$slug
  if [ ! -e "$folder/SHA256SUMS" ]; then
    rm -rf "$folder"
    mgb-engine convert --model "$model" --out "$folder"
    # Written once here, so that no boot has to hash gigabytes.
    (cd "$folder" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$folder.sums"
    mv "$folder.sums" "$folder/SHA256SUMS"
  fi
done

begin units
install -m 644 "$home"/current/systemd/*.service /etc/systemd/system/
# Without systemd at work (a root that is only being filled) there is nothing to tell.
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
systemctl enable musicgen-worker.service musicgen-lifetime.service

echo "provision: $version is in place"
