#!/bin/bash
# docs/remote.md shows how to come from nothing to a signature in five minutes: the blocks of that section are taken out
# of the page and run, with a home of their own and the server on a free port.
#
#   KVP11_HSM_SIM, KVP11_MODULE, KVP11_CLI  what was built
source "$(dirname "${BASH_SOURCE[0]}")/../interop/azure-lab.sh"

# blocks_of HEADING: the blocks of shell below it.
blocks_of() {
  awk -v heading="## $1" '
    /^## / {inside = $0 == heading}
    /^```/ {shell = inside && $0 == "```sh"; next}
    inside && shell' "$LAB_HERE/../../docs/remote.md"
}

the_page_runs() {
  mkdir -p "$LAB/work" "$HOME"
  blocks_of "Five minutes" |
    sed -e "s#\$PWD/.build/release/module/libkvp11.so#$KVP11_MODULE#" -e "s#^.build/release/tools/kvp11#$KVP11_CLI#" \
      >"$LAB/page.sh"
  [[ $(wc -l <"$LAB/page.sh") -gt 15 ]] || fail "the page to have its blocks"
  (cd "$LAB/work" && bash -eu "$LAB/page.sh") >"$LAB/page.out" 2>&1 || { cat "$LAB/page.out"; fail "the page to run"; }
  cat "$LAB/page.out"
}

need pkcs11-tool opensc
need_cli
azure_begin
KVP11_MODULE=$(realpath "$KVP11_MODULE")
KVP11_CLI=$(realpath "$KVP11_CLI")
export HOME=$LAB/home
mkdir -p "$HOME/.local/state/kvp11"
sim_start server
ln -s "$LAB/server" "$HOME/.local/state/kvp11/dev"
step "the blocks of docs/remote.md run" prints "Verified OK" the_page_runs
step "the doctor found nothing wrong" prints "a trial signature of 64 bytes was made and verified" cat "$LAB/page.out"
lab_done
