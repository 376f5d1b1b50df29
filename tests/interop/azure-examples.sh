#!/usr/bin/env bash
# Every example of the OpenAPI documents of 7.2 and 7.4 that concerns Managed HSM is sent to the server and must be
# answered as the document says.
source "$(dirname "${BASH_SOURCE[0]}")/azure-lab.sh"

replay() { (cd "$LAB" && PYTHONDONTWRITEBYTECODE=1 "$SCHEMA/replay.py" "$@"); }

main() {
  [[ -n ${KVP11_CLI:-} && -x ${KVP11_CLI:-} ]] || skip "KVP11_CLI does not name the kvp11 tool"
  azure_begin
  step "a development server starts" sim_start sim
  export LAB_OFFICERS=$LAB/sim/officers KVP11_CLI
  step "the examples of 7.4" replay 7.4
  step "the examples of 7.2" replay 7.2
  step "the server ends" sim_stop
  step "every exchange of the preparations too" judge sim 200
  step "a server that awaits its security domain starts" sim_start fresh --not-activated
  step "the examples of recovery: transfer key, upload, pending" replay 7.4 --recovering
  step "the server ends" sim_stop
  step "its exchanges are as the documents say" judge fresh 4
  lab_done "$KVP11_HSM_SIM"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
