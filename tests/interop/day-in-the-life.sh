#!/usr/bin/env bash
# A day in the life of an HSM: everything that docs/partition.md tells, done once, from the ceremony to the
# zeroisation. Read it from main() at the end; each step is one short function.
source "$(dirname "${BASH_SOURCE[0]}")/recovery-drill.sh"
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

# Every command on the partition of the configuration's slot 0; PINs come from the environment.
kvp11() { "$KVP11_CLI" "$@" --slot 0; }

# exits STATUS PATTERN COMMAND…: the command is refused with this exit code, and says why.
exits() {
  local wanted=$1 pattern=$2 output status=0
  shift 2
  output=$("$@" 2>&1) || status=$?
  printf '%s\n' "$output"
  [[ $status == "$wanted" ]] || fail "exit status $wanted, not $status, from: $*; got: $output"
  grep -qE -- "$pattern" <<<"$output" || fail "the output to contain $pattern from: $*; got: $output"
}

# Time passes for every process that is started from now on.
days=0
days_pass() {
  days=$((days + $1))
  export KVP11_TEST_TIME_OFFSET=$((days * 86400))
}
in_days() { date -u -d "+$((days + $1)) days" +%Y-%m-%dT%H:%M:%SZ; }

# pkcs11-tool asks for keys by CKA_ID, which kvp11 shows: remember NAME.
declare -A id
remember() { id[$1]=$(kvp11 keys show --name "$1" | sed -nE 's/^PKCS#11 .* id ([0-9a-f]+), private$/\1/p'); }

sign() { # sign KEY FILE SIGNATURE
  p11_user --sign --mechanism SHA256-RSA-PKCS --id "${id[$1]}" --input-file "$2" --output-file "$3"
}
verifies() { # verifies PUBLIC_KEY.pem FILE SIGNATURE, by OpenSSL
  openssl dgst -sha256 -verify "$1" -signature "$3" "$2"
}
latest_version() { kvp11 keys show --name "$1" --json | sed -E 's,.*"kid":"/keys/[^/]+/([0-9a-f]{32})".*,\1,'; }

# --- keys --------------------------------------------------------------------------------------------

both_sides_make_keys() {
  cd "$LAB"
  printf 'a message\n' >message
  p11_user --keypairgen --key-type EC:prime256v1 --id 02 --label ec --usage-sign
  kvp11 keys create --name web --kty RSA --size 2048 --tags service=web stage=test
  remember web
  prints '^ec +EC P-256 ' kvp11 keys list
  prints '^web +RSA 2048 ' kvp11 keys list
  prints 'label: +web' p11_user --list-objects --type privkey
  prints 'label: +ec' p11_user --list-objects --type privkey
}

client_uses_service_key() {
  cd "$LAB"
  write_openssl_config engine.cnf
  kvp11 keys download --name web --file web.pub
  certify web /CN=web.test
}

# --- roles -------------------------------------------------------------------------------------------

role_is_narrowed() {
  cat >"$LAB/signer.json" <<'END'
{"roleName": "Web signer", "description": "Signs and verifies, makes nothing",
 "dataActions": ["Microsoft.KeyVault/managedHsm/keys/read/action", "Microsoft.KeyVault/managedHsm/keys/sign/action",
                 "Microsoft.KeyVault/managedHsm/keys/verify/action"]}
END
  kvp11 role definition create --role-definition "$LAB/signer.json"
  kvp11 role assignment create --role 'Web signer' --assignee user --scope /keys/web
  kvp11 role assignment delete --role 'Managed HSM Crypto User' --assignee user --scope /
  sign web "$LAB/message" "$LAB/narrow.sig"
  exits 3 'not authorised to access .*/keys/create on' kvp11 keys create --name other --kty EC
  refused "$REJECTED" p11_user --keypairgen --key-type EC:prime256v1 --id 09 --label other --usage-sign
  refused "$REJECTED" p11_user --sign --mechanism ECDSA --id 02 --input-file "$LAB/message" --output-file "$LAB/none.sig"
}

