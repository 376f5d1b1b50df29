#!/usr/bin/env bash
# pkcs11-tool (OpenSC): keys, signatures that OpenSSL verifies, decryption of what OpenSSL encrypted,
# wrapping, derivation, its own test suites, PIN change, deletion.
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

keys_are_sealed() {
  local key tries
  for key in rsa ec; do
    prints 'Access: +sensitive, always sensitive, never extractable' p11_user --list-objects --type privkey --label "$key"
    tries=$(python3 "$LAB_HERE/steal_key.py" "$KVP11_MODULE" "$TOKEN" "$PIN" "$key") || fail "no byte of the $key key to come out; got: $tries"
    printf '%s\n' "$tries"
    ! grep '^read' <<<"$tries" | grep -v 'CKR_ATTRIBUTE_SENSITIVE$' || fail "CKR_ATTRIBUTE_SENSITIVE for each read"
    ! grep '^wrap' <<<"$tries" | grep -vE 'CKR_(KEY_UNEXTRACTABLE|MECHANISM_INVALID)$' || fail "CKR_KEY_UNEXTRACTABLE for each wrap"
    grep -q '^wrap .*CKR_KEY_UNEXTRACTABLE' <<<"$tries" || fail "CKR_KEY_UNEXTRACTABLE for a wrap"
    grep -q '^set .*CKR_ATTRIBUTE_READ_ONLY' <<<"$tries" || fail "CKR_ATTRIBUTE_READ_ONLY for making the key extractable"
  done
}

private_keys_need_login() {
  local output
  output=$(p11 --token-label "$TOKEN" --list-objects)
  printf '%s\n' "$output"
  grep -q 'Public Key Object; RSA 2048 bits' <<<"$output" || fail "the public RSA key to be seen without login"
  ! grep -q 'Private Key Object' <<<"$output" || fail "no private key to be seen without login"
  refused 'CKR_PIN_INCORRECT' p11 --token-label "$TOKEN" --login --pin 000000 --list-objects
}

sign() { # sign MECHANISM ID INPUT OUTPUT [options]
  p11_user --sign --mechanism "$1" --id "$2" --input-file "$3" --output-file "$4" "${@:5}"
}

rsa_signatures_verify() {
  cd "$LAB"
  head -c 5000 /dev/urandom >message
  openssl dgst -sha256 -binary -out digest message
  sign SHA256-RSA-PKCS 01 message s1
  openssl dgst -sha256 -verify rsa.pub -signature s1 message
  # The DigestInfo of SHA-256, RFC 8017 section 9.2 note 1, in front of the digest.
  { printf '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20'; cat digest; } >digest_info
  sign RSA-PKCS 01 digest_info s2
  same_file s1 s2
  sign SHA512-RSA-PKCS 01 message s3
  openssl dgst -sha512 -verify rsa.pub -signature s3 message
  sign SHA256-RSA-PKCS-PSS 01 message s4
  openssl dgst -sha256 -verify rsa.pub -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -signature s4 message
}

pss_with_another_salt_verifies() {
  cd "$LAB"
  sign RSA-PKCS-PSS 01 digest s5 --hash-algorithm SHA256 --mgf MGF1-SHA256 --salt-len 20
  openssl dgst -sha256 -verify rsa.pub -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 -signature s5 message
}

ec_signatures_verify() {
  cd "$LAB"
  openssl dgst -sha256 -binary -out digest message
  sign ECDSA 02 digest e1 --signature-format openssl
  openssl dgst -sha256 -verify ec.pub -signature e1 message
  if offers ECDSA-SHA256; then # SoftHSM2 2.6.1 does not
    sign ECDSA-SHA256 02 message e2 --signature-format openssl
    openssl dgst -sha256 -verify ec.pub -signature e2 message
    sign ECDSA-SHA384 02 message e3 --signature-format openssl
    openssl dgst -sha384 -verify ec.pub -signature e3 message
  fi
}

