#!/usr/bin/env bash
# Makes a worker of a machine whose image is not ours, such as AWS's Deep Learning image: cloud-init runs it at the
# first boot. The deploy sets the variables above. On our own image the worker runs already, and there is nothing to do.
# Each phase is told in the bucket; when one fails, so is the end of the log, and the machine powers itself off.
set -Eeuo pipefail
: "${region:?}" "${bucket:?}" "${version:?}" "${sha256:?}" "${minutes:?}"
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

begin download
archive=$(mktemp)
aws s3 cp "s3://$bucket/worker/worker-$version.tar.gz" "$archive" --region "$region" --only-show-errors
echo "$sha256  $archive" | sha256sum --check --quiet
package=$(mktemp -d)
tar -xzf "$archive" -C "$package"

begin provision
"$package/provision.sh"
rm -rf "$archive" "$package"

begin worker
systemctl start musicgen-lifetime.service musicgen-worker.service