role_is_given_back() {
  kvp11 role assignment create --role 'Managed HSM Crypto User' --assignee user --scope /
  kvp11 role assignment delete --role 'Web signer' --assignee user --scope /keys/web
  kvp11 role definition delete --name 'Web signer'
  sign web "$LAB/message" "$LAB/again.sig"
}

# --- rotation ----------------------------------------------------------------------------------------

policy_is_set() {
  cat >"$LAB/policy.json" <<'END'
{"lifetimeActions": [{"trigger": {"timeAfterCreate": "P30D"}, "action": {"type": "Rotate"}}],
 "attributes": {"expiryTime": "P60D"}}
END
  exits 8 'rotation-policy update' kvp11 keys rotate --name web
  kvp11 keys rotation-policy update --name web --value "$LAB/policy.json"
  prints '"timeAfterCreate":"P30D"' kvp11 keys rotation-policy show --name web
}

# A process that signs all the while: its handles stay with the old version, a new search finds the new one.
key_is_rotated() {
  cd "$LAB"
  local said
  cp web.pub web-1.pub
  said=$(python3 "$LAB_HERE/held_handle.py" "$KVP11_MODULE" "$TOKEN" "$PIN" web message . "$KVP11_CLI" keys rotate --name web --slot 0)
  printf '%s\n' "$said"
  grep -q '^before: valid by the held handle, invalid by the new one$' <<<"$said" || fail "the old version to verify what it signed"
  grep -q '^held: valid by the held handle, invalid by the new one$' <<<"$said" || fail "a held handle to go on with its version"
  grep -q '^new: invalid by the held handle, valid by the new one$' <<<"$said" || fail "a new handle to be of the new version"
  kvp11 keys download --name web --file web-2.pub
  verifies web-1.pub message before.sig
  verifies web-2.pub message new.sig
}

rotation_falls_due() {
  prints 'nothing was due' kvp11 keys rotate-due
  days_pass 31
  prints '^rotated web to [0-9a-f]{32}$' kvp11 keys rotate-due
  prints 'nothing was due' kvp11 keys rotate-due
  [[ $(kvp11 keys list-versions --name web | grep -c enabled) == 3 ]] || fail "three versions"
}

key_expires() {
  cd "$LAB"
  sign web message fresh.sig
  kvp11 keys set-attributes --name web --expires "$(in_days 1)"
  days_pass 2
  prints '^state +expired' kvp11 keys show --name web
  refused 'CKR_KEY_FUNCTION_NOT_PERMITTED' sign web message none.sig
  prints 'Signature is valid' p11_user --verify --mechanism SHA256-RSA-PKCS --id "${id[web]}" --input-file message --signature-file fresh.sig
  kvp11 keys rotate --name web
  sign web message fresh.sig
}

# --- deletion ----------------------------------------------------------------------------------------

key_is_deleted_and_recovered() {
  local version
  version=$(latest_version web)
  p11_user --delete-object --type privkey --id "${id[web]}"
  p11_user --delete-object --type pubkey --id "${id[web]}"
  refused '.' sign web "$LAB/message" "$LAB/none.sig"
  prints '^web +RSA 2048' kvp11 keys list-deleted
  exits 8 'keys recover' kvp11 keys create --name web --kty EC
  exits 3 '.' kvp11 keys purge --name web --as user
  kvp11 keys recover --name web
  [[ $(latest_version web) == "$version" ]] || fail "the same version as before"
  sign web "$LAB/message" "$LAB/recovered.sig"
}

# --- backups -----------------------------------------------------------------------------------------

key_is_backed_up_purged_and_restored() {
  cd "$LAB"
  kvp11 keys list-versions --name web >versions-before
  kvp11 keys backup --name web --file web.backup
  exits 8 'exists' kvp11 keys restore --file web.backup
  kvp11 keys delete --name web
  kvp11 keys purge --name web
  exits 8 "a key with \(name/id\) web was not found" kvp11 keys show --name web
  kvp11 keys restore --file web.backup
  kvp11 keys list-versions --name web >versions-after
  same_file versions-before versions-after
  sign web message restored.sig
  kvp11 keys download --name web --file web-restored.pub
  verifies web-restored.pub message restored.sig
}

