#!/usr/bin/env bash
# @azure/keyvault-keys and @azure/identity from npm, with nothing but public options: every login, every key type and
# algorithm, the life of a key, release and attestation.
source "$(dirname "${BASH_SOURCE[0]}")/azure-lab.sh"

JS=$LAB_HERE/azure-js

need_node() {
  need node nodejs
  need npm npm
  local version
  version=$(node -p 'process.versions.node.split(".")[0]')
  ((version >= 18)) || skip "Node.js $version is too old for Azure's clients: 18"
}

# The packages of package-lock.json, kept outside of the laboratory: a new download only when the lock changes.
# Never in parallel, a half installation is none.
install_packages() {
  local lock cache
  lock=$(sha256sum "$JS/package.json" "$JS/package-lock.json" | sha256sum | cut -c1-16)
  cache=${KVP11_NODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvp11/azure-js}
  PACKAGES=$cache/$lock
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if [[ ! -e $PACKAGES/complete ]]; then
    rm -rf "$PACKAGES"
    mkdir -p "$PACKAGES"
    cp "$JS/package.json" "$JS/package-lock.json" "$PACKAGES"
    if ! (cd "$PACKAGES" && timeout 150 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 2>&1); then
      exec 9>&-
      return 1
    fi
    : >"$PACKAGES/complete"
  fi
  exec 9>&-
}

# Node looks for packages beside the script, so the scripts go to them.
use_packages() {
  local said
  said=$(install_packages 2>&1) || skip "npm cannot install Azure's clients: $(grep -m1 -E 'failed|E[0-9]{3}' <<<"$said")"
  install_packages
  mkdir -p "$LAB/js"
  cp "$JS"/*.mjs "$JS/package.json" "$LAB/js"
  ln -sfn "$PACKAGES/node_modules" "$LAB/js/node_modules"
}

js() { node "$LAB/js/$1.mjs" "${@:2}"; }

make_environment() {
  export LAB_ATTESTATION_ISSUER=$ATTESTATION_ISSUER LAB_ENVIRONMENT=$LAB/environment.jwt
  export LAB_RECIPIENT_KEY=$LAB/recipient.pem
  "$PYTHON" "$LAB_HERE/azure-tokens.py" environment "$LAB/attestation.pem" "$ATTESTATION_ISSUER" "$LAB_RECIPIENT_KEY" \
    '{"x-ms-isolation-tee": "sevsnpvm"}' >"$LAB_ENVIRONMENT"
}

log_in_with_certificate() {
  LAB_CERTIFICATE=$LAB/sim/application.pem AZURE_CLIENT_ID=$(identity_of sim certificate clientId) \
    js logins certificate "certificate with its chain"
}

log_in_with_federated_token() {
  local application
  application=$(identity_of sim workload clientId)
  "$PYTHON" "$LAB_HERE/azure-tokens.py" token "$LAB/cluster.pem" https://cluster.lab \
    '{"sub": "system:serviceaccount:lab:app", "aud": "api://AzureADTokenExchange"}' >"$LAB/federated.jwt"
  AZURE_CLIENT_ID=$application AZURE_FEDERATED_TOKEN_FILE=$LAB/federated.jwt js logins workload
}

log_in_with_managed_identity() {
  local client
  client=$(identity_of sim managed-identity clientId)
  AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:$SIM_IMDS_PORT AZURE_CLIENT_ID=$client \
    js logins "managed identity" "managed identity by its client id"
  IDENTITY_ENDPOINT=$AZURE_AUTHORITY_HOST/msi/token IDENTITY_HEADER=$(identity_header) AZURE_CLIENT_ID=$client \
    js logins "managed identity" "managed identity by its client id"
}

# The program that docs/hsm-sim.md shows, from the page.
page_signs() {
  sed -n '/^```js$/,/^```$/{/^```/!p}' "$LAB_HERE/../../docs/hsm-sim.md" >"$LAB/js/page.mjs"
  prints '/keys/first/[0-9a-f]{32} [A-Za-z0-9_-]{86}$' js page
}

identity_header() { member identityHeader <"$LAB/sim/identities.json"; }

main() {
  need_node
  azure_begin
  use_packages
  step "a development server starts" sim_start sim
  step "the program of docs/hsm-sim.md makes a key and signs" page_signs
  step "logins: client secret, environment, default; a wrong secret and an unknown client are refused" \
    js logins environment default "a wrong secret" "an unknown client"
  step "login: managed identity, as a virtual machine and as App Service have it" log_in_with_managed_identity
  step "login: client certificate, by thumbprint and with its chain" log_in_with_certificate
  step "login: federated token (workload identity)" log_in_with_federated_token
  step "KeyClient: create, import, get, list in pages, update, rotate" js keys
  step "CryptographyClient: sign, verify, encrypt, decrypt, wrap, unwrap; random bytes" js cryptography
  step "KeyClient: delete, recover, purge, backup, restore; errors and strangers" js life
  make_environment
  step "KeyClient: secure key release and attestation" js release
  step "the server ends" sim_stop
  step "every exchange is as the OpenAPI documents say" judge sim 150
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
