# The sidecar that a module or tool checks its own file against (hsm-sim/fips/integrity.hpp), written after each link:
#
#   kvp11_integrity_sidecar(kvp11)    makes libkvp11.so.hmac beside libkvp11.so
function(kvp11_integrity_sidecar target)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND kvp11_integrity $<TARGET_FILE:${target}>
    COMMENT "Writing the integrity code of ${target}" VERBATIM)
  add_dependencies(${target} kvp11_integrity)
endfunction()