# changed FILE: a copy with one character in its middle replaced.
changed() {
  local middle=$(($(stat -c %s "$1") / 2)) letter=A
  [[ $(dd if="$1" bs=1 skip=$middle count=1 status=none) != A ]] || letter=B
  cp "$1" "$1.changed"
  printf '%s' $letter | dd of="$1.changed" bs=1 seek=$middle conv=notrunc status=none
}

backups_are_bound_to_their_domain() {
  cd "$LAB"
  changed web.backup
  exits 5 'backup' kvp11 keys restore --file web.backup.changed
  kvp11 hsm backup --file all.backup
  changed all.backup
  exits 5 'backup' kvp11 hsm restore --file all.backup.changed
  KVP11_SO_PIN=$SO_PIN cli hsm create --name other --path "$LAB/other" --administrators carol
  cli security-domain download --path "$LAB/other" --sd-wrapping-keys officers/officer{1,2,3}.cer --sd-quorum 2 \
    --security-domain-file other-sd.json
  exits 5 'another security domain' cli keys restore --path "$LAB/other" --file web.backup
  exits 5 'another security domain' cli hsm restore --path "$LAB/other" --file all.backup
}

one_key_of_a_full_backup() {
  cd "$LAB"
  kvp11 keys delete --name web
  exits 8 'deleted' kvp11 hsm restore --file all.backup --key-name web
  kvp11 keys purge --name web
  exits 8 'no-such-key' kvp11 hsm restore --file all.backup --key-name no-such-key
  prints 'restored' kvp11 hsm restore --file all.backup --key-name web
  sign web message selected.sig
  verifies web-restored.pub message selected.sig
}

# --- bring your own key ------------------------------------------------------------------------------

key_is_brought_along() {
  cd "$LAB"
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out own.pem
  openssl pkey -in own.pem -pubout -out own.pub
  kvp11 keys create --name exchange --kty RSA --ops import
  kvp11 keys download --name exchange --file exchange.pem
  # Offline, where the own key is:
  cli keys make-transfer-blob --kek-file exchange.pem --kid "https://lab.local/keys/exchange/$(latest_version exchange)" \
    --pem-file own.pem --file own.byok
  kvp11 keys import --name own --kty RSA --byok-file own.byok --ops sign verify
  remember own
  sign own message own.sig
  verifies own.pub message own.sig
  changed own.byok
  exits 5 '.' kvp11 keys import --name own-2 --kty RSA --byok-file own.byok.changed
}

# --- FIPS-style behaviour ----------------------------------------------------------------------------

self_test_fails() {
  export KVP11_TEST_SELF_TEST_FAIL=1
  prints '^state +error' kvp11 hsm status
  refused 'CKR_DEVICE_ERROR|CKR_FUNCTION_REJECTED' sign web "$LAB/message" "$LAB/none.sig"
  exits 7 'self-test' kvp11 keys list
  unset KVP11_TEST_SELF_TEST_FAIL
  prints '^state +active' kvp11 hsm status
  sign web "$LAB/message" "$LAB/healed.sig"
}

approved_mode_refuses() {
  cd "$LAB"
  kvp11 keys create --name opener --kty RSA --ops encrypt decrypt
  remember opener
  kvp11 keys download --name opener --file opener.pub
  printf 'a secret' >plain
  openssl pkeyutl -encrypt -pubin -inkey opener.pub -in plain -out pkcs1
  openssl pkeyutl -encrypt -pubin -inkey opener.pub -in plain -out oaep -pkeyopt rsa_padding_mode:oaep \
    -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
  p11_user --decrypt --mechanism RSA-PKCS --id "${id[opener]}" --input-file pkcs1 --output-file opened
  same_file plain opened
  write_config 'mode = "approved"'
  refused 'CKR_MECHANISM_INVALID' p11_user --decrypt --mechanism RSA-PKCS --id "${id[opener]}" --input-file pkcs1 --output-file none
  p11_user --decrypt --mechanism RSA-PKCS-OAEP --hash-algorithm SHA256 --mgf MGF1-SHA256 --id "${id[opener]}" \
    --input-file oaep --output-file opened-oaep
  same_file plain opened-oaep
  write_config
}

# --- audit -------------------------------------------------------------------------------------------

