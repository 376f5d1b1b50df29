#!/usr/bin/env bash
# osslsigncode signs a Windows program with a key in the token, through the pkcs11 engine.
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

# A certificate for code signing by the RSA key, apart from the web server's.
certify_for_code() {
  [[ -e $LAB/engine.cnf ]] || write_openssl_config "$LAB/engine.cnf"
  with_engine openssl req -new -x509 -days 30 -sha256 -engine pkcs11 -keyform engine -key "$(key_uri "$1")" \
    -subj "/CN=kvp11 code signing ($1)" -addext extendedKeyUsage=codeSigning -addext keyUsage=digitalSignature \
    -out "$LAB/code-$1.pem"
}

# No -pkcs11engine: osslsigncode 2.5 takes it for the name of the engine as well, newer ones do not.
sign_program() { # sign_program KEY
  cd "$LAB"
  python3 "$LAB_HERE/make_pe.py" program.exe
  rm -f "program-$1.exe"
  prints Succeeded osslsigncode sign -pkcs11module "$KVP11_MODULE" -certs "code-$1.pem" \
    -key "$(key_uri "$1")" -h sha256 -n "kvp11 interop" -in program.exe -out "program-$1.exe"
}

program_verifies() { # program_verifies KEY
  cd "$LAB"
  prints 'Signature verification: ok' osslsigncode verify -CAfile "code-$1.pem" -in "program-$1.exe"
  cp "program-$1.exe" changed.exe
  printf '\xcc' | dd of=changed.exe bs=1 seek=512 conv=notrunc status=none
  refused 'MISMATCH|failed' osslsigncode verify -CAfile "code-$1.pem" -in changed.exe
}

main() {
  need osslsigncode osslsigncode
  need python3 python3
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  local key
  for key in rsa ec; do
    step "OpenSSL makes a certificate for code signing by the $key key" certify_for_code $key
    step "osslsigncode signs a program with the $key key" sign_program $key
    step "the signature verifies, and a changed program is refused" program_verifies $key
  done
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
