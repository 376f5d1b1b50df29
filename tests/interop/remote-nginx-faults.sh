#!/usr/bin/env bash
# nginx with two workers on remote keys, under handshakes without pause, while the service is killed and comes back,
# throttles with and without Retry-After, is slow, resets connections and takes tokens for expired: no handshake fails
# that a retry within the module's deadline can save, and that is all of them.
KVP11_LAB_SLOT=managed-hsm
source "$(dirname "${BASH_SOURCE[0]}")/nginx-fork.sh"

# struck COUNT: that the rules struck at all: a fault that never happens proves nothing. The load goes on meanwhile.
struck() {
  admin counters |
    awk -v least="$1" '{for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/) sum += $i} END {exit !(sum >= least)}'
}

# load_under RULES LEAST COUNT: handshakes while these rules hold; then again without rules.
load_under() {
  load_begins
  admin "set $1"
  more_load "$3"
  wait_until "$LOAD_PATIENCE" struck "$2"
  admin counters
  admin clear
  more_load 3
  load_ends_clean
}

server_dies_and_returns() {
  local round
  load_begins
  for round in 1 2 3 4; do
    remote_kill
    remote_start
    more_load 5
  done
  load_ends_clean
}

# Longer than a connection's timeout would be noticed, shorter than the deadline of a call.
server_is_away_for_a_while() {
  load_begins
  remote_kill
  sleep 4
  remote_start
  more_load 5
  load_ends_clean
}

server_stops_in_order() {
  local round
  load_begins
  for round in 1 2 3; do
    kill -TERM "$SIM_PID"
    wait "$SIM_PID" || true
    remote_start
    more_load 5
  done
  load_ends_clean
}

# Not by chance for the tokens: who gets a new one that is refused at once has no right to go on asking.
everything_at_once() {
  local chances='"probability": 0.1'
  load_begins
  admin 'set {"seed": 5, "latency": {"milliseconds": 60, "jitter": 60, "operations": ["KeySign"]}, "faults": ['"\
{\"operation\": \"KeySign\", $chances, \"status\": 429, \"retry_after\": 1}, \
{\"operation\": \"KeySign\", $chances, \"status\": 503}, {\"operation\": \"KeySign\", $chances, \"reset\": true}, \
{\"operation\": \"KeySign\", \"every\": 11, \"expired_token\": true}]}"
  more_load 20
  remote_kill
  remote_start
  more_load 10
  load_ends_clean
}

# The workers' connections are kept: a handful, whatever the number of handshakes.
connections_are_few() {
  local before after
  nginx_serves_pages 8
  before=$(pool_metric '^hsm_sim_connections_accepted_total')
  nginx_serves_pages 40
  after=$(pool_metric '^hsm_sim_connections_accepted_total')
  printf '%s connections were opened for 40 handshakes\n' $((after - before - 1)) # one is ours, to ask
  ((after - before - 1 <= 2)) || fail "the workers to keep their connections, got $((after - before - 1)) new ones"
}

faults_main() {
  need nginx nginx
  need curl curl
  need pkcs11-tool opensc
  need_engine
  lab_begin
  make_token
  make_keys
  step "OpenSSL makes a self-signed certificate for each key through the engine" make_certificates
  step "nginx starts: a master that has the module set up, and two workers" nginx_start root
  step "its workers keep their connections to the service" connections_are_few
  step "the service is killed four times and comes back" server_dies_and_returns
  step "the service ends in order three times and comes back" server_stops_in_order
  step "the service is away for four seconds" server_is_away_for_a_while
  step "429 with Retry-After in seconds" load_under \
    '{"faults": [{"operation": "KeySign", "every": 4, "status": 429, "retry_after": 1}]}' 3 8
  step "429 with Retry-After as a date" load_under \
    '{"faults": [{"operation": "KeySign", "every": 6, "status": 429, "retry_after_date": 2}]}' 2 8
  step "429 without Retry-After" load_under \
    '{"seed": 3, "faults": [{"operation": "KeySign", "probability": 0.5, "status": 429}]}' 5 12
  # Seven handshakes with each key are more than the ten requests that ten seconds hold.
  step "a limit that is reached, told without Retry-After" load_under \
    '{"throttle": {"requests_per_10s": 10, "retry_after": "none"}}' 1 6
  step "a limit that is reached, told with Retry-After" load_under '{"throttle": {"requests_per_10s": 10}}' 1 6
  step "503 four times in a row" load_under \
    '{"faults": [{"operation": "KeySign", "nth": 5, "times": 4, "status": 503}]}' 4 10
  step "500 and 504 now and then" load_under \
    '{"faults": [{"operation": "KeySign", "every": 7, "status": 500}, {"operation": "KeySign", "every": 5, "status": 504}]}' \
    4 20
  step "a slow service" load_under \
    '{"latency": {"milliseconds": 400, "jitter": 300, "operations": ["KeySign"]}}' 0 10
  step "connections that are reset" load_under '{"faults": [{"operation": "KeySign", "every": 3, "reset": true}]}' 5 20
  step "answers that are cut short" load_under \
    '{"faults": [{"operation": "KeySign", "every": 4, "truncate_body": 20}]}' 5 20
  # Seldom enough that the new token's call is not the next one to be refused: the other worker goes on meanwhile.
  step "tokens that count as expired" load_under \
    '{"faults": [{"operation": "KeySign", "every": 9, "expired_token": true}]}' 3 20
  step "all of it at once, and the service is killed meanwhile" everything_at_once
  step "nginx stops" nginx_stop
  step "its error log holds no emergency" nginx_log_is_clean
  lab_done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || faults_main "$@"
