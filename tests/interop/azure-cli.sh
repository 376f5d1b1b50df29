#!/usr/bin/env bash
# Debian's az 2.45 with the steps of its own setup that it needs (azure-cli/sitecustomize.py): login, the security
# domain and its recovery after a disaster, keys. Files of the security domain go from az to kvp11 and back.
source "$(dirname "${BASH_SOURCE[0]}")/azure-lab.sh"

OFFICERS="officer1 officer2 officer3"

az() {
  PYTHONPATH=$LAB_HERE/azure-cli PYTHONDONTWRITEBYTECODE=1 AZURE_CONFIG_DIR=$LAB/az AZURE_CORE_COLLECT_TELEMETRY=0 \
    AZURE_CORE_ONLY_SHOW_ERRORS=true AZURE_CORE_NO_COLOR=true command az "$@"
}

# kv WORDS…: a command of az keyvault on the HSM.
kv() { az keyvault "$@" --hsm-name lab; }

# says JMESPATH EXPECTED COMMAND…: what the command prints there.
says() {
  local found
  found=$("${@:3}" --query "$1" --output tsv) || fail "success of: ${*:3}"
  printf '%s\n' "$found"
  [[ $found == "$2" ]] || fail "$1 to be $2, got $found from: ${*:3}"
}

# az_logs_in NAME: the cloud of the server NAME, and the service principal that administers it.
az_logs_in() {
  az cloud register --name "$1" --cloud-config "@$LAB/$1/cloud.json"
  az cloud set --name "$1"
  az login --service-principal -u "$AZURE_CLIENT_ID" -p "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID" \
    --allow-no-subscriptions
  says environmentName "$1" az account show
}

api() { # api METHOD PATH [BODY]
  curl --silent --show-error --max-time 20 --request "$1" --header "Authorization: Bearer $(access_token)" \
    ${3:+--header 'Content-Type: application/json' --data-binary "$3"} --write-out '\n%{http_code}\n' \
    "$HSM_URL$2?api-version=7.4"
}

# Who administers the HSM may give herself the role of a user: this az has no client that could do it.
become_user() {
  local role=Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/21dbd100-6940-42c2-9190-5d6cb909625b
  local principal
  principal=$(identity_of "$SIM" admin objectId)
  api PUT /providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001 \
    "{\"properties\":{\"roleDefinitionId\":\"$role\",\"principalId\":\"$principal\"}}" | tee "$LAB/assigned"
  [[ $(tail -n 1 "$LAB/assigned") == 201 ]] || fail "the role of a crypto user"
}

make_officers() {
  local officer
  for officer in $OFFICERS; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$officer" \
      -keyout "$LAB/$officer.pem" -out "$LAB/$officer.cer"
  done
}

is_refused_before_download() { refused 'activat' kv key create --name early --kty RSA-HSM; }

az_downloads() {
  kv security-domain download --sd-wrapping-keys "$LAB"/officer{1,2,3}.cer --sd-quorum 2 \
    --security-domain-file "$LAB/sd.json"
  grep -q '"enc_shares"' "$LAB/sd.json" || fail "a file of the security domain"
  become_user
}

az_makes_keys() {
  says key.kty RSA-HSM kv key create --name rsa --kty RSA-HSM --size 3072 --ops sign verify encrypt decrypt --tags a=b
  says key.crv P-384 kv key create --name ec --kty EC-HSM --curve P-384
  says key.kty oct-HSM kv key create --name aes --kty oct-HSM --size 128
  says tags.a b kv key show --name rsa
  says attributes.enabled false kv key set-attributes --name ec --enabled false
  says attributes.enabled true kv key set-attributes --name ec --enabled true
  refused 'KeyNotFound|not found' kv key show --name none
}

base64_of_hex() {
  "$PYTHON" -c 'import base64, sys; print(base64.b64encode(bytes.fromhex(sys.argv[1])).decode())' "$1"
}

