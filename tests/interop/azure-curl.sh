#!/usr/bin/env bash
# The REST API with nothing but curl: the challenge, a login at the authority that it names, a key that signs, soft
# delete, metrics. OpenSSL judges the signatures. What tools/quickstart ends with.
source "$(dirname "${BASH_SOURCE[0]}")/azure-lab.sh"

# api METHOD PATH [BODY]: the body of an answer that must be a success.
api() {
  curl --silent --show-error --fail-with-body --max-time 20 --request "$1" --header "Authorization: Bearer $TOKEN" \
    ${3:+--header "Content-Type: application/json" --data "$3"} "$HSM_URL$2?api-version=7.4"
}

is_no_key() { # is_gone PATH: 404, in the service's words
  local answer
  ! answer=$(api GET "$1" 2>/dev/null) || fail "no key at $1"
  [[ $(member error <<<"$answer") == *KeyNotFound* ]] || fail "the error KeyNotFound, got $answer"
}

# The answer to a request without a token names the authority and the resource.
is_challenged() {
  local challenge
  challenge=$(curl --silent --max-time 20 --dump-header - --output /dev/null "$HSM_URL/keys?api-version=7.4")
  printf '%s\n' "$challenge"
  grep -q '^HTTP/1.1 401' <<<"$challenge" || fail "401 without a token"
  [[ $challenge == *'authorization="'$AZURE_AUTHORITY_HOST/$AZURE_TENANT_ID'"'* ]] ||
    fail "a challenge that names the authority $AZURE_AUTHORITY_HOST/$AZURE_TENANT_ID"
}

logs_in() {
  TOKEN=$(access_token)
  [[ $TOKEN == *.*.* ]] || fail "an access token"
}

# The public half of the key in an answer, as OpenSSL reads it.
public_key() {
  "$PYTHON" -c '
import base64, json, sys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = json.load(sys.stdin)["key"]
x, y = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in "xy")
print(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())'
}

# The signature in an answer: r and s side by side there, DER for OpenSSL.
der_signature() {
  "$PYTHON" -c '
import base64, json, sys
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
value = base64.urlsafe_b64decode(json.load(sys.stdin)["value"] + "==")
sys.stdout.buffer.write(encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")))'
}

makes_a_key() {
  cd "$LAB"
  api POST /keys/rest/create '{"kty":"EC-HSM","crv":"P-256"}' >rest.json
  public_key <rest.json >rest.pub
}

signs() { # signs TEXT: OpenSSL verifies, and refuses the signature for another text
  cd "$LAB"
  printf '%s' "$1" >message
  local digest
  digest=$(openssl dgst -sha256 -binary message | basenc --base64url)
  api POST /keys/rest/sign "{\"alg\":\"ES256\",\"value\":\"${digest%=}\"}" | der_signature >signature
  prints '^Verified OK' openssl dgst -sha256 -verify rest.pub -signature signature message
  printf 'not %s' "$1" >message
  refused '^Verification failure' openssl dgst -sha256 -verify rest.pub -signature signature message
}

is_deleted() {
  api DELETE /keys/rest
  is_no_key /keys/rest/
  api GET /deletedkeys/rest
  refused KeyNotFound api POST /keys/rest/sign '{"alg":"ES256","value":"AA"}'
}

key_is_back() { api GET /keys/rest/ 2>/dev/null; }

is_recovered() {
  api POST /deletedkeys/rest/recover
  wait_until 20 key_is_back
  signs "the same key as before"
}

counts() { grep -Fx "$1" "$LAB/metrics.txt" || fail "in the metrics: $1"; }

# Of the listener that is not the API's: no token, no TLS.
shows_metrics() {
  local address
  address=$(sed -n 's/^metrics //p' "$LAB/$SIM.ready")
  curl --silent --show-error --fail --max-time 20 --output "$LAB/metrics.txt" "$address"
  prints active curl --silent --show-error --fail --max-time 20 "${address%/metrics}/health"
  counts 'hsm_sim_request_duration_seconds_count{operation="KeySign",status="2xx"} 2'
  counts 'hsm_sim_partition_state{state="active"} 1'
}

serve_over_rest() {
  step "hsm-sim serve --dev starts, with an authority and a certificate of its own" \
    sim_start managed-hsm --metrics 127.0.0.1:0
  step "a request without a token is answered 401, and told where to log in" is_challenged
  step "curl logs in there" logs_in
  step "a P-256 key is made" makes_a_key
  step "it signs, OpenSSL verifies the signature and refuses it for another message" signs "over REST"
  step "the key is deleted: 404 for it, it is among the deleted ones" is_deleted
  step "it is recovered and signs as before" is_recovered
  step "metrics count the two signatures, /health says active" shows_metrics
  step "the server ends" sim_stop
}

main() {
  need openssl openssl
  azure_begin
  serve_over_rest
  step "every exchange is as the OpenAPI documents say" judge managed-hsm 8
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
