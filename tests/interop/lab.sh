# The laboratory that every client script works in: a temporary folder, a token, steps with their time,
# assertions that say what was expected. Source it; it runs nothing by itself.
#
#   KVP11_MODULE  the module under test (required)      KVP11_CLI  the kvp11 tool (where a script needs it)
#   KVP11_LAB     work in this folder and keep it       KVP11_KEEP=1  keep the temporary folder
#   KVP11_LAB_SLOT=managed-hsm  the token is not a partition but a remote slot on a development server (remote-lab.sh)
#
# A script exits 0 when all steps passed, 1 at the first that failed, 77 when it was skipped.
# Functions run with set -e in this shell, their output goes to $LAB/log; only steps and verdicts are printed.

[[ -z ${LAB_HERE:-} ]] || return 0
set -Eeuo pipefail

LAB_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_NAME=$(basename "$0" .sh)
LAB_ENGINE=/usr/lib/$(uname -m)-linux-gnu/engines-3/pkcs11.so
SO_PIN=${KVP11_SO_PIN:-12345678}
PIN=${KVP11_PIN:-123456}
TOKEN=lab
lab_step=
lab_steps=()     # what passed: microseconds|text
lab_children=() # servers that this script started, ended with it

PATH=$PATH:/usr/sbin # nginx, for users other than root
exec 3>&1

say() { printf '%s\n' "$*" >&3; }

fail() {
  printf 'expected: %s\n' "$*"
  say "expected: $*"
  exit 1
}

skip() {
  say "SKIPPED: $*"
  exit 77
}

# need COMMAND PACKAGE: skips the script when the client is not installed.
need() { command -v "$1" >/dev/null || skip "$1 is missing (Debian package $2)"; }

need_cli() {
  is_kvp11 || skip "$LAB_NAME is about libkvp11.so, the module here is ${KVP11_MODULE:-not named}"
  [[ -n ${KVP11_CLI:-} && -x ${KVP11_CLI:-} ]] || skip "KVP11_CLI does not name the kvp11 tool"
}

is_kvp11() { [[ $(basename "${KVP11_MODULE:-}") == libkvp11* ]]; }
is_remote() { [[ ${KVP11_LAB_SLOT:-partition} == managed-hsm ]]; }

# --- life ---------------------------------------------------------------------------------------

lab_begin() {
  [[ -n ${KVP11_MODULE:-} ]] || { say "KVP11_MODULE names the module under test, and is not set"; exit 1; }
  [[ -e $KVP11_MODULE ]] || { say "there is no module at $KVP11_MODULE"; exit 1; }
  KVP11_MODULE=$(realpath "$KVP11_MODULE")
  ! is_remote || need_hsm_sim
  lab_open
  ! is_remote || remote_prepare
}

# lab_open: the folder and what happens at the end, for scripts that are not about the module.
lab_open() {
  if [[ -n ${KVP11_LAB:-} ]]; then
    LAB=$KVP11_LAB
    mkdir -p "$LAB"
  else
    LAB=$(mktemp -d "${TMPDIR:-/tmp}/kvp11-$LAB_NAME.XXXXXX")
  fi
  umask 022
  : >"$LAB/log"
  trap lab_end EXIT
  trap 'printf "exit status %s of: %s\n" "$?" "$BASH_COMMAND"' ERR
  trap 'exit 1' INT TERM
}

lab_end() {
  local status=$?
  trap - EXIT ERR
  set +e
  local child
  for child in "${lab_children[@]}"; do
    kill "$child" 2>/dev/null && wait "$child"
  done
  if [[ $status != 0 && $status != 77 ]]; then
    say "FAILED ${lab_step:+in the step: $lab_step}"
    say "--- the end of the log ---"
    tail -n "${KVP11_LOG_LINES:-40}" "$LAB/log" >&3
  fi
  if [[ -z ${KVP11_LAB:-} && -z ${KVP11_KEEP:-} ]]; then
    rm -rf "$LAB"
  elif [[ -n ${KVP11_KEEP:-} ]]; then
    say "kept: $LAB"
  fi
  exit "$status"
}

seconds() { printf '%d.%02d s' $(($1 / 1000000)) $(($1 % 1000000 / 10000)); }

# step TEXT FUNCTION…: runs the function with its output in the log and prints the text with its time.
step() {
  lab_step=$1
  shift
  local begin=$EPOCHREALTIME
  printf '\n=== %s: %s\n' "$lab_step" "$*" >>"$LAB/log"
  "$@" >>"$LAB/log" 2>&1 </dev/null
  local took=$((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}))
  printf '  %9s  %s\n' "$(seconds "$took")" "$lab_step" >&3
  lab_steps+=("$took|$lab_step")
  lab_step=
}

