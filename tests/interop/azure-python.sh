#!/usr/bin/env bash
# Debian's python3-azure clients with nothing but public options: keys, cryptography, access control, settings, full
# backup and restore.
source "$(dirname "${BASH_SOURCE[0]}")/azure-js.sh"

py() { (cd "$LAB_HERE/azure-python" && PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$1.py" "${@:2}"); }

py_managed_identity() {
  local client
  client=$(identity_of sim managed-identity clientId)
  AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:$SIM_IMDS_PORT AZURE_CLIENT_ID=$client \
    py logins "managed identity" "managed identity by its client id"
  IDENTITY_ENDPOINT=$AZURE_AUTHORITY_HOST/msi/token IDENTITY_HEADER=$(identity_header) AZURE_CLIENT_ID=$client \
    py logins "managed identity"
}

py_certificate() {
  LAB_CERTIFICATE=$LAB/sim/application.pem AZURE_CLIENT_ID=$(identity_of sim certificate clientId) py logins certificate
}

main() {
  azure_begin
  need_python azure.keyvault.administration python3-azure
  step "a development server starts" sim_start sim
  step "logins: client secret, environment, default; a wrong secret is refused" \
    py logins environment default "a wrong secret"
  step "login: managed identity, as a virtual machine and as App Service have it" py_managed_identity
  step "login: client certificate" py_certificate
  step "KeyClient: the life of keys of every type" py key_client
  step "CryptographyClient: sign, verify, encrypt, decrypt, wrap, unwrap" py crypto_client
  step "KeyVaultAccessControlClient: roles and assignments count at once" py access_control
  step "KeyVaultBackupClient and KeyVaultSettingsClient" py backup_client
  step "the server ends" sim_stop
  step "every exchange is as the OpenAPI documents say" judge sim 150
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
