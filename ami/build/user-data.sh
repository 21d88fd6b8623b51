#!/usr/bin/env bash
# What the build machine does, by itself: provision, try, tell. The builder sets the variables above and stops the
# machine when it has told that all is well.
set -Eeuo pipefail
: "${minutes:?}" "${package_url:?}" "${package_sha256:?}" "${report_url:?}" "${log_url:?}" "${models:?}"

# The end that needs nobody: with shutdown behaviour terminate, this is a termination.
shutdown -P "+$minutes"
log=/var/log/musicgen-build.log
report=/tmp/musicgen-report.json
exec > >(tee -a "$log") 2>&1

tell() {
  sync
  curl -fsS --retry 5 -T "$log" "$log_url" || true
  curl -fsS --retry 5 -T "$report" "$report_url"
}
fail() {
  printf '{"passed": false, "faults": ["%s failed; its log tells more"]}\n' "$1" >"$report"
  tell
  exit 1
}

archive=$(mktemp)
folder=$(mktemp -d)
curl -fsSL --retry 5 "$package_url" -o "$archive" || fail "the download of the worker package"
echo "$package_sha256  $archive" | sha256sum --check --quiet || fail "the check of the worker package"
tar -xzf "$archive" -C "$folder"
# shellcheck disable=SC2086 # one word a model
"$folder/provision.sh" $models || fail "provision.sh"
rm -rf "$archive" "$folder"

first=${models%% *}
touch "$report"
chown musicgen: "$report"
runuser -u musicgen -- env PATH=/usr/local/bin:/usr/bin:/bin \
  TRITON_CACHE_DIR=/opt/musicgen-batch/cache/triton NUMBA_CACHE_DIR=/opt/musicgen-batch/cache/numba \
  /opt/musicgen-batch/current/bin/self-test.py "/opt/musicgen-batch/models/$(basename "$first")" "$report" ||
  [ -s "$report" ] || fail "the self-test"

# What is this machine's own must not be every worker's.
apt-get clean
rm -f /etc/ssh/ssh_host_* ~root/.ssh/authorized_keys /home/*/.ssh/authorized_keys ~root/.bash_history
truncate -s 0 /etc/machine-id
if command -v cloud-init >/dev/null; then cloud-init clean --logs; fi
tell
