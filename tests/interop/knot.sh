#!/usr/bin/env bash
# Knot DNS 3.2 (GnuTLS): kzonesign makes its keys in the token, signs a zone with them, and finds them again. BIND's
# dnssec-verify judges. (BIND 9.18 of Debian 12 cannot sign so itself: it is built without engines, and says "could not
# initialize dst: crypto failure" to every -E.)
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

write_zone() {
  mkdir -p "$LAB/kasp" "$LAB/signed"
  cat >"$LAB/example.test.zone" <<'END'
$TTL 3600
@ IN SOA ns.example.test. admin.example.test. 1 3600 900 604800 300
@ IN NS ns.example.test.
ns IN A 127.0.0.1
www IN A 127.0.0.1
END
}

# write_knot_config ALGORITHM
write_knot_config() {
  cat >"$LAB/knot.conf" <<END
database:
    storage: $LAB/kasp
keystore:
  - id: token
    backend: pkcs11
    config: "pkcs11:token=$TOKEN;pin-value=$PIN $KVP11_MODULE"
policy:
  - id: lab
    keystore: token
    algorithm: $1
zone:
  - domain: example.test
    storage: $LAB
    file: example.test.zone
    dnssec-signing: on
    dnssec-policy: lab
END
}

# How many; a list that cannot be had is no list of none.
signing_keys() {
  local list
  list=$(p11_user --list-objects --type privkey)
  grep -c 'Private Key Object' <<<"$list" || true
}

# sign_into FOLDER. A signer that waits for something must fail here, by name, and not the whole script by its time.
sign_into() { timeout 60 kzonesign -c "$LAB/knot.conf" -o "$1" example.test; }

# dnskeys FOLDER: the records of a signed zone, of which there are two.
dnskeys() {
  awk '$3 == "DNSKEY"' "$1/example.test.zone" >"$1/dnskeys"
  [[ $(wc -l <"$1/dnskeys") == 2 ]] || fail "two DNSKEYs in $1"
}

# signs_with ALGORITHM NUMBER: a zone with two new keys, of the algorithm of this number.
signs_with() {
  rm -rf "$LAB/kasp" "$LAB/signed"
  write_zone
  write_knot_config "$1"
  local before
  before=$(signing_keys)
  sign_into "$LAB/signed"
  [[ $(signing_keys) == $((before + 2)) ]] || fail "two new private keys in the token, a KSK and a ZSK"
  prints "DNSKEY.*257 3 $2 " cat "$LAB/signed/example.test.zone"
  prints 'fully signed' dnssec-verify -o example.test "$LAB/signed/example.test.zone"
}

# From another process, by their ids: the lists of the first one are of no help.
signs_again() {
  local before
  before=$(signing_keys)
  mkdir "$LAB/again"
  sign_into "$LAB/again"
  [[ $(signing_keys) == "$before" ]] || fail "no further keys"
  dnskeys "$LAB/signed"
  dnskeys "$LAB/again"
  same_file "$LAB/signed/dnskeys" "$LAB/again/dnskeys"
  prints 'fully signed' dnssec-verify -o example.test "$LAB/again/example.test.zone"
}

main() {
  need kzonesign knot-dnssecutils
  need dnssec-verify bind9-utils
  need pkcs11-tool opensc
  lab_begin
  make_token
  step "kzonesign makes ECDSA keys in the token, and signs with them what dnssec-verify verifies" signs_with ecdsap256sha256 13
  step "kzonesign finds them, and signs again" signs_again
  step "the same with RSA keys" signs_with rsasha256 8
  step "the same with Ed25519 keys" signs_with ed25519 15
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