offers() { p11 --token-label "$TOKEN" --list-mechanisms | grep -qE "^ +$1, .*(sign|encrypt|wrap|derive)"; }

token_verifies() {
  cd "$LAB"
  prints 'Signature is valid' p11_user --verify --mechanism SHA256-RSA-PKCS --id 01 --input-file message --signature-file s1
  cp s1 bad && printf '\x00' | dd of=bad bs=1 seek=100 conv=notrunc status=none
  refused 'Invalid signature|CKR_SIGNATURE_INVALID' bash -c \
    "pkcs11-tool --module '$KVP11_MODULE' --token-label '$TOKEN' --login --pin '$PIN' --verify --mechanism SHA256-RSA-PKCS --id 01 \
     --input-file message --signature-file bad | tee /dev/stderr | grep -q 'Signature is valid'"
}

rsa_decrypts() {
  cd "$LAB"
  printf 'only the token opens this' >plain
  openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in plain -out oaep256 \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
  if is_kvp11; then # SoftHSM2 knows OAEP with SHA-1 only
    p11_user --decrypt --mechanism RSA-PKCS-OAEP --hash-algorithm SHA256 --mgf MGF1-SHA256 --id 01 \
      --input-file oaep256 --output-file opened256
    same_file plain opened256
  fi
  openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in plain -out oaep1 -pkeyopt rsa_padding_mode:oaep
  p11_user --decrypt --mechanism RSA-PKCS-OAEP --hash-algorithm SHA-1 --id 01 --input-file oaep1 --output-file opened1
  same_file plain opened1
  openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in plain -out pkcs1
  p11_user --decrypt --mechanism RSA-PKCS --id 01 --input-file pkcs1 --output-file opened
  same_file plain opened
}

aes_round_trip() {
  cd "$LAB"
  local iv=000102030405060708090a0b0c0d0e0f
  head -c 1000 /dev/urandom >plain
  p11_user --keygen --key-type AES:32 --id 10 --label aes --sensitive
  p11_user --encrypt --mechanism AES-CBC-PAD --iv "$iv" --id 10 --input-file plain --output-file cbc
  p11_user --decrypt --mechanism AES-CBC-PAD --iv "$iv" --id 10 --input-file cbc --output-file opened
  same_file plain opened
  ! cmp -s plain cbc || fail "the ciphertext to differ from the plain text"
}

# An AES key whose value both sides know, because openssl chose it: the token must agree with openssl.
aes_agrees_with_openssl() {
  cd "$LAB"
  local iv=000102030405060708090a0b0c0d0e0f
  openssl rand 32 >known
  p11_user --write-object known --type secrkey --key-type AES:32 --id 11 --label known --extractable
  p11_user --encrypt --mechanism AES-CBC-PAD --iv "$iv" --id 11 --input-file plain --output-file cbc
  openssl enc -d -aes-256-cbc -K "$(od -An -v -tx1 known | tr -d ' \n')" -iv "$iv" -in cbc -out opened
  same_file plain opened
}

# The RSA key wraps the known AES key; the key's owner opens it with the plain RSA decryption.
wraps() {
  cd "$LAB"
  p11_user --wrap --mechanism RSA-PKCS --id 01 --application-id 11 --output-file wrapped
  [[ $(stat -c %s wrapped) == 256 ]] || fail "a wrapped key of 256 bytes"
  p11_user --decrypt --mechanism RSA-PKCS --id 01 --input-file wrapped --output-file unwrapped_value
  same_file known unwrapped_value
}

# What OpenSSL wraps, the token unwraps, and it is the key that it was.
unwraps() {
  cd "$LAB"
  openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in known -out wrapped
  p11_user --unwrap --mechanism RSA-PKCS --id 01 --input-file wrapped --key-type AES: --application-id 12 \
    --application-label again
  p11_user --decrypt --mechanism AES-CBC-PAD --iv 000102030405060708090a0b0c0d0e0f --id 12 --input-file cbc --output-file opened
  same_file plain opened
}

