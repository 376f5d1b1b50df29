#!/usr/bin/env bash
# OpenSSH: ssh-keygen lists the token's public keys, ssh-agent signs with its private ones, and ssh logs in with them.
# OpenSSH 9.2 knows RSA and EC keys of tokens; it passes over an Ed25519 key.
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

# Who asks for the PIN: the agent always, ssh-keygen where nothing is shown without it.
answers_for_pin() {
  printf '#!/bin/sh\necho %s\n' "$PIN" >"$LAB/askpass"
  chmod 700 "$LAB/askpass"
  export SSH_ASKPASS=$LAB/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=none
}

lists_public_keys() {
  answers_for_pin
  ssh-keygen -D "$KVP11_MODULE" >"$LAB/keys"
  cat "$LAB/keys"
  grep -q '^ssh-rsa ' "$LAB/keys" || fail "an ssh-rsa key"
  grep -q '^ecdsa-sha2-nistp256 ' "$LAB/keys" || fail "an ecdsa-sha2-nistp256 key"
  ssh-keygen -i -m PKCS8 -f "$LAB/rsa.pub" | cmp - <(grep ^ssh-rsa "$LAB/keys" | cut -d' ' -f1,2) || fail "the token's RSA key"
}

# The agent serves module paths of its allow list only.
agent_signs() {
  cd "$LAB"
  ssh-agent -D -a "$LAB/agent.sock" -P '*' 3>&- &
  lab_children+=($!)
  export SSH_AUTH_SOCK=$LAB/agent.sock
  for _ in {1..100}; do [[ -S $SSH_AUTH_SOCK ]] && break || sleep 0.05; done
  ssh-add -s "$KVP11_MODULE"
  prints 'ECDSA' ssh-add -l
  printf 'a message\n' >message
  local kind
  for kind in ssh-rsa ecdsa-sha2-nistp256; do
    grep "^$kind" keys | cut -d' ' -f1,2 >"$kind.pub"
    ssh-keygen -Y sign -f "$kind.pub" -n file message
    printf 'lab %s\n' "$(cat "$kind.pub")" >allowed
    ssh-keygen -Y verify -f allowed -I lab -n file -s message.sig <message
    rm message.sig
  done
}

# No log-in to a system: a server of its own, for whoever runs this.
logs_in() {
  cd "$LAB"
  ssh-keygen -q -t ed25519 -N '' -f host_key
  local port kind
  port=$(free_port)
  printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 host_key.pub)" >known_hosts
  cat >sshd_config <<END
Port $port
ListenAddress 127.0.0.1
HostKey $LAB/host_key
PidFile none
AuthorizedKeysFile $LAB/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
END
  [[ $(id -u) -ne 0 ]] || mkdir -p /run/sshd
  "$(command -v sshd)" -D -e -f sshd_config 3>&- &
  lab_children+=($!)
  wait_until 30 bash -c "(: </dev/tcp/127.0.0.1/$port) 2>/dev/null"
  for kind in ssh-rsa ecdsa-sha2-nistp256; do
    grep "^$kind" keys | cut -d' ' -f1,2 >authorized
    prints '^come in$' ssh_with_token "$port" echo come in
  done
  ssh-keygen -q -t ed25519 -N '' -f stranger
  cp stranger.pub authorized
  refused 'Permission denied' ssh_with_token "$port" echo come in
}

# Neither the agent nor a file of the user's: the module alone.
ssh_with_token() {
  SSH_AUTH_SOCK= ssh -F none -p "$1" -o PKCS11Provider="$KVP11_MODULE" -o IdentityFile=none -o BatchMode=no \
    -o UserKnownHostsFile="$LAB/known_hosts" -o StrictHostKeyChecking=yes 127.0.0.1 "${@:2}"
}

passes_over_ed25519() {
  p11_user --keypairgen --key-type EC:edwards25519 --id 03 --label ed --sensitive --usage-sign
  ssh-keygen -D "$KVP11_MODULE" | cmp - "$LAB/keys" || fail "the same two keys as before"
}

main() {
  need ssh-keygen openssh-client
  need pkcs11-tool opensc
  lab_begin
  make_token
  make_keys
  step "ssh-keygen -D lists the RSA and the EC public key" lists_public_keys
  step "ssh-agent signs with both, and ssh-keygen verifies" agent_signs
  if command -v sshd >/dev/null; then
    step "ssh logs in to a server with either, and with no other" logs_in
  else
    say "             left out: ssh logs in to a server: sshd is missing (Debian package openssh-server)"
  fi
  is_remote || step "an Ed25519 key beside them is passed over" passes_over_ed25519
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
