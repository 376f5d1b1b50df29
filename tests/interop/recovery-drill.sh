#!/usr/bin/env bash
# The ceremony and the disaster: three officers, quorum two; the partition's folder is destroyed and comes
# back from the security-domain file, a backup and two officers' keys. libkvp11 and its tool only.
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

# pkcs11-tool 0.23 does not know the name of this code.
REJECTED='CKR_FUNCTION_REJECTED|\(0x200\)'
OFFICERS="officer1 officer2 officer3"

cli() { "$KVP11_CLI" "$@"; }

# For commands that act as the security officer.
cli_so() { cli "$@" --path "$LAB_PARTITION" --so-pin-file "$LAB/so-pin"; }

make_officers() {
  mkdir -p "$LAB/officers"
  local officer
  for officer in $OFFICERS; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$officer" \
      -keyout "$LAB/officers/$officer.pem" -out "$LAB/officers/$officer.cer"
    chmod 600 "$LAB/officers/$officer.pem"
  done
  (umask 077 && printf '%s\n' "$SO_PIN" >"$LAB/so-pin" && printf '%s\n' "$PIN" >"$LAB/pin")
}

create_hsm() {
  [[ -n ${KVP11_CONFIG:-} ]] || write_config
  cli hsm create --name "$TOKEN" --path "$LAB_PARTITION" --administrators alice,bob \
    --so-pin-file "$LAB/so-pin" --pin-file "$LAB/pin"
  prints '^state +provisioned' cli hsm status --path "$LAB_PARTITION"
  prints "token label +: $TOKEN" p11 --list-token-slots
}

# Before the download no key can come to be, so none can sign; the code says that the token refused.
is_refused_before_download() {
  local said
  said=$(python3 "$LAB_HERE/sign_without_key.py" "$KVP11_MODULE" "$TOKEN" "$PIN") || fail "a sign to be refused; got: $said"
  [[ $said == "C_SignInit CKR_FUNCTION_REJECTED" ]] || fail "C_SignInit to answer CKR_FUNCTION_REJECTED; got: $said"
  refused "$REJECTED" p11_user --keypairgen --key-type rsa:2048 --id 01 --label rsa --usage-sign
  refused "$REJECTED" p11_user --keypairgen --key-type EC:prime256v1 --id 02 --label ec --usage-sign
  head -c 32 /dev/urandom >"$LAB/aes"
  refused "$REJECTED" p11_user --write-object "$LAB/aes" --type secrkey --key-type AES:32 --id 10 --label aes
}

download_security_domain() {
  local certificates=()
  local officer
  for officer in $OFFICERS; do certificates+=("$LAB/officers/$officer.cer"); done
  refused 'quorum of 4' cli_so security-domain download --sd-wrapping-keys "${certificates[@]}" --sd-quorum 4 \
    --security-domain-file "$LAB/none.json"
  [[ ! -e $LAB/none.json ]] || fail "no file from a refused download"
  cli_so security-domain download --sd-wrapping-keys "${certificates[@]}" --sd-quorum 2 --security-domain-file "$LAB/sd.json"
  grep -q '"enc_shares"' "$LAB/sd.json" || fail "Azure's file format in sd.json"
  prints '^state +active' cli hsm status --path "$LAB_PARTITION"
  cli hsm status --path "$LAB_PARTITION" --json
}

back_up() {
  cli_so hsm backup --file "$LAB/backup.jwe"
  [[ -s $LAB/backup.jwe ]] || fail "a backup file"
  mkdir -p "$LAB/before"
  export_public_keys "$LAB/before"
}

destroy_partition() {
  rm -rf "$LAB_PARTITION"
  refused '.' p11_user --list-objects
}

create_hsm_in_recovery() {
  create_hsm
  refused 'awaits' cli_so hsm restore --file "$LAB/backup.jwe"
  cli_so security-domain init-recovery --sd-exchange-key "$LAB/exchange.cer"
  openssl x509 -in "$LAB/exchange.cer" -noout -subject
}

restore_blob() { # restore_blob FILE OFFICER…
  local keys=() officer
  for officer in "${@:2}"; do keys+=("$LAB/officers/$officer.pem"); done
  cli security-domain restore-blob --sd-file "$LAB/sd.json" --sd-exchange-key "$LAB/exchange.cer" \
    --sd-wrapping-keys "${keys[@]}" --sd-file-restore-blob "$1"
}

one_officer_is_refused() {
  refused 'opens with 2 of its 3 officers.*1 more needed' restore_blob "$LAB/one.json" officer2
  [[ ! -e $LAB/one.json ]] || fail "no blob from one officer alone"
}

two_officers_restore() {
  restore_blob "$LAB/blob.json" officer1 officer3
  cli_so security-domain upload --sd-file "$LAB/blob.json" --restore-blob
  prints '^state +active' cli hsm status --path "$LAB_PARTITION"
}

restore_keys() {
  cli_so hsm restore --file "$LAB/backup.jwe"
  mkdir -p "$LAB/after"
  export_public_keys "$LAB/after"
  same_file "$LAB/before/rsa.pub" "$LAB/after/rsa.pub"
  same_file "$LAB/before/ec.pub" "$LAB/after/ec.pub"
}

restored_keys_sign() {
  cd "$LAB"
  printf 'signed after the disaster\n' >message
  p11_user --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file message --output-file s1
  openssl dgst -sha256 -verify before/rsa.pub -signature s1 message
  openssl dgst -sha256 -binary -out digest message
  p11_user --sign --mechanism ECDSA --id 02 --input-file digest --output-file s2 --signature-format openssl
  openssl dgst -sha256 -verify before/ec.pub -signature s2 message
}

hold_ceremony() {
  step "three officers make their RSA keys and certificates" make_officers
  step "kvp11 hsm create makes a partition that awaits its security domain" create_hsm
  step "before the download, key generation and import are refused: CKR_FUNCTION_REJECTED" is_refused_before_download
  step "the security domain is downloaded for three officers, quorum two: the partition is active" download_security_domain
}

recover_from_disaster() {
  step "the keys are backed up, as a file bound to the security domain" back_up
  step "disaster: the partition's folder is destroyed, the token is gone" destroy_partition
  step "a new partition is created and asks to become the old one (init-recovery)" create_hsm_in_recovery
  step "one officer alone is refused, and told what is missing" one_officer_is_refused
  step "two of three officers make the blob, its upload activates the partition" two_officers_restore
  step "the backup is restored: the public keys are the same as before" restore_keys
  step "the restored private keys sign" restored_keys_sign
}

main() {
  need_cli
  need pkcs11-tool opensc
  need openssl openssl
  need python3 python3
  lab_begin
  hold_ceremony
  make_keys
  recover_from_disaster
  lab_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
