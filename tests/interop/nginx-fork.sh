#!/usr/bin/env bash
# nginx forks its workers after the module was set up. Under load its workers are replaced and killed, keys are made and
# deleted by others, and the key in use is rotated, deleted and recovered: requests fail only while it is deleted.
source "$(dirname "${BASH_SOURCE[0]}")/nginx.sh"

kvp11() { KVP11_PIN=$PIN KVP11_SO_PIN=$SO_PIN "$KVP11_CLI" "$@" --slot 0; }

LOAD_PATIENCE=120 # seconds: more than a machine takes that has other things to do

# handshakes KEY FILE RESULT: new TLS connections without pause until FILE is there, one word each.
handshakes() {
  local count=0
  while [[ -d $LAB && ! -e $2 && $count -lt 5000 ]]; do
    if openssl s_client -connect "127.0.0.1:$NGINX_PORT" -servername "$1.test" -CAfile "$LAB/$1.pem" \
      -verify_return_error -brief </dev/null >>"$3.said" 2>&1; then
      printf 'ok\n'
    else
      printf 'failed\n'
    fi
    count=$((count + 1))
  done >"$3"
}

load_begins() {
  rm -f "$LAB/stop" "$LAB"/load-*
  local key
  load_children=()
  for key in rsa ec; do
    : >"$LAB/load-$key"
    handshakes "$key" "$LAB/stop" "$LAB/load-$key" &
    load_children+=("$!")
    lab_children+=("$!")
  done
  for key in rsa ec; do wait_until "$LOAD_PATIENCE" has_more_than "$LAB/load-$key" 5; done
}

# more_load COUNT: so many more handshakes with each key.
more_load() {
  local rsa ec
  rsa=$(wc -l <"$LAB/load-rsa")
  ec=$(wc -l <"$LAB/load-ec")
  wait_until "$LOAD_PATIENCE" has_more_than "$LAB/load-rsa" $((rsa + $1))
  wait_until "$LOAD_PATIENCE" has_more_than "$LAB/load-ec" $((ec + $1))
}

load_ends_clean() {
  : >"$LAB/stop"
  wait "${load_children[@]}"
  local key
  for key in rsa ec; do
    sort "$LAB/load-$key" | uniq -c
    ! grep -qv '^ok$' "$LAB/load-$key" || {
      tail -n 30 "$LAB/load-$key.said"
      fail "no failed handshake with the $key key"
    }
  done
  printf '%s handshakes, none failed\n' "$(cat "$LAB"/load-rsa "$LAB"/load-ec | wc -l)"
}

workers_are_replaced() {
  local old round
  load_begins
  for round in 1 2; do
    old=$(worker_pids)
    kill -HUP "$NGINX_PID"
    wait_until 90 none_of "$old"
    more_load 5
  done
  load_ends_clean
}

# Others change the partition all the while: every request finds another generation of it.
others_make_and_delete_keys() {
  local round
  load_begins
  for round in 1 2 3 4 5; do
    p11_user --keypairgen --key-type EC:prime256v1 --id 77 --label "spare-$round" --usage-sign
    p11_user --delete-object --type privkey --id 77
    p11_user --delete-object --type pubkey --id 77
    kvp11 keys create --name "other-$round" --kty EC
    kvp11 keys delete --name "other-$round"
    more_load 2
  done
  load_ends_clean
}

# The workers' handles stay with the version that their certificate is for.
key_is_rotated_under_load() {
  printf '{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}}]}' >"$LAB/policy.json"
  load_begins
  kvp11 keys rotation-policy update --name ec --value "$LAB/policy.json"
  kvp11 keys rotate --name ec
  more_load 10
  load_ends_clean
}

# A reload makes the new workers look for their key again: they get the new version, with its new certificate.
new_version_is_served() {
  local old
  cp "$LAB/ec.pem" "$LAB/ec-old.pem"
  export_public_keys "$LAB"
  certify ec /CN=ec.test -addext subjectAltName=DNS:ec.test
  old=$(worker_pids)
  kill -HUP "$NGINX_PID"
  wait_until 90 none_of "$old"
  nginx_serves_pages 8
  refused 'certificate' curl --silent --show-error --fail --cacert "$LAB/ec-old.pem" --resolve "ec.test:$NGINX_PORT:127.0.0.1" \
    "https://ec.test:$NGINX_PORT/"
}

# What a worker leaves behind when it is killed, its successor must not stumble over.
workers_are_killed() {
  local round victim
  for round in 1 2 3; do
    victim=$(worker_pids | head -1)
    kill -KILL "$victim"
    wait_until 90 none_of "$victim"
    nginx_serves_pages 4
  done
}

ec_is_refused() { ! fetch ec 3 -o /dev/null; }
ec_is_served() { fetch ec 3 -o /dev/null; }

key_is_deleted_and_recovered() {
  kvp11 keys delete --name ec
  wait_until 60 ec_is_refused
  fetch rsa 3
  kvp11 keys recover --name ec
  local old
  old=$(worker_pids)
  kill -HUP "$NGINX_PID"
  wait_until 90 none_of "$old"
  wait_until 60 ec_is_served
  nginx_serves_pages 8
}

log_is_whole() { prints 'none is missing, changed or out of order' kvp11 audit verify; }

fork_main() {
  need nginx nginx
  need curl curl
  need pkcs11-tool opensc
  need_cli
  need_engine
  lab_begin
  make_token
  make_keys
  step "OpenSSL makes a self-signed certificate for each key through the engine" make_certificates
  step "nginx starts: a master that has the module set up, and two workers" nginx_start root
  step "workers are replaced twice under load, and no handshake fails" workers_are_replaced
  step "other processes make and delete keys under load, and no handshake fails" others_make_and_delete_keys
  step "the EC key is rotated under load: the workers stay with their version" key_is_rotated_under_load
  step "a reload takes up the new version and its certificate" new_version_is_served
  step "three workers are killed, and their successors serve" workers_are_killed
  step "the EC key is deleted and refused, recovered and served again" key_is_deleted_and_recovered
  step "nginx stops" nginx_stop
  step "the audit log is whole" log_is_whole
  lab_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || fork_main "$@"
