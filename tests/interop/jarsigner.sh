#!/usr/bin/env bash
# Java: jarsigner signs a jar through SunPKCS11 with keys in the token, keytool makes a key pair there.
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

slot_index() { p11 --list-token-slots | awk -v wanted="$TOKEN" '/^Slot/ {slot = $2} /token label/ && $NF == wanted {print slot}'; }

write_java_config() {
  cat >"$LAB/java.cfg" <<END
name = kvp11
library = $KVP11_MODULE
slotListIndex = $(slot_index)
END
  # A config of its own for keytool: SunPKCS11 leaves CKA_DERIVE, CKA_SENSITIVE and the like to the token's defaults.
  { cat "$LAB/java.cfg"; printf 'attributes(generate, CKO_PRIVATE_KEY, *) = {\n  CKA_SENSITIVE = true\n  CKA_EXTRACTABLE = false\n}\n'; } >"$LAB/java-generate.cfg"
}

java_tool() { # java_tool COMMAND CONFIG ARGUMENTS…: on the token as key store
  "$1" -J-Duser.language=en -storetype PKCS11 -keystore NONE -providerClass sun.security.pkcs11.SunPKCS11 \
    -providerArg "$LAB/$2" -storepass "$PIN" "${@:3}"
}

# Java shows a private key only together with its certificate, found by the same CKA_ID.
put_certificates_in() {
  local key id
  for key in rsa:01 ec:02; do
    id=${key#*:}
    key=${key%:*}
    with_engine openssl req -new -x509 -days 300 -sha256 -engine pkcs11 -keyform engine -key "$(key_uri "$key")" \
      -subj "/CN=kvp11 jar signing ($key)" -addext extendedKeyUsage=codeSigning -addext keyUsage=digitalSignature \
      -out "$LAB/jar-$key.pem"
    openssl x509 -in "$LAB/jar-$key.pem" -outform DER -out "$LAB/jar-$key.der"
    p11_user --write-object "$LAB/jar-$key.der" --type cert --id "$id" --label "$key"
  done
  write_java_config
  prints 'PrivateKeyEntry' java_tool keytool java.cfg -list
}

sign_jar() { # sign_jar KEY: and verify with the certificate as trusted
  cd "$LAB"
  mkdir -p classes && printf 'content to be signed\n' >classes/notes.txt
  rm -f "$1.jar" trust.p12
  jar --create --file "$1.jar" -C classes .
  prints 'jar signed' java_tool jarsigner java.cfg -sigalg "$2" "$1.jar" "$1"
  keytool -importcert -noprompt -alias signer -file "jar-$1.pem" -keystore trust.p12 -storepass changeit
  prints 'jar verified' jarsigner -J-Duser.language=en -verify -strict -keystore trust.p12 -storepass changeit "$1.jar"
}

changed_jar_is_refused() {
  cd "$LAB"
  cp rsa.jar changed.jar
  printf 'another content\n' >classes/notes.txt
  jar --update --file changed.jar -C classes notes.txt
  refused 'digest error|SHA-(256|384) digest' jarsigner -J-Duser.language=en -verify -strict -keystore trust.p12 -storepass changeit changed.jar
}

keytool_generates() {
  java_tool keytool java-generate.cfg -genkeypair -alias java-ec -keyalg EC -groupname secp256r1 -sigalg SHA256withECDSA \
    -dname "CN=made by keytool"
  prints 'java-ec, *PrivateKeyEntry' java_tool keytool java.cfg -list
  prints 'Private Key Object; EC' p11_user --list-objects --type privkey
  cd "$LAB"
  mkdir -p classes && printf 'content to be signed\n' >classes/notes.txt
  jar --create --file java-ec.jar -C classes .
  prints 'jar signed' java_tool jarsigner java.cfg -sigalg SHA256withECDSA java-ec.jar java-ec
  prints 'jar verified' jarsigner -J-Duser.language=en -verify java-ec.jar
}

# Nothing is written into the token: the slot's configuration names the file, leaf, intermediate and root.
chain_comes_from_a_file() {
  p11_user --keypairgen --key-type EC:prime256v1 --id 03 --label chained --sensitive --usage-sign
  make_chain chained "/CN=chained signer" 'keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n'
  name_chain_in_config chained
  local seen
  seen=$(p11_user --list-objects --type cert)
  printf '%s\n' "$seen"
  [[ $(grep -cE 'subject: *DN: CN=(chained signer|lab intermediate|lab root)' <<<"$seen") == 3 ]] ||
    fail "the three certificates of the file"
  prints 'Certificate chain length: 3' java_tool keytool java.cfg -list -v -alias chained
}

jar_has_the_whole_chain() {
  cd "$LAB"
  mkdir -p classes && printf 'content to be signed\n' >classes/notes.txt
  jar --create --file chained.jar -C classes .
  prints 'jar signed' java_tool jarsigner java.cfg -sigalg SHA256withECDSA chained.jar chained
  keytool -importcert -noprompt -alias root -file chain/root.pem -keystore root.p12 -storepass changeit
  local told
  told=$(jarsigner -J-Duser.language=en -verify -verbose -certs -strict -keystore root.p12 -storepass changeit chained.jar)
  printf '%s\n' "$told"
  grep -q 'jar verified' <<<"$told" || fail "the jar to verify with the root alone"
  local name
  for name in 'chained signer' 'lab intermediate' 'lab root'; do
    grep -q "X.509, CN=$name" <<<"$told" || fail "jarsigner -certs to show CN=$name"
  done
}

main() {
  need jarsigner openjdk-17-jdk-headless
  need keytool openjdk-17-jre-headless
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  write_openssl_config "$LAB/engine.cnf"
  step "certificates are written into the token, and keytool sees the keys" put_certificates_in
  step "jarsigner signs a jar with the RSA key, and it verifies" sign_jar rsa SHA256withRSA
  step "a changed jar is refused" changed_jar_is_refused
  step "jarsigner signs a jar with the EC key, and it verifies" sign_jar ec SHA256withECDSA
  step "keytool generates an EC key pair in the token, and it signs" keytool_generates
  if is_kvp11; then
    step "a chain of three in a file of the configuration attaches to its key" chain_comes_from_a_file
    step "a jar signed with it holds the whole chain, and its root is enough to verify it" jar_has_the_whole_chain
  fi
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
