#!/usr/bin/env bash
# osslsigncode a hundred times at once on one remote key: every program is signed and verifies, and what one process
# learns of the pool's keys the others read from the cache that they share.
KVP11_LAB_SLOT=managed-hsm
source "$(dirname "${BASH_SOURCE[0]}")/osslsigncode.sh"

PROCESSES=${KVP11_LAB_PROCESSES:-100}

# sign_one NUMBER: its exit status is kept; its words, too.
sign_one() {
  osslsigncode sign -pkcs11module "$KVP11_MODULE" -certs "$LAB/code-rsa.pem" -key "$(key_uri rsa)" -h sha256 \
    -in "$LAB/program.exe" -out "$LAB/many/$1.exe" >"$LAB/many/$1.said" 2>&1
}

sign_in_parallel() {
  mkdir -p "$LAB/many"
  rm -f "$LAB"/many/*
  python3 "$LAB_HERE/make_pe.py" "$LAB/program.exe"
  local number failed=0
  local children=()
  LISTS=$(requests_of KeyList)
  SIGNATURES=$(requests_of KeySign)
  for ((number = 1; number <= PROCESSES; number++)); do
    sign_one "$number" &
    children+=("$!")
  done
  for number in "${!children[@]}"; do
    wait "${children[$number]}" || {
      failed=$((failed + 1))
      cat "$LAB/many/$((number + 1)).said"
    }
  done
  [[ $failed == 0 ]] || fail "all of $PROCESSES processes to sign, $failed did not"
}

all_verify() {
  local number
  for ((number = 1; number <= PROCESSES; number++)); do
    osslsigncode verify -CAfile "$LAB/code-rsa.pem" -in "$LAB/many/$number.exe" >"$LAB/said" 2>&1 ||
      { cat "$LAB/said"; fail "program $number to verify"; }
  done
}

requests_are_few() {
  local lists signatures
  lists=$(($(requests_of KeyList) - LISTS))
  signatures=$(($(requests_of KeySign) - SIGNATURES))
  printf '%s processes: %s signatures, %s requests for the list\n' "$PROCESSES" "$signatures" "$lists"
  ((signatures == PROCESSES)) || fail "one signature for each process, got $signatures"
  ((lists <= 4)) || fail "at most four requests for the list, got $lists"
}

parallel_main() {
  need osslsigncode osslsigncode
  need python3 python3
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  step "OpenSSL makes a certificate for code signing by the rsa key" certify_for_code rsa
  step "$PROCESSES processes sign at once" sign_in_parallel
  step "what they signed verifies" all_verify
  step "one signature each, and next to no lists" requests_are_few
  remote_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || parallel_main "$@"
