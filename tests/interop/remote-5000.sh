#!/usr/bin/env bash
# A pool with 5,000 keys whose tags tell their types: who names a key finds it without a list; nginx starts with the pages
# of the list and the two keys that it uses when it is there for the first time, and from the cache afterwards.
KVP11_LAB_SLOT=managed-hsm
source "$(dirname "${BASH_SOURCE[0]}")/nginx.sh"

KEYS=${KVP11_LAB_KEYS:-5000}
PAGE=25 # keys of a page, the most that the service gives

fill_pool() {
  "$PYTHON" "$LAB_HERE/make_keys.py" "$HSM_URL" "$LAB/ca.pem" "$KEYS" \
    "https://localhost:$SIM_PORT/$POOL_TENANT/oauth2/v2.0/token" "$POOL_CLIENT" "$PIN"
  # The service tells times in seconds. Of a key that was made in this very moment nobody can say from a list whether it
  # was changed again; pools in use have older ones.
  sleep 4
}

# counted COMMAND…: runs it; LISTS, GETS and MILLISECONDS are what it took.
counted() {
  local lists gets begin
  lists=$(requests_of KeyList)
  gets=$(requests_of KeyGet)
  begin=$EPOCHREALTIME
  "$@"
  MILLISECONDS=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))
  LISTS=$(($(requests_of KeyList) - lists))
  GETS=$(($(requests_of KeyGet) - gets))
  printf '%s: %s pages of the list, %s keys read, %s ms\n' "$*" "$LISTS" "$GETS" "$MILLISECONDS"
  say "             $LISTS pages of the list, $GETS keys read, $MILLISECONDS ms"
}

# The name of a key that somebody else made is its id: pkcs11-tool looks for that, and not for labels.
sign_by_name() {
  local id
  id=$(printf 'key-00000' | od -An -v -tx1 | tr -d ' \n')
  head -c 32 /dev/urandom >"$LAB/digest"
  p11_user --sign --mechanism ECDSA --id "$id" --signature-format openssl --input-file "$LAB/digest" \
    --output-file "$LAB/signature"
  p11_user --read-object --type pubkey --id "$id" --output-file "$LAB/named.der"
  openssl pkeyutl -verify -pubin -inkey "$LAB/named.der" -keyform DER -in "$LAB/digest" -sigfile "$LAB/signature"
}

# New processes without a cache that name their key.
named_key_needs_no_list() {
  rm -rf "$LAB/cache"
  counted sign_by_name
  ((LISTS == 0)) || fail "no list for a key that is named, got $LISTS pages"
}

nginx_starts_and_serves() {
  nginx_start root
  fetch rsa 3 >"$LAB/page"
  fetch ec 3 >>"$LAB/page"
}

nginx_starts_cold() {
  rm -rf "$LAB/cache"
  counted nginx_starts_and_serves
  ((LISTS <= (KEYS + 2 + PAGE - 1) / PAGE + 1)) || fail "no more requests than the list has pages, got $LISTS"
  ((GETS <= 4)) || fail "no key but the two in use to be read, got $GETS"
  nginx_stop
}

nginx_starts_warm() {
  counted nginx_starts_and_serves
  ((LISTS == 0)) || fail "no list with a cache that is minutes old, got $LISTS pages"
  ((GETS <= 4)) || fail "no key but the two in use to be read, got $GETS"
  nginx_stop
}

openssl_starts_warm() {
  head -c 100 /dev/urandom >"$LAB/message"
  counted with_engine openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$(key_uri ec)" -out "$LAB/signature" \
    "$LAB/message"
  ((LISTS == 0)) || fail "no list with a cache that is minutes old, got $LISTS pages"
}

five_thousand_main() {
  need nginx nginx
  need curl curl
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  step "OpenSSL makes a self-signed certificate for each key through the engine" make_certificates
  step "the pool gets $KEYS keys more" fill_pool
  step "pkcs11-tool signs with a key that it names, without any list" named_key_needs_no_list
  step "nginx starts without a cache" nginx_starts_cold
  step "nginx starts with one" nginx_starts_warm
  step "OpenSSL signs through the engine" openssl_starts_warm
  lab_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || five_thousand_main "$@"
