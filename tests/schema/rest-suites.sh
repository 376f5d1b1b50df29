#!/usr/bin/env bash
# rest-suites.sh PROGRAM…: runs the unit tests of the REST service, and judges every exchange in them by the OpenAPI
# documents. What the tests themselves expect is judged where they run as tests.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
/usr/bin/python3 -c 'import jsonschema' 2>/dev/null ||
  { echo "SKIPPED: jsonschema is missing (Debian package python3-jsonschema)"; exit 77; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/kvp11-schema.XXXXXX")
trap 'rm -rf "$folder"' EXIT
export KVP11_RECORD=$folder/record PYTHONDONTWRITEBYTECODE=1
for program in "$@"; do
  "$program" --log_level=nothing --report_level=no || echo "a test of $(basename "$program") failed"
done
"$HERE/validate.py" "$KVP11_RECORD" --at-least 500 --on-purpose
