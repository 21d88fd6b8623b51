#!/usr/bin/env bash
# Runs a worker package's provisioning to its end in a root that is thrown away: this machine's file system with all
# changes in memory. Stand-ins: MGB_VENV is a Python environment that is there already (in place of an hour's
# download), and the clip of the self-test is made on the processor (there is no GPU here). systemd is not at work.
#   throwaway_root.sh PACKAGE.tar.gz VENV MODEL_FOLDER
# To be run inside `unshare --mount` as root. Prints the self-test's report last.
set -Eeuo pipefail

package=$1 venv=$2 model=$3
changes=$(mktemp -d)
mount -t tmpfs -o size=2g tmpfs "$changes"
mkdir "$changes"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$changes/upper,workdir=$changes/work" "$changes/root"
root=$changes/root
for shared in /proc /dev; do mount --bind "$shared" "$root$shared"; done
# The worker's user has to reach what stands in for its Python.
chmod 711 "$root/root"

mkdir "$root/package"
tar -xzf "$package" -C "$root/package"
chroot "$root" env MGB_VENV="$venv" /package/provision.sh "$model" >&2
# Again: it goes on from what is there.
chroot "$root" env MGB_VENV="$venv" /package/provision.sh "$model" >&2
(cd "$root/opt/musicgen-batch/models/$(basename "$model")" && sha256sum --check --quiet SHA256SUMS) >&2
chroot "$root" test -L /etc/systemd/system/multi-user.target.wants/musicgen-worker.service
chroot "$root" test -L /etc/systemd/system/multi-user.target.wants/musicgen-lifetime.service
chroot "$root" su --shell /bin/bash musicgen --command "
  export NUMBA_CACHE_DIR=/opt/musicgen-batch/cache/numba PATH=/usr/local/bin:/usr/bin:/bin
  /opt/musicgen-batch/current/node --version >&2
  /opt/musicgen-batch/current/bin/self-test.py /opt/musicgen-batch/models/$(basename "$model") /tmp/self-test.json --without-gpu
" >&2
cat "$root/tmp/self-test.json"