log_tells_what_was_done() {
  cd "$LAB"
  prints 'KeyRotate +/keys/web +Success +user' kvp11 audit show --key web
  prints 'KeyPurge +/keys/web +.*user' kvp11 audit show --operation KeyPurge
  kvp11 audit show --last 5
  kvp11 audit export --file events.jsonl
  grep -q '"operationName":"KeyRotateIfDue"' events.jsonl || fail "the rotation that fell due among Azure's events"
  python3 -c 'import json,sys; [json.loads(line) for line in sys.stdin]' <events.jsonl
  ! grep -qF -e "$PIN" events.jsonl || fail "no PIN in the log"
  prints 'none is missing, changed or out of order' kvp11 audit verify
}

tampering_is_found() {
  cd "$LAB"
  local file number
  file=$(grep -lr '"KeyPurge"' "$LAB_PARTITION/audit" | head -n 1)
  number=$(kvp11 audit show --operation KeyPurge --json | sed -E 's/^\[\{"number":([0-9]+),.*/\1/')
  sed -i '0,/"KeyPurge"/s//"KeyPurfe"/' "$file"
  exits 9 "record $number" kvp11 audit verify --chain-only
  exits 9 "record $number" kvp11 audit verify
  sed -i 's/"KeyPurfe"/"KeyPurge"/' "$file"
  prints 'none is missing' kvp11 audit verify
}

# --- the end -----------------------------------------------------------------------------------------

purge_protection_holds() {
  prints 'kept for 7 days and cannot be purged before' kvp11 hsm update --retention-days 7 --enable-purge-protection
  kvp11 keys delete --name own
  exits 8 'purge protection' kvp11 keys purge --name own
  days_pass 8
  prints '^purged own$' kvp11 keys rotate-due
  [[ $(kvp11 keys list-deleted --json) == '[]' ]] || fail "nothing to be left of the key"
}

partition_is_zeroised() {
  exits 2 "want the partition's name 'lab'" kvp11 hsm zeroise --confirm lap
  kvp11 hsm zeroise --confirm lab
  prints '^state +uninitialised' kvp11 hsm status
  exits 6 'there is no partition' kvp11 keys list
  refused '.' p11_user --list-objects
  prints 'Zeroise' kvp11 audit show
}

main() {
  need_cli
  need pkcs11-tool opensc
  need openssl openssl
  need python3 python3
  need_engine
  lab_begin
  export KVP11_SO_PIN=$SO_PIN KVP11_PIN=$PIN
  hold_ceremony
  step "pkcs11-tool and kvp11 make keys, and each sees the other's" both_sides_make_keys
  step "OpenSSL makes a certificate with a key that kvp11 made" client_uses_service_key
  step "the user gets a custom role on one key instead of Crypto User: the rest is refused" role_is_narrowed
  step "the user gets the role Crypto User back" role_is_given_back
  step "a key gets a rotation policy; without one it is not rotated" policy_is_set
  step "the key is rotated: old handles keep the old version, new ones have the new one" key_is_rotated
  step "31 days later the rotation is due, and rotate-due does it once" rotation_falls_due
  step "an expired key does not sign any more, but verifies; its rotation makes one that signs" key_expires
  step "destroyed through PKCS#11, the key is deleted, and recovered with all its versions" key_is_deleted_and_recovered
  step "one key is backed up, purged and restored, with all its versions" key_is_backed_up_purged_and_restored
  step "a changed backup is refused, and so is one of another security domain" backups_are_bound_to_their_domain
  step "one key comes back from a full backup" one_key_of_a_full_backup
  step "a key made outside comes in wrapped for a key exchange key (BYOK)" key_is_brought_along
  step "a failed self-test stops all cryptography; a restart heals it" self_test_fails
  step "in approved mode RSA PKCS#1 v1.5 decryption is refused, OAEP is not" approved_mode_refuses
  step "the audit log shows what was done and is exported as Azure's events" log_tells_what_was_done
  step "a changed record is found and named" tampering_is_found
  step "purge protection holds a deleted key until its retention ends" purge_protection_holds
  step "the partition is zeroised: nothing is left but the log" partition_is_zeroised
  lab_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
