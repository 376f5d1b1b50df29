#!/usr/bin/env bash
# NSS (modutil, certutil, pk12util, cmsutil, signtool, selfserv): the module is taken into a database; keys and
# certificates are made on the token and brought to it; CMS, jar and TLS are signed with them.
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

db() { "$1" -d "sql:$LAB/nss" "${@:2}"; }
# On the token, with its PIN.
token_certutil() { db certutil "$@" -h "$TOKEN" -f "$LAB/pin"; }
token_cmsutil() { db cmsutil "$@" -f "$LAB/pin"; }

makes_a_database() {
  mkdir "$LAB/nss"
  printf '%s\n' "$PIN" >"$LAB/pin"
  head -c 64 /dev/urandom >"$LAB/noise"
  db certutil -N --empty-password
  # A CA of NSS's own, outside the token.
  printf 'y\n-1\ny\n' | db certutil -S -n ca -s CN=ca.test -x -t CT,C,C -k rsa -g 2048 -z "$LAB/noise" -m 1 -v 12 -2 \
    --keyUsage certSigning,crlSigning
  db certutil -L -n ca -a >"$LAB/ca.pem"
}

takes_the_module() {
  modutil -dbdir "sql:$LAB/nss" -add kvp11 -libfile "$KVP11_MODULE" -force
  prints "token: $TOKEN" modutil -dbdir "sql:$LAB/nss" -list
  prints "token: $TOKEN" db certutil -U
}

# NSS asks for the interface before anything else, and for no module whose answer it dislikes.
asks_for_an_interface() {
  is_kvp11 || return 0
  KVP11_LOG=trace KVP11_LOG_TARGET=$LAB/trace db certutil -U
  prints 'C_GetInterface\(pInterfaceName = "PKCS 11", .*\)' cat "$LAB/trace"
  prints 'C_GetInterface = CKR_OK in .*, ppInterface = \{version = [23]\.' cat "$LAB/trace"
}

makes_self_signed_certificates() {
  token_certutil -S -n rsa-self -s CN=rsa.test -x -t ,, -k rsa -g 2048 -z "$LAB/noise" -Z SHA256
  token_certutil -S -n ec-self -s CN=ec.test -x -t ,, -k ec -q nistp256 -z "$LAB/noise"
  local name
  for name in rsa-self ec-self; do
    prints "$TOKEN:$name" token_certutil -K
    prints "$TOKEN:$name +u,u,u" token_certutil -L
    token_certutil -L -n "$TOKEN:$name" -a >"$LAB/$name.pem"
    openssl verify -CAfile "$LAB/$name.pem" "$LAB/$name.pem" # the token signed it
  done
}

has_requests_signed() {
  cd "$LAB"
  token_certutil -R -s CN=127.0.0.1 -k rsa -g 2048 -z noise -o server.req -a --extSAN ip:127.0.0.1
  openssl req -in server.req -verify -noout
  db certutil -C -c ca -i server.req -o server.pem -a -m 2 -v 10 --keyUsage digitalSignature,keyEncipherment \
    --extKeyUsage serverAuth,codeSigning
  token_certutil -A -n server -t ,, -a -i server.pem
  token_certutil -S -n signer -s CN=signer,E=signer@example.test -c ca -t ,, -k ec -q nistp384 -z noise -m 3 -v 10 \
    --keyUsage digitalSignature --extKeyUsage emailProtection
  prints "$TOKEN:server +u,u,u" token_certutil -L
}

signs_and_opens_cms() {
  cd "$LAB"
  echo "a message" >message
  token_cmsutil -S -N "$TOKEN:signer" -H SHA384 -i message -o signed.p7
  prints 'a message' openssl cms -verify -inform DER -in signed.p7 -CAfile ca.pem -purpose any
  openssl cms -encrypt -aes256 -in message -outform DER -out sealed.p7 server.pem
  prints 'a message' token_cmsutil -D -i sealed.p7
}

brings_a_key_of_openssl() {
  cd "$LAB"
  local kind
  for kind in rsa:2048 ec; do
    openssl req -x509 -newkey "$kind" -pkeyopt "$([[ $kind == ec ]] && echo ec_paramgen_curve:P-256 || echo rsa_keygen_bits:2048)" \
      -nodes -keyout "brought.key" -out "brought-${kind%:*}.pem" -subj "/CN=brought-${kind%:*}.test" -days 30
    openssl pkcs12 -export -inkey brought.key -in "brought-${kind%:*}.pem" -name "brought-${kind%:*}" -passout pass:way -out brought.p12
    db pk12util -i brought.p12 -h "$TOKEN" -k pin -W way
    prints "brought-${kind%:*}" token_certutil -K
  done
  openssl cms -encrypt -aes256 -in message -outform DER -out sealed2.p7 brought-rsa.pem
  prints 'a message' token_cmsutil -D -i sealed2.p7
}

keeps_its_keys() {
  refused 'UNABLE_TO_EXPORT_KEY|could not be located and exported' \
    db pk12util -o "$LAB/out.p12" -n "$TOKEN:server" -h "$TOKEN" -k "$LAB/pin" -W way
  [[ ! -s $LAB/out.p12 ]] || fail "no file with the key"
}

signs_a_jar() {
  cd "$LAB"
  mkdir pages
  echo '<html></html>' >pages/a.html
  db signtool -k "$TOKEN:server" -p "$PIN" -Z signed.jar pages
  prints 'verified +a.html' db signtool -v signed.jar
}

serves_tls() {
  cd "$LAB"
  local port version
  port=$(free_port)
  printf '%s:%s\n' "$TOKEN" "$PIN" >pins
  selfserv -d "sql:$LAB/nss" -n "$TOKEN:server" -p "$port" -f pins -V tls1.2:tls1.3 &
  lab_children+=($!)
  wait_until 30 bash -c "(: </dev/tcp/127.0.0.1/$port) 2>/dev/null"
  for version in tls1_2 tls1_3; do
    prints 'Verification: OK' openssl s_client -connect "127.0.0.1:$port" "-$version" -CAfile ca.pem </dev/null
  done
}

# Not with certutil -D: it does not log in to a token whose certificates everybody may see, and only the user may
# change them.
deletes() {
  token_certutil -F -n "$TOKEN:rsa-self"
  ! token_certutil -K | grep -q rsa-self || fail "the key to be gone"
  ! token_certutil -L | grep -q rsa-self || fail "the certificate to be gone"
}

main() {
  need modutil libnss3-tools
  need pkcs11-tool opensc
  lab_begin
  make_token
  step "certutil makes a database with a CA" makes_a_database
  step "modutil takes the module" takes_the_module
  step "NSS asks for an interface of 3.0, and gets one" asks_for_an_interface
  step "certutil makes RSA and EC certificates that the token's keys sign" makes_self_signed_certificates
  step "certutil requests certificates for keys of the token, and puts them beside" has_requests_signed
  step "cmsutil signs what OpenSSL verifies, and opens what OpenSSL sealed" signs_and_opens_cms
  step "pk12util brings RSA and EC keys with their certificates" brings_a_key_of_openssl
  step "pk12util does not get a key out" keeps_its_keys
  step "signtool signs a jar" signs_a_jar
  step "selfserv serves TLS 1.2 and 1.3 with a key of the token" serves_tls
  step "certutil deletes a key with its certificate" deletes
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