az_imports() {
  openssl genrsa -out "$LAB/import.pem" 2048
  says key.kty RSA-HSM kv key import --name imported --pem-file "$LAB/import.pem" --protection hsm
  local modulus
  modulus=$(openssl rsa -in "$LAB/import.pem" -noout -modulus | cut -d= -f2)
  says key.n "b'$(base64_of_hex "$modulus")'" kv key show --name imported
  openssl ecparam -name secp256k1 -genkey -noout -out "$LAB/k1.pem"
  says key.crv P-256K kv key import --name k1 --pem-file "$LAB/k1.pem" --protection hsm
}

az_encrypts() {
  local text cipher
  text=$(printf 'kept by az' | base64)
  local rsa=(--name rsa --algorithm RSA-OAEP-256 --data-type base64)
  # Not 256 bits: there this client encrypts with a key of its own making.
  local aes=(--name aes --algorithm A128CBCPAD --iv 000102030405060708090a0b0c0d0e0f --data-type base64)
  cipher=$(kv key encrypt "${rsa[@]}" --value "$text" --query result --output tsv)
  says result "$text" kv key decrypt "${rsa[@]}" --value "$cipher"
  cipher=$(kv key encrypt "${aes[@]}" --value "$text" --query result --output tsv)
  says result "$text" kv key decrypt "${aes[@]}" --value "$cipher"
}

az_rotates() {
  cat >"$LAB/policy.json" <<'END'
{
  "lifetimeActions": [{"trigger": {"timeAfterCreate": "P60D"}, "action": {"type": "Rotate"}}],
  "attributes": {"expiryTime": "P90D"}
}
END
  says expiresIn P90D kv key rotation-policy update --name ec --value "$LAB/policy.json"
  says expiresIn P90D kv key rotation-policy show --name ec
  local before
  before=$(kv key show --name ec --query key.kid --output tsv)
  [[ $(kv key rotate --name ec --query key.kid --output tsv) != "$before" ]] || fail "a new version of the key ec"
}

kvp11() { "$KVP11_CLI" "$@"; }

# The other way round: the file and the transfer key are kvp11's, az opens them.
az_opens_what_kvp11_wrote() {
  local folder=$LAB/kvp11 partition
  mkdir -p "$folder"
  (umask 077 && printf '12345678\n' >"$folder/so-pin" && printf '123456\n' >"$folder/pin")
  for partition in old new; do
    kvp11 hsm create --name "$partition" --path "$folder/$partition" --administrators alice \
      --so-pin-file "$folder/so-pin" --pin-file "$folder/pin"
  done
  kvp11 security-domain download --path "$folder/old" --so-pin-file "$folder/so-pin" --sd-quorum 2 \
    --sd-wrapping-keys "$LAB"/officer{1,2,3}.cer --security-domain-file "$folder/sd.json"
  kvp11 security-domain init-recovery --path "$folder/new" --so-pin-file "$folder/so-pin" \
    --sd-exchange-key "$folder/exchange.cer"
  az keyvault security-domain restore-blob --sd-file "$folder/sd.json" --sd-exchange-key "$folder/exchange.cer" \
    --sd-wrapping-keys "$LAB/officer3.pem" "$LAB/officer2.pem" --sd-file-restore-blob "$folder/blob.json"
  kvp11 security-domain upload --path "$folder/new" --so-pin-file "$folder/so-pin" --sd-file "$folder/blob.json" \
    --restore-blob
  prints '^state +active' kvp11 hsm status --path "$folder/new"
}

# kvp11 opens what az wrote; the blob is the same to the server.
restore_blobs() {
  az keyvault security-domain restore-blob --sd-file "$LAB/sd.json" --sd-exchange-key "$LAB/exchange.cer" \
    --sd-wrapping-keys "$LAB/officer1.pem" "$LAB/officer3.pem" --sd-file-restore-blob "$LAB/blob-az.json"
  kvp11 security-domain restore-blob --sd-file "$LAB/sd.json" --sd-exchange-key "$LAB/exchange.cer" \
    --sd-wrapping-keys "$LAB/officer2.pem" "$LAB/officer3.pem" --sd-file-restore-blob "$LAB/blob-kvp11.json"
  refused 'nsufficient|should not less than' az keyvault security-domain restore-blob --sd-file "$LAB/sd.json" \
    --sd-exchange-key "$LAB/exchange.cer" --sd-wrapping-keys "$LAB/officer1.pem" --sd-file-restore-blob "$LAB/one.json"
  [[ ! -e $LAB/one.json ]] || fail "no blob of one officer"
}