# step_unless LACK TEXT FUNCTION…: a step that a remote slot cannot take; the table in remote-lab.sh says why.
step_unless() {
  if is_remote; then
    say "             left out: $2: ${REMOTE_LACKS[$1]}"
  else
    step "${@:2}"
  fi
}

# lab_end_well: the last line of a script that runs on both kinds of slot.
lab_end_well() { if is_remote; then remote_done; else lab_done; fi; }

lab_done() { say "ok: ${#lab_steps[@]} steps passed with $(basename "${1:-$KVP11_MODULE}")"; }

# --- assertions ---------------------------------------------------------------------------------

# refused PATTERN COMMAND…: the command must not succeed, and must say why (extended regular expression).
refused() {
  local pattern=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  printf '%s\n' "$output"
  [[ $status != 0 ]] || fail "this to be refused with $pattern, but it succeeded: $*"
  grep -qE -- "$pattern" <<<"$output" || fail "a refusal with $pattern from: $*; got: $output"
}

# prints PATTERN COMMAND…: the command must succeed and print the pattern.
prints() {
  local pattern=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  printf '%s\n' "$output"
  [[ $status == 0 ]] || fail "success (exit status $status) of: $*; got: $output"
  grep -qE -- "$pattern" <<<"$output" || fail "the output to contain $pattern from: $*; got: $output"
}

# wait_until SECONDS COMMAND…: asks every 50 ms.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "within the time limit: $*"
    sleep 0.05
  done
}

free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    (: </dev/tcp/127.0.0.1/$port) 2>/dev/null || { printf '%s' "$port"; return; }
  done
  fail "a free port on 127.0.0.1"
}

same_file() { cmp -- "$1" "$2" || fail "$1 and $2 to be the same"; }

# --- the token ----------------------------------------------------------------------------------

p11() { pkcs11-tool --module "$KVP11_MODULE" "$@"; }
p11_user() { p11 --token-label "$TOKEN" --login --pin "$PIN" "$@"; }
# p11_anybody: what a token shows without a login. A remote slot whose PIN is the credential shows no keys then.
p11_anybody() { if is_remote; then p11_user "$@"; else p11 --token-label "$TOKEN" "$@"; fi; }

# A URI for the OpenSSL engine, p11tool and friends: key_uri rsa
key_uri() { printf 'pkcs11:token=%s;object=%s;type=private;pin-value=%s' "$TOKEN" "$1" "$PIN"; }

# write_config [extra lines of the slot]: one slot on a partition in this laboratory.
write_config() {
  if is_kvp11; then
    export KVP11_CONFIG=$LAB/kvp11.toml
    LAB_PARTITION=$LAB/partition
    cat >"$KVP11_CONFIG" <<END
[log]
level = "warn"
target = "$LAB/kvp11.log"

[[slot]]
id = 0
label = "$TOKEN"
backend = "partition"
path = "$LAB_PARTITION"
${1:-}
END
  else
    export SOFTHSM2_CONF=$LAB/softhsm2.conf
    mkdir -p "$LAB/tokens"
    printf 'directories.tokendir = %s\nlog.level = ERROR\n' "$LAB/tokens" >"$SOFTHSM2_CONF"
  fi
}

init_token() {
  p11 --slot-index 0 --init-token --label "$TOKEN" --so-pin "$SO_PIN"
  p11 --token-label "$TOKEN" --login --login-type so --so-pin "$SO_PIN" --init-pin --pin "$PIN"
  prints "token label +: $TOKEN" p11 --list-token-slots
}

# make_token: a configuration and a token that works at once, for the scripts that test a client, not the ceremony.
make_token() {
  if is_remote; then
    remote_make_token
    return
  fi
  write_config "${1:-}"
  step "a token is initialised and gets its user PIN" init_token
}

# generate_keys: the RSA key pair 01 'rsa' and the EC key pair 02 'ec' that all scripts work with.
generate_keys() {
  p11_user --keypairgen --key-type rsa:2048 --id 01 --label rsa --sensitive --usage-sign --usage-decrypt --usage-wrap
  p11_user --keypairgen --key-type EC:prime256v1 --id 02 --label ec --sensitive --usage-sign --usage-derive
  export_public_keys "$LAB"
}

# export_public_keys FOLDER: the public keys as PEM files, as everybody outside knows them.
export_public_keys() {
  p11_anybody --read-object --type pubkey --id 01 --output-file "$1/rsa.der"
  p11_anybody --read-object --type pubkey --id 02 --output-file "$1/ec.der"
  openssl pkey -pubin -inform DER -in "$1/rsa.der" -out "$1/rsa.pub"
  openssl pkey -pubin -inform DER -in "$1/ec.der" -out "$1/ec.pub"
}

make_keys() { step "pkcs11-tool generates an RSA-2048 and a P-256 key pair, sensitive and not extractable" generate_keys; }

! is_remote || source "$LAB_HERE/remote-lab.sh"
