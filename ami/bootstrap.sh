#!/usr/bin/env bash
# Makes a worker of a machine whose image is not ours, such as AWS's Deep Learning image: cloud-init runs it at the
# first boot. The deploy sets the variables above: of $source s3 the package's version and SHA-256, of git a repository
# and a commit. On our own image the worker runs already, and there is nothing to do.
# Each phase is told in the bucket; when one fails, so is the end of the log, and the machine powers itself off.
set -Eeuo pipefail
# shellcheck disable=SC2154
: "$region" "$bucket" "$minutes" "$source"
[ ! -e /opt/musicgen-batch/current ] || exit 0

# The end that needs nobody, until the worker's own units are there.
shutdown -P "+$minutes"
log=/var/log/musicgen-bootstrap.log
exec > >(tee -a "$log") 2>&1
metadata=http://169.254.169.254/latest
phase=start

token=$(curl -fsS --retry 10 --retry-connrefused -X PUT "$metadata/api/token" \
  -H 'x-aws-ec2-metadata-token-ttl-seconds: 300')
instance=$(curl -fsS -H "x-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-id")
folder=s3://$bucket/fleet/bootstraps/$instance

begin() {
  phase=$1
  date -u +%FT%TZ | aws s3 cp - "$folder/$phase" --region "$region" --only-show-errors || true
}
failed() {
  echo "bootstrap: FAILED in phase $phase"
  sync
  tail -c 16384 "$log" | aws s3 cp - "$folder/failed-in-$phase.log" --region "$region" --only-show-errors || true
  shutdown -P now
  exit 1
}
trap failed ERR

# Nothing but port 443 goes out, and Ubuntu's own mirrors answer on port 80 alone. apt checks what it gets by
# signatures, whichever mirror it is from.
find /etc/apt \( -name '*.list' -o -name '*.sources' \) -print0 | xargs -0 --no-run-if-empty \
  sed -Ei 's#http://[a-z0-9.-]*(archive|security)\.ubuntu\.com#https://mirrors.edge.kernel.org#'

begin download
work=$(mktemp -d)
archive=$work/worker.tar.gz
# shellcheck disable=SC2154
case $source in
  s3)
    aws s3 cp "s3://$bucket/worker/worker-$version.tar.gz" "$archive" --region "$region" --only-show-errors
    echo "$sha256  $archive" | sha256sum --check --quiet
    ;;
  git)
    command -v git >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends git; }
    # A repository that asks for a password is a failure, and not a machine that waits.
    export GIT_TERMINAL_PROMPT=0
    git init -q "$work/checkout"
    git -C "$work/checkout" fetch -q --depth 1 "$repository" "$commit"
    git -C "$work/checkout" checkout -q FETCH_HEAD
    # The id is a digest of all that the commit has.
    [ "$(git -C "$work/checkout" rev-parse HEAD)" = "$commit" ]
    begin package
    "$work/checkout/ami/pack.sh" "$archive"
    ;;
esac
mkdir "$work/package"
tar -xzf "$archive" -C "$work/package"

begin provision
"$work/package/provision.sh"
rm -rf "$work"

begin worker
systemctl start musicgen-lifetime.service musicgen-worker.service
