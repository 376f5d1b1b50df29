# The laboratory on a remote slot: a development server of hsm-sim, and a slot on it whose token has the name, the PIN
# and the keys that the scripts work with. Sourced by lab.sh when KVP11_LAB_SLOT=managed-hsm; runs nothing by itself.
#
#   KVP11_HSM_SIM  the program hsm-sim (required)
#
# What the module sends is recorded and judged by the OpenAPI documents in remote_done.
source "$(dirname "${BASH_SOURCE[0]}")/azure-lab.sh"

# shellcheck shell=bash disable=SC2034
POOL=pool

# What a remote slot cannot do, for step_unless; docs/remote-keys.md has it for users.
declare -A REMOTE_LACKS=(
  [change-pin]="the PIN is an application's secret, and changed in Azure"
  [anonymous]="without the PIN there is no credential, and the service shows nothing"
  [edwards]="the service has no keys on Edwards curves"
  [derive]="the service has no key agreement"
  [odd-salt]="the service's PSS has salts as long as the digest"
  [raw-rsa]="its first test signs with raw RSA, which session keys do and the service does not"
  [wrap-key]="the service wraps what the caller holds, not another of its keys"
)

remote_prepare() {
  KVP11_HSM_SIM=$(realpath "$KVP11_HSM_SIM")
  azure_prepare
}

# remote_write_config [extra lines of the slot]
remote_write_config() {
  export KVP11_CONFIG=$LAB/kvp11.toml
  install -m 644 "$LAB/$POOL/ca.pem" "$LAB/ca.pem" # workers of nginx may not look into the server's folder
  cat >"$KVP11_CONFIG" <<END
[log]
level = "warn"
target = "$LAB/kvp11.log"

[[slot]]
id = 0
label = "$TOKEN"
backend = "managed-hsm"
url = "$HSM_URL"
credential = "client-secret"
tenant = "$POOL_TENANT"
client_id = "$POOL_CLIENT"
authority_host = "https://localhost:$SIM_PORT"
ca_file = "$LAB/ca.pem"
addresses = ["lab.managedhsm.localhost=127.0.0.1"]
cache_folder = "$LAB/cache"
records = "$LAB/records"
${1:-login = \"pin\"}
END
}

# The PIN of all scripts is the secret of the application that a slot logs in as.
remote_identities() {
  mkdir -p "$LAB/$POOL"
  chmod 700 "$LAB/$POOL"
  "$LAB_HERE/azure-identities.py" "$LAB/$POOL" "$LAB/cluster-keys.json"
  "$PYTHON" - "$LAB/$POOL/identities.json" "$PIN" <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
for application in document['applications']:
    if application['name'] == 'admin':
        application['secret'] = sys.argv[2]
json.dump(document, open(sys.argv[1], 'w'))
END
}

# remote_start [OPTION…]: the server, and nothing of it in the environment but HSM_URL: the configuration must do.
remote_start() {
  [[ -e $LAB/$POOL/identities.json ]] || remote_identities
  sim_start "$POOL" --log-level info --metrics 127.0.0.1:0 "$@"
  POOL_TENANT=$AZURE_TENANT_ID
  POOL_CLIENT=$AZURE_CLIENT_ID
  unset "${!AZURE_@}" "${!LAB_STRANGER_@}" NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE SSL_CERT_FILE CURL_CA_BUNDLE
}

# remote_kill: as a machine dies. remote_start brings it back, in the same folder and on the same port.
remote_kill() {
  kill -KILL "$SIM_PID"
  wait "$SIM_PID" || true
}

# pool_metric REGULAR EXPRESSION: the sum of the samples of /metrics whose name and labels match.
pool_metric() {
  curl --silent --show-error --fail --max-time 20 "$(sed -n 's/^metrics //p' "$LAB/$POOL.ready")" |
    awk -v wanted="$1" '$1 ~ wanted {sum += $2} END {printf "%d\n", sum}'
}
# requests_of OPERATION: those that were answered well. The question without a token, with which each process begins, is
# none of them.
requests_of() { pool_metric "^hsm_sim_request_duration_seconds_count[{]operation=\"$1\",status=\"2xx\""; }

remote_make_token() {
  step "a development server starts" remote_start
  step "a slot on it is configured" remote_write_config
  step "the token is there" prints "token label +: $TOKEN" p11 --list-token-slots
}

# What was sent and answered, all of it: an OpenAPI document is the judge, not our server.
remote_done() {
  step "what the module sent and was answered is as the OpenAPI documents say" judge "$POOL" 5
  lab_done
}