unextractable_key_is_not_wrapped() {
  refused 'CKR_KEY_UNEXTRACTABLE|CKR_KEY_NOT_WRAPPABLE' \
    p11_user --wrap --mechanism RSA-PKCS --id 01 --application-id 10 --output-file "$LAB/stolen"
  [[ ! -s $LAB/stolen ]] || fail "no wrapped form of the key to be written"
}

derives_with_openssl() {
  cd "$LAB"
  openssl ecparam -name prime256v1 -genkey -noout -out peer.key
  openssl pkey -in peer.key -pubout -outform DER -out peer.der
  openssl pkeyutl -derive -inkey peer.key -peerkey ec.pub -out secret_outside
  p11_user --derive --mechanism ECDH1-DERIVE --id 02 --input-file peer.der --output-file secret_inside
  same_file secret_outside secret_inside
}

edwards_signs() {
  cd "$LAB"
  p11_user --keypairgen --key-type EC:edwards25519 --id 30 --label edwards
  prints 'EC_POINT 25[56] bits|EC_EDWARDS' p11_user --list-objects --type pubkey --id 30
  sign EDDSA 30 message ed
  [[ $(stat -c %s ed) == 64 ]] || fail "an Ed25519 signature of 64 bytes"
  p11_user --read-object --type pubkey --id 30 --output-file ed.pub # PEM, whatever it writes for other types
  openssl pkeyutl -verify -pubin -inkey ed.pub -rawin -in message -sigfile ed
  prints 'Signature is valid' p11_user --verify --mechanism EDDSA --id 30 --input-file message --signature-file ed
  p11_user --delete-object --type privkey --id 30
  p11_user --delete-object --type pubkey --id 30
}

# pkcs11-tool returns 0 whatever its tests found, so its words are what counts: test_words_are_good OUTPUT.
test_words_are_good() {
  printf '%s\n' "$1"
  ! grep -iE '^ *ERR|error:|fail(ed|ure)|Aborting|CKR_' <<<"$(grep -viE 'no errors|warning:' <<<"$1")" ||
    fail "no error in the output of pkcs11-tool's tests"
}

# Once as everybody calls it, and once with --allow-sw, which makes it test mechanisms without CKF_HW too.
tool_tests_itself() {
  local output option
  for option in --session-rw --allow-sw; do
    output=$(p11_user --test "$option" 2>&1) || true
    test_words_are_good "$output"
    grep -q 'No errors' <<<"$output" || fail "pkcs11-tool --test --login $option to end with 'No errors'"
  done
}

tool_tests_ec() {
  local output
  output=$(p11_user --session-rw --test-ec --id 77 --label test-ec --key-type EC:prime256v1 2>&1) || true
  test_words_are_good "$output"
  grep -q '==> OK' <<<"$output" || fail "pkcs11-tool --test-ec to report OK"
}

