# The laboratory of Azure's own clients: a development server of hsm-sim in a temporary folder, on a free port of the
# loopback, with everything in the environment that its users would have there. Source it; it runs nothing by itself.
#
#   KVP11_HSM_SIM  the program hsm-sim (required)        KVP11_CLI  the kvp11 tool (where a script needs it)
#   KVP11_LAB, KVP11_KEEP as in lab.sh
#
# Every exchange of the server is recorded and judged by the OpenAPI documents at the end.
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

# shellcheck shell=bash disable=SC2034
PYTHON=/usr/bin/python3 # Debian's: its packages are Azure's clients
SCHEMA=$LAB_HERE/../schema
ATTESTATION_ISSUER=https://attestation.lab

need_hsm_sim() {
  [[ -n ${KVP11_HSM_SIM:-} && -x ${KVP11_HSM_SIM:-} ]] || skip "KVP11_HSM_SIM does not name the program hsm-sim"
  getent hosts lab.managedhsm.localhost >/dev/null ||
    skip "names below localhost are not resolved (Debian package libnss-myhostname)"
  need curl curl
  need_python jsonschema python3-jsonschema
  need_python cryptography python3-cryptography
}

# need_python MODULE PACKAGE
need_python() { "$PYTHON" -c "import $1" 2>/dev/null || skip "Python's $1 is missing (Debian package $2)"; }

azure_begin() {
  need_hsm_sim
  KVP11_HSM_SIM=$(realpath "$KVP11_HSM_SIM")
  lab_open
  azure_prepare
}

# azure_prepare: what servers and their clients need in a laboratory that is open.
azure_prepare() {
  "$PYTHON" "$LAB_HERE/azure-tokens.py" jwks "$LAB/attestation.pem" >"$LAB/attestation-keys.json"
  "$PYTHON" "$LAB_HERE/azure-tokens.py" jwks "$LAB/cluster.pem" >"$LAB/cluster-keys.json"
  # Nothing of the caller's may lead a client elsewhere.
  unset "${!AZURE_@}" "${!IDENTITY_@}" "${!MSI_@}" "${!HSM_SIM_@}"
  unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY no_proxy NO_PROXY
}

# --- the server ---------------------------------------------------------------------------------

# sim_start NAME [OPTION…]: a server with its own folder $LAB/NAME, its record $LAB/NAME.jsonl and its ports.
# Sets SIM, SIM_PID, SIM_PORT, SIM_IMDS, SIM_SOCKET and what its clients look at (sim_use).
sim_start() {
  SIM=$1
  # One that starts again is where it was: its clients remember.
  [[ -e $LAB/$1.ports ]] || printf '%s %s\n' "$(free_port)" "$(free_port)" >"$LAB/$1.ports"
  read -r SIM_PORT SIM_IMDS_PORT <"$LAB/$1.ports"
  SIM_SOCKET=$LAB/$1.socket
  rm -f "$LAB/$1.ready"
  [[ -e $LAB/$1/identities.json ]] || "$LAB_HERE/azure-identities.py" "$LAB/$1" "$LAB/cluster-keys.json"
  "$KVP11_HSM_SIM" serve --dev --folder "$LAB/$1" --name lab --port "$SIM_PORT" --imds "127.0.0.1:$SIM_IMDS_PORT" \
    --admin-socket "$SIM_SOCKET" --record "$LAB/$1.jsonl" --ready-file "$LAB/$1.ready" \
    --attestation-authority "$ATTESTATION_ISSUER=$LAB/attestation-keys.json" "${@:2}" \
    >"$LAB/$1.out" 2>"$LAB/$1.log" 3>&- &
  SIM_PID=$!
  lab_children+=("$SIM_PID")
  wait_until 60 sim_is_ready "$1"
  sim_use "$1"
}

# A server that could not start is not waited for.
sim_is_ready() {
  kill -0 "$SIM_PID" 2>/dev/null || { cat "$LAB/$1.log"; fail "the server $1 to start"; }
  [[ -e $LAB/$1.ready ]]
}

# sim_stop: an orderly end of the server that was started last.
sim_stop() {
  kill -TERM "$SIM_PID"
  wait "$SIM_PID" || fail "the server to end with status 0, got $?"
}

# sim_use NAME: what the server printed for its user's shell, and the names that the scripts here know.
sim_use() {
  # shellcheck disable=SC1090
  . "$LAB/$1/env"
  export HSM_URL=${HSM_URL%/}
  export KVP11_HSM_URL=$HSM_URL
  export LAB_STRANGER_ID LAB_STRANGER_SECRET LAB_STRANGER_OBJECT_ID
  LAB_STRANGER_ID=$(identity_of "$1" stranger clientId)
  LAB_STRANGER_SECRET=$(identity_of "$1" stranger secret)
  LAB_STRANGER_OBJECT_ID=$(identity_of "$1" stranger objectId)
}

# identity_of NAME APPLICATION MEMBER: from the server's file of identities.
identity_of() {
  "$PYTHON" - "$LAB/$1/identities.json" "$2" "$3" <<'END'
import json, sys
for application in json.load(open(sys.argv[1]))['applications']:
    if application['name'] == sys.argv[2]:
        print(application.get(sys.argv[3], ''))
END
}

# --- what is sent and judged --------------------------------------------------------------------

# admin_answer LINE: what the admin socket says to a command.
admin_answer() {
  "$PYTHON" - "$SIM_SOCKET" "$1" <<'END'
import socket, sys
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    connection.sendall(sys.argv[2].encode() + b'\n')
    text = b''
    while not text.endswith(b'ok\n') and b'error: ' not in text:
        part = connection.recv(65536)
        if not part:
            break
        text += part
print(text.decode(), end='')
END
}

# admin LINE: the same, and the answer must end with ok.
admin() {
  local answer
  answer=$(admin_answer "$1")
  printf '%s\n' "$answer"
  [[ $(tail -n 1 <<<"$answer") == ok ]] || fail "the admin socket to take: $1"
}

# member NAME: of the JSON object on standard input.
member() { "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# access_token: for the application of the environment, as curl needs it.
access_token() {
  curl --silent --show-error --fail --max-time 20 \
    --data-urlencode "client_id=$AZURE_CLIENT_ID" --data-urlencode "client_secret=$AZURE_CLIENT_SECRET" \
    --data-urlencode grant_type=client_credentials \
    --data-urlencode "scope=https://managedhsm.localhost:$SIM_PORT/.default" \
    "$AZURE_AUTHORITY_HOST/$AZURE_TENANT_ID/oauth2/v2.0/token" | member access_token
}

# judge RECORD COUNT [OPTION]: at least so many exchanges, all as the documents say.
judge() { PYTHONDONTWRITEBYTECODE=1 "$SCHEMA/validate.py" "$LAB/$1.jsonl" --at-least "$2" "${@:3}"; }
