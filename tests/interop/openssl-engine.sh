#!/usr/bin/env bash
# OpenSSL with the pkcs11 engine (libp11): signatures, self-signed certificates, CMS, and a process that
# ends cleanly, also when the engine is the default for all algorithms.
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

# write_openssl_config FILE [extra lines of the engine's section]
write_openssl_config() {
  cat >"$1" <<END
openssl_conf = all
[all]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
dynamic_path = $LAB_ENGINE
MODULE_PATH = $KVP11_MODULE
${2:-}
[req]
distinguished_name = dn
prompt = no
[dn]
CN = localhost
END
}

need_engine() { [[ -e $LAB_ENGINE ]] || skip "the pkcs11 engine is missing (Debian package libengine-pkcs11-openssl)"; }

with_engine() { OPENSSL_CONF=$LAB/engine.cnf "$@"; }

# certify KEY SUBJECT [openssl req options]: a self-signed certificate KEY.pem by the key in the token.
certify() {
  with_engine openssl req -new -x509 -days 30 -sha256 -engine pkcs11 -keyform engine -key "$(key_uri "$1")" \
    -subj "$2" -out "$LAB/$1.pem" "${@:3}"
  prints OK openssl verify -CAfile "$LAB/$1.pem" "$LAB/$1.pem"
  openssl x509 -in "$LAB/$1.pem" -noout -pubkey | cmp - "$LAB/$1.pub" || fail "the certificate to hold the token's key"
}

make_certificates() {
  write_openssl_config "$LAB/engine.cnf"
  certify rsa /CN=rsa.test -addext subjectAltName=DNS:rsa.test
  certify ec /CN=ec.test -addext subjectAltName=DNS:ec.test
}

# make_chain KEY SUBJECT EXTENSIONS: chain/KEY.pem, a certificate by an intermediate authority by a root for the key in
# the token, in this order; chain/root.pem is whom to trust.
make_chain() {
  mkdir -p "$LAB/chain"
  cd "$LAB/chain"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -subj "/CN=$TOKEN root" -days 30 -out root.pem \
    -addext keyUsage=keyCertSign
  openssl req -newkey rsa:2048 -nodes -keyout between.key -subj "/CN=$TOKEN intermediate" -out between.csr
  openssl x509 -req -in between.csr -CA root.pem -CAkey root.key -set_serial 2 -days 30 -out between.crt \
    -extfile <(printf 'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n')
  with_engine openssl req -new -engine pkcs11 -keyform engine -key "$(key_uri "$1")" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA between.crt -CAkey between.key -set_serial 3 -days 30 -out "$1.crt" \
    -extfile <(printf "$3")
  cat "$1.crt" between.crt root.pem >"$1.pem"
  prints OK openssl verify -CAfile root.pem -untrusted between.crt "$1.pem"
}

# The slot takes its certificates from the files of make_chain from here on. The slot is the file's last table.
name_chain_in_config() { printf 'certificates = ["%s/chain/%s.pem"]\n' "$LAB" "$1" >>"$KVP11_CONFIG"; }

engine_signs() {
  cd "$LAB"
  head -c 3000 /dev/urandom >message
  local key
  for key in rsa ec; do
    with_engine openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$(key_uri $key)" -out "$key.sig" message
    openssl dgst -sha256 -verify "$key.pub" -signature "$key.sig" message
  done
  with_engine openssl dgst -sha384 -engine pkcs11 -keyform engine -sign "$(key_uri rsa)" \
    -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48 -out pss.sig message
  openssl dgst -sha384 -verify rsa.pub -sigopt rsa_padding_mode:pss -signature pss.sig message
}

engine_opens_cms() {
  cd "$LAB"
  openssl cms -encrypt -aes256 -binary -in message -outform DER -out letter.cms rsa.pem
  with_engine openssl cms -decrypt -inform DER -in letter.cms -engine pkcs11 -keyform engine -inkey "$(key_uri rsa)" \
    -recip rsa.pem -out letter
  same_file message letter
}

engine_signs_cms() {
  cd "$LAB"
  with_engine openssl cms -sign -nodetach -binary -engine pkcs11 -keyform engine -inkey "$(key_uri rsa)" -signer rsa.pem \
    -in message -outform DER -out signed.cms
  openssl cms -verify -binary -inform DER -in signed.cms -CAfile rsa.pem -purpose any -out opened
  same_file message opened
}

engine_decrypts_oaep() {
  cd "$LAB"
  printf 'for the token only' >plain
  openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in plain -out oaep -pkeyopt rsa_padding_mode:oaep
  with_engine openssl pkeyutl -decrypt -engine pkcs11 -keyform engine -inkey "$(key_uri rsa)" -in oaep -out opened \
    -pkeyopt rsa_padding_mode:oaep
  same_file plain opened
}

engine_refuses_wrong_pin() {
  refused 'PIN|pin|login|Login|Could not (read|find)' env OPENSSL_CONF="$LAB/engine.cnf" openssl dgst -sha256 -engine pkcs11 \
    -keyform engine -sign "pkcs11:token=$TOKEN;object=rsa;type=private;pin-value=000000" -out "$LAB/no.sig" "$LAB/message"
}

# Every algorithm of the process goes through the engine: a module on the host's OpenSSL would call itself.
engine_is_default() {
  cd "$LAB"
  write_openssl_config all.cnf "default_algorithms = ALL"
  OPENSSL_CONF=$LAB/all.cnf openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$(key_uri rsa)" -out all.sig message
  openssl dgst -sha256 -verify rsa.pub -signature all.sig message
  OPENSSL_CONF=$LAB/all.cnf openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$(key_uri ec)" -out all.sig message
  openssl dgst -sha256 -verify ec.pub -signature all.sig message
  OPENSSL_CONF=$LAB/all.cnf openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out outside.key
  OPENSSL_CONF=$LAB/all.cnf openssl rand -hex 16
}

# Twenty processes in a row: each must end with status 0 and say nothing on stderr but that the engine is there.
processes_end_cleanly() {
  cd "$LAB"
  local round said
  for round in {1..20}; do
    with_engine openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$(key_uri ec)" -out "exit.sig" message 2>said ||
      fail "process $round to end with status 0, got $?"
    said=$(grep -v 'Engine "pkcs11" set' said || true)
    [[ -z $said ]] || fail "process $round to be silent, got: $said"
  done
}

main() {
  need openssl openssl
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  step "OpenSSL makes a self-signed certificate for each key through the engine" make_certificates
  step "OpenSSL signs through the engine (RSA, PSS, ECDSA), and verifies without it" engine_signs
  step "CMS: what OpenSSL enveloped for the certificate, the token opens" engine_opens_cms
  step "CMS: what the token signed, OpenSSL verifies" engine_signs_cms
  step "RSA-OAEP: the token opens what OpenSSL encrypted" engine_decrypts_oaep
  step "a wrong PIN is refused" engine_refuses_wrong_pin
  step "the engine as default for all algorithms works, keys outside the token too" engine_is_default
  step "twenty processes end with status 0 and in silence" processes_end_cleanly
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
