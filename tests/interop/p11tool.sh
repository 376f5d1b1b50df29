#!/usr/bin/env bash
# p11tool (GnuTLS): lists, generates, tests a signature, writes and removes a certificate.
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

gnutls() { GNUTLS_PIN=$PIN GNUTLS_SO_PIN=$SO_PIN p11tool --batch --provider "$KVP11_MODULE" "$@"; }

lists_token() {
  prints "token=$TOKEN" gnutls --list-token-urls
  prints "object=rsa;type=private" gnutls --login --list-privkeys "pkcs11:token=$TOKEN"
  prints 'CKA_SENSITIVE' gnutls --login --list-privkeys "pkcs11:token=$TOKEN"
  prints 'ECDSA' gnutls --list-mechanisms "pkcs11:token=$TOKEN"
}

generates_key_pairs() {
  gnutls --login --generate-privkey rsa --bits 2048 --label gnutls-rsa --id 21 "pkcs11:token=$TOKEN" --outfile "$LAB/g-rsa.pub"
  gnutls --login --generate-privkey ecdsa --curve secp384r1 --label gnutls-ec --id 22 "pkcs11:token=$TOKEN" --outfile "$LAB/g-ec.pub"
  prints 'object=gnutls-ec;type=private' gnutls --login --list-privkeys "pkcs11:token=$TOKEN"
}

generates_edwards_pair() {
  gnutls --login --generate-privkey ed25519 --label gnutls-ed --id 23 "pkcs11:token=$TOKEN" --outfile "$LAB/g-ed.pub"
  prints 'object=gnutls-ed;type=private' gnutls --login --list-privkeys "pkcs11:token=$TOKEN"
  prints 'ED25519' openssl pkey -pubin -in "$LAB/g-ed.pub" -noout -text
  prints 'ok' gnutls --login --test-sign --hash SHA512 "pkcs11:token=$TOKEN;object=gnutls-ed;type=private"
  # libp11 0.4.12 gives up on all keys of a token that has one of these.
  gnutls --login --delete "pkcs11:token=$TOKEN;object=gnutls-ed;type=private"
  gnutls --login --delete "pkcs11:token=$TOKEN;object=gnutls-ed;type=public"
}

tests_signatures() {
  local key
  for key in rsa ec gnutls-rsa gnutls-ec; do
    prints 'ok' gnutls --login --test-sign "pkcs11:token=$TOKEN;object=$key;type=private"
  done
  prints 'ok' gnutls --login --test-sign --sign-params rsa-pss "pkcs11:token=$TOKEN;object=rsa;type=private"
}

writes_and_removes_certificate() {
  make_certificates
  gnutls --login --write --load-certificate "$LAB/rsa.pem" --label web --id 01 "pkcs11:token=$TOKEN"
  gnutls --export "pkcs11:token=$TOKEN;object=web;type=cert" --outfile "$LAB/back.pem"
  prints 'rsa.test' openssl x509 -in "$LAB/back.pem" -noout -subject
  gnutls --login --delete "pkcs11:token=$TOKEN;object=web;type=cert"
  ! gnutls --list-all-certs "pkcs11:token=$TOKEN" | grep -q object=web || fail "the certificate to be gone"
}

main() {
  need p11tool gnutls-bin
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  step "p11tool lists the token, its keys and mechanisms" lists_token
  step "p11tool generates an RSA-2048 and a P-384 key pair" generates_key_pairs
  step "p11tool tests a signature with each key, and PSS" tests_signatures
  step_unless edwards "p11tool generates an Ed25519 pair and tests a signature with it" generates_edwards_pair
  step "p11tool writes a certificate, reads it back and removes it" writes_and_removes_certificate
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
