#!/usr/bin/env bash
# Runs a worker's bootstrap and provisioning to their end in a root that is thrown away: this machine's file system with
# all changes in memory. Stand-ins: MGB_VENV is a Python environment that is there already (in place of a download of
# gigabytes); the clip of the self-test is made on the processor (there is no GPU here); aws, the metadata service,
# systemctl and shutdown are scripts that write down what they are asked (systemd is not at work). The repository is a
# local one: git takes it in place of the address that the bootstrap has. Packages are fetched by this machine's npm, as it
# is configured.
#   throwaway_root.sh BOOTSTRAP SOURCE VENV MODEL_FOLDER
# SOURCE is a worker's package (.tar.gz) or a bare repository. To be run inside `unshare --mount` as root. Prints the
# self-test's report last. Without MODEL_FOLDER the bootstrap has to fail, and what is left of it is printed.
set -Eeuo pipefail

bootstrap=$1 source=$2 venv=$3 model=${4:-}
changes=$(mktemp -d)
mount -t tmpfs -o size=4g tmpfs "$changes"
mkdir "$changes"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$changes/upper,workdir=$changes/work" "$changes/root"
root=$changes/root
for shared in /proc /dev; do mount --bind "$shared" "$root$shared"; done
# An installed package would have this machine's manual pages indexed anew.
rm -f "$root/var/lib/man-db/auto-update"
# The worker's user has to reach what stands in for its Python.
chmod 711 "$root/root"

stand_in() { # NAME: its body comes on stdin
  { echo '#!/usr/bin/env bash'; echo "echo \"$1 \$*\" >>/asked"; cat; } >"$root/stand-ins/$1"
  chmod 755 "$root/stand-ins/$1"
}
mkdir -p "$root/stand-ins" "$root/bucket/worker"
case $source in
  *.tar.gz) cp "$source" "$root/bucket/worker/" ;;
  *)
    cp -r "$source" "$root/repository"
    printf '[url "file:///repository"]\n\tinsteadOf = https://git.example.org/ada/musicgen-batch.git\n' >>"$root/etc/gitconfig"
    ;;
esac
cp "$bootstrap" "$root/bootstrap"
stand_in shutdown </dev/null
stand_in systemctl <<'EOF'
case $1 in enable) exec /usr/bin/systemctl "$@" ;; esac
EOF
stand_in curl <<'EOF'
case "$*" in
  *api/token*) echo token ;;
  *instance-id*) echo i-0123456789abcdef0 ;;
  *) exec /usr/bin/curl "$@" ;;
esac
EOF
stand_in aws <<'EOF'
from=$3 to=$4 # aws s3 cp FROM TO
case $from in
  s3://*) cp "/bucket/${from#s3://*/}" "$to" ;;
  *) mkdir -p "$(dirname "/bucket/${to#s3://*/}")" && cat >"/bucket/${to#s3://*/}" ;;
esac
EOF
boot() { chroot "$root" env MGB_VENV="$venv" PATH="/stand-ins:$PATH" bash /bootstrap >&2; }

told=$root/bucket/fleet/bootstraps/i-0123456789abcdef0
if [ -z "$model" ]; then
  if boot; then exit 1; fi
  cat "$root/asked" "$told"/failed-in-*.log
  exit
fi
boot
# It is there now, as on our own image: nothing is done again.
before=$(wc -l <"$root/asked")
boot
[ "$(wc -l <"$root/asked")" = "$before" ]
grep -qx 'shutdown -P +360' "$root/asked"
grep -qx 'systemctl start musicgen-lifetime.service musicgen-worker.service' "$root/asked"
ls "$told" >&2
# With a model, and it goes on from what is there.
chroot "$root" env MGB_VENV="$venv" /opt/musicgen-batch/current/provision.sh "$model" >&2
(cd "$root/opt/musicgen-batch/models/$(basename "$model")" && sha256sum --check --quiet SHA256SUMS) >&2
chroot "$root" test -L /etc/systemd/system/multi-user.target.wants/musicgen-worker.service
chroot "$root" test -L /etc/systemd/system/multi-user.target.wants/musicgen-lifetime.service
chroot "$root" su --shell /bin/bash musicgen --command "
  export NUMBA_CACHE_DIR=/opt/musicgen-batch/cache/numba PATH=/usr/local/bin:/usr/bin:/bin
  /opt/musicgen-batch/current/node --version >&2
  /opt/musicgen-batch/current/bin/self-test.py /opt/musicgen-batch/models/$(basename "$model") /tmp/self-test.json --without-gpu
" >&2
cat "$root/tmp/self-test.json"
