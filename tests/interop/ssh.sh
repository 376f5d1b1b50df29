#!/usr/bin/env bash
# OpenSSH: ssh-keygen lists the token's public keys, and ssh-agent signs with its private ones.
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

main() {
  need ssh-keygen openssh-client
  need pkcs11-tool opensc
  lab_begin
  make_token
  make_keys
  step "ssh-keygen -D lists the RSA and the EC public key" lists_public_keys
  step "ssh-agent signs with both, and ssh-keygen verifies" agent_signs
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