# The known AES key's value, the PIN and what is encrypted pass through the module while it writes everything down.
a_trace_has_no_secret() {
  local extractable=(--extractable)
  ! is_remote || extractable=() # the service's keys do not leave it
  cd "$LAB"
  export KVP11_LOG=trace KVP11_LOG_TARGET=$LAB/trace
  p11_user --write-object known --type secrkey --key-type AES:32 --id 13 --label traced "${extractable[@]}"
  head -c 200 message >part # a service gives all of it out at the end, and pkcs11-tool's buffer is short
  p11_user --encrypt --mechanism AES-CBC-PAD --iv 000102030405060708090a0b0c0d0e0f --id 13 --input-file part --output-file cbc2
  sign SHA256-RSA-PKCS-PSS 01 message traced
  p11_user --delete-object --type secrkey --id 13
  unset KVP11_LOG KVP11_LOG_TARGET
  is_remote || prints 'C_Login\(hSession = 0x[0-9a-f]+, userType = CKU_USER, pPin = \[[0-9]+ bytes\]\)' cat trace
  prints 'CKA_VALUE = \[32 bytes\]' cat trace
  prints 'C_SignInit\(.*CKM_SHA256_RSA_PKCS_PSS, \{hashAlg = CKM_SHA256, mgf = CKG_MGF1_SHA256, sLen = 32\}' cat trace
  python3 - "$PIN" <<'END' || fail "no secret in the trace"
import sys
trace = b"".join(line.split(b" trace: ", 1)[-1] for line in open("trace", "rb")).lower()
secrets = {"PIN": sys.argv[1].encode()}
for name in "known", "message", "cbc2", "traced":
    secrets[name] = open(name, "rb").read()[:16]
for name, secret in secrets.items():
    if secret.lower() in trace or secret.hex().encode() in trace:
        sys.exit(name + " is in the trace")
END
}

pin_is_changed() {
  p11_user --change-pin --new-pin 654321
  refused CKR_PIN_INCORRECT p11_user --list-objects
  PIN=654321
  prints 'Private Key Object' p11_user --list-objects
}

objects_are_deleted() {
  local key
  for key in 10 11 12; do
    p11_user --delete-object --type secrkey --id "$key"
  done
  p11_user --delete-object --type privkey --id 02
  is_remote || p11_user --delete-object --type pubkey --id 02 # there it is gone with its other half
  local left
  left=$(p11_user --list-objects)
  printf '%s\n' "$left"
  ! grep -qE 'Secret Key|label: +ec$' <<<"$left" || fail "the deleted objects to be gone"
  grep -q 'Private Key Object; RSA' <<<"$left" || fail "the RSA key to be there still"
}

main() {
  need pkcs11-tool opensc
  need openssl openssl
  need python3 python3
  lab_begin
  make_token
  make_keys
  step "private keys cannot be read or wrapped out: CKR_ATTRIBUTE_SENSITIVE, CKR_KEY_UNEXTRACTABLE" keys_are_sealed
  step_unless anonymous "private objects are invisible without login, a wrong PIN is refused" private_keys_need_login
  step "RSA signatures (PKCS#1, SHA-256, SHA-512, PSS) verify with OpenSSL" rsa_signatures_verify
  step_unless odd-salt "PSS with a salt shorter than its digest verifies with OpenSSL" pss_with_another_salt_verifies
  step "ECDSA signatures verify with OpenSSL" ec_signatures_verify
  step_unless edwards "an Ed25519 pair is generated by the curve's name, and OpenSSL verifies its signature" edwards_signs
  step "the token verifies its signature and refuses a changed one" token_verifies
  step "the token decrypts what OpenSSL encrypted (OAEP, PKCS#1)" rsa_decrypts
  step "AES-CBC-PAD encrypts and decrypts" aes_round_trip
  step "OpenSSL decrypts what the token encrypted with an imported AES key" aes_agrees_with_openssl
  step_unless wrap-key "an AES key is wrapped by RSA" wraps
  step "an AES key that OpenSSL wrapped is unwrapped" unwraps
  step "a key that is not extractable is not wrapped" unextractable_key_is_not_wrapped
  step_unless derive "ECDH derives the same secret as OpenSSL" derives_with_openssl
  if is_kvp11; then # SoftHSM2 2.6.1 refuses OAEP with a label and ECDSA-SHA1, and the tool gives up
    step_unless raw-rsa "pkcs11-tool --test --login reports no error" tool_tests_itself
    step "pkcs11-tool --test-ec reports no error" tool_tests_ec
  fi
  ! is_kvp11 || step "a trace has names for everything, and no secret" a_trace_has_no_secret
  step_unless change-pin "the user PIN is changed" pin_is_changed
  step "objects are deleted, the others stay" objects_are_deleted
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
