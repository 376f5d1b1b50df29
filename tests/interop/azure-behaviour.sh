#!/usr/bin/env bash
# Clients are tested with a service that misbehaves on purpose: throttling, faults, latency, allow-list, capacity, set
# over the admin socket, by a file and by option. Azure's JavaScript client survives what it should, and sees the rest.
source "$(dirname "${BASH_SOURCE[0]}")/azure-js.sh"

# get PATH [curl options]: status, then headers and body in $LAB/headers and $LAB/body.
get() {
  curl --silent --max-time 20 --dump-header "$LAB/headers" --output "$LAB/body" --write-out '%{http_code}' \
    --header "Authorization: Bearer $TOKEN" "${@:2}" "$HSM_URL$1?api-version=7.4"
}

header_is() { # header_is NAME PATTERN
  grep -qiE "^$1: $2"$'\r?$' "$LAB/headers" || fail "the header $1: $2, got $(cat "$LAB/headers")"
}

answers() { # answers STATUS PATH [curl options]
  local status
  status=$(get "${@:2}") || true
  [[ $status == "$1" ]] || fail "$1 for $2, got $status $(cat "$LAB/body")"
}

has_error() { # has_error CODE: of the last answer, in the service's shape
  grep -qE '^\{"error":\{"code":"'"$1"'","message":".* \(Activity ID: [0-9a-f-]+\)"\}\}$' "$LAB/body" ||
    fail "the error $1, got $(cat "$LAB/body")"
}

happened() { # happened PATTERN: in the server's count of what it did
  local rules
  rules=$(admin rules) # whole: a grep -q at its end would break the pipe of who still writes
  grep -qE "$1" <<<"$rules" || fail "the count $1, got $rules"
}

with_rules() { # with_rules RULES TEST: the client's test while the rules hold, which counted
  admin "set $1"
  js behaviour "$2"
}

log_in() {
  TOKEN=$(access_token)
  js behaviour makesItsKey
  answers 200 /keys/js-behaviour/
}

# A window of ten seconds: the 429 says how long to wait, and who waits so long is served.
is_throttled() {
  admin 'set {"throttle": {"requests_per_10s": 5}}'
  for _ in 1 2 3 4 5; do answers 200 /keys/js-behaviour/; done
  answers 429 /keys/js-behaviour/
  header_is Retry-After '([1-9]|10)'
  has_error Throttled
  local wait
  wait=$(sed -n 's/^[Rr]etry-[Aa]fter: \([0-9]*\).*/\1/p' "$LAB/headers")
  sleep "$wait"
  answers 200 /keys/js-behaviour/
  happened '"throttled":1'
}

is_throttled_with_a_date() {
  admin 'set {"throttle": {"requests_per_10s": 1, "retry_after": "date"}}'
  answers 200 /keys/js-behaviour/
  answers 429 /keys/js-behaviour/
  header_is Retry-After '[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT'
}

retries_survive() {
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "times": 2, "status": 429, "retry_after": 1}]}' \
    waitsAsToldAndSigns
  happened '"happened":2'
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "status": 503, "retry_after_date": 1}]}' survives
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "status": 500}]}' survives
  with_rules '{"faults": [{"operation": "KeyGet", "nth": 1, "reset": true}]}' survivesReading
  happened '"happened":1'
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "reset": true}]}' survives
}

no_retry_after_fails_at_once() {
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "status": 429}]}' seesTheThrottle
}

expired_tokens_are_renewed() {
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "expired_token": true}]}' survives
  happened '"happened":1'
  admin 'set {"faults": [{"operation": "KeyGet", "nth": 1, "expired_token": true}]}'
  answers 401 /keys/js-behaviour/
  header_is WWW-Authenticate 'Bearer authorization="https://localhost:[0-9]+/[^"]+", resource="https://managed.*'
  answers 200 /keys/js-behaviour/
}

wrong_tokens_are_refused() {
  admin clear
  TOKEN=${TOKEN%?????}AAAAA answers 401 /keys/js-behaviour/
  TOKEN=none answers 401 /keys/js-behaviour/
  TOKEN=e30.e30. answers 401 /keys/js-behaviour/
}

partition_is_lost() {
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "partition_lost": true}]}' seesTheLoss
  with_rules '{"faults": [{"operation": "KeySign", "nth": 1, "partition_lost": true, "seconds": 2}]}' survives
}

bodies_break() {
  with_rules '{"faults": [{"operation": "KeyGet", "truncate_body": 40}]}' rejectsHalfAnAnswer
  with_rules '{"faults": [{"operation": "KeyGet", "slow_body": 1000}]}' waitsForASlowAnswer
}

is_slow() { with_rules '{"latency": {"milliseconds": 300, "operations": ["KeyGet"]}}' isSlow; }

allow_list() {
  admin 'set {"allow": ["10.0.0.0/8", "2001:db8::/32"]}'
  js behaviour isNotAdmitted
  answers 403 /keys/js-behaviour/
  has_error Forbidden
  admin 'set {"allow": ["127.0.0.0/8", "::1"]}'
  answers 200 /keys/js-behaviour/
  admin clear
}

wrong_rules_change_nothing() {
  admin 'set {"latency": {"milliseconds": 1}}'
  prints '^error: .*colour' admin_answer 'set {"colour": "red"}'
  prints '^error: .*banana' admin_answer 'fault {"operation": "banana", "status": 500}'
  happened '"latency"'
  admin clear
}

rules_are() { grep -q "$1" <<<"$(admin rules)"; }

# Whole or not at all, as its readers need it.
write_rules() { printf '%s' "$1" >"$LAB/rules.new" && mv "$LAB/rules.new" "$LAB/rules.json"; }

# The server looks about once a second; a file that is wrong leaves the rules as they were.
rules_come_from_a_file() {
  write_rules '{"faults": [{"operation": "KeyGet", "status": 507}]}'
  sim_start file --rules "$LAB/rules.json"
  TOKEN=$(access_token)
  answers 507 /keys/none/
  write_rules '{"faults": [{"operation": "KeyGet", "status": 508}]}'
  wait_until 10 rules_are 508
  answers 508 /keys/none/
  write_rules '{"faults": [{"oper'
  wait_until 10 grep -q rules.json "$LAB/file.log"
  answers 508 /keys/none/
  sim_stop
}

is_as_fast_as_an_hsm() {
  sim_start profile --profile standard-b1
  js behaviour makesItsKey isAsFastAsAnHsm
  sim_stop
}

main() {
  need_node
  azure_begin
  use_packages
  step "a development server starts" sim_start sim
  step "a client logs in and makes a key" log_in
  step "above the limit: 429 with Retry-After, and service after it" is_throttled
  step "Retry-After as a date" is_throttled_with_a_date
  step "429, 503, 500 and a reset: the client's retries survive them" retries_survive
  step "429 without Retry-After: the client gives up at once" no_retry_after_fails_at_once
  step "an expired token: the client gets another, curl a challenge" expired_tokens_are_renewed
  step "tokens that are none: 401" wrong_tokens_are_refused
  step "the partition is lost, for a request and for two seconds" partition_is_lost
  step "half a body is an error, a slow one is not" bodies_break
  step "latency" is_slow
  step "IP allow-list" allow_list
  step "rules that are wrong change nothing" wrong_rules_change_nothing
  step "the server ends" sim_stop
  step "rules from a file, and from the next one" rules_come_from_a_file
  step "--profile standard-b1: 330 signatures in a second" is_as_fast_as_an_hsm
  step "what was answered is still as the OpenAPI documents say" judge sim 40 --on-purpose
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