az_asks_to_recover() {
  kv security-domain init-recovery --sd-exchange-key "$LAB/exchange.cer"
  openssl x509 -in "$LAB/exchange.cer" -noout -subject
}

az_uploads() { # az_uploads BLOB
  says status Success kv security-domain upload --sd-file "$1" --restore-blob
  become_user
  kv key random --count 16
}

# The keys themselves come back from a backup, which is bound to the security domain.
back_up_one_key() {
  kv key show --name ec --query key.x --output tsv >"$LAB/ec.before"
  api POST /keys/ec/backup >"$LAB/backup"
  [[ $(tail -n 1 "$LAB/backup") == 200 ]] || fail "a backup of the key ec, got $(cat "$LAB/backup")"
}

restore_one_key() {
  api POST /keys/restore "$(head -n 1 "$LAB/backup")" >"$LAB/restored"
  [[ $(tail -n 1 "$LAB/restored") == 200 ]] || fail "the key ec to be restored, got $(cat "$LAB/restored")"
  says key.x "$(cat "$LAB/ec.before")" kv key show --name ec
}

disaster() {
  sim_stop
  rm -rf "$LAB/sim/partition"
  [[ ! -e $LAB/sim/partition ]] || fail "the partition to be gone"
}

# A third HSM whose domain kvp11's file opens: made by az, moved by kvp11.
kvp11_blob_is_taken() {
  sim_stop
  sim_start third --not-activated
  az_logs_in third
  rm -f "$LAB/exchange.cer"
  az_asks_to_recover
  kvp11 security-domain restore-blob --sd-file "$LAB/sd.json" --sd-exchange-key "$LAB/exchange.cer" \
    --sd-wrapping-keys "$LAB/officer2.pem" "$LAB/officer3.pem" --sd-file-restore-blob "$LAB/blob-third.json"
  az_uploads "$LAB/blob-third.json"
  restore_one_key
}

main() {
  need az azure-cli
  need openssl openssl
  [[ -n ${KVP11_CLI:-} && -x ${KVP11_CLI:-} ]] || skip "KVP11_CLI does not name the kvp11 tool"
  azure_begin
  step "three officers make their RSA keys and certificates" make_officers
  step "a server that awaits its security domain starts" sim_start sim --not-activated
  step "az: cloud register, cloud set, login" az_logs_in sim
  step "before the download no key can be made" is_refused_before_download
  step "az: security-domain download for three officers, quorum two" az_downloads
  step "az: key create, show, set-attributes" az_makes_keys
  step "az: key import of an RSA and a secp256k1 key" az_imports
  step "az: key encrypt, decrypt" az_encrypts
  step "az: key rotation-policy, rotate" az_rotates
  step "a key is backed up" back_up_one_key
  step "disaster: the partition is destroyed" disaster
  step "a new one starts in its place" sim_start sim --not-activated
  step "az: security-domain init-recovery" az_asks_to_recover
  step "az and kvp11: restore-blob with two officers; one is not enough" restore_blobs
  step "az: security-domain upload activates it" az_uploads "$LAB/blob-az.json"
  step "the backup opens, az shows the same key" restore_one_key
  step "a third HSM takes the blob that kvp11 made of az's file" kvp11_blob_is_taken
  step "az opens the security domain that kvp11 wrote, kvp11 takes az's blob" az_opens_what_kvp11_wrote
  step "the server ends" sim_stop
  step "every exchange is as the OpenAPI documents say" judge sim 40
  step "and those of the third" judge third 5
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
