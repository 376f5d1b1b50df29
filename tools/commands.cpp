#include "tools/commands.hpp"

namespace kvp11::tools {

std::vector<std::unique_ptr<Command>> all_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_hsm_create());
    commands.push_back(make_hsm_status());
    commands.push_back(make_hsm_backup());
    commands.push_back(make_hsm_restore());
    commands.push_back(make_hsm_update());
    commands.push_back(make_hsm_zeroise());
    commands.push_back(make_hsm_states());
    commands.push_back(make_security_domain_download());
    commands.push_back(make_security_domain_init_recovery());
    commands.push_back(make_security_domain_restore_blob());
    commands.push_back(make_security_domain_upload());
    commands.push_back(make_keys_list());
    commands.push_back(make_keys_show());
    commands.push_back(make_keys_list_versions());
    commands.push_back(make_keys_create());
    commands.push_back(make_keys_set_attributes());
    commands.push_back(make_keys_rotate());
    commands.push_back(make_keys_rotation_policy_show());
    commands.push_back(make_keys_rotation_policy_update());
    commands.push_back(make_keys_rotate_due());
    commands.push_back(make_keys_delete());
    commands.push_back(make_keys_list_deleted());
    commands.push_back(make_keys_show_deleted());
    commands.push_back(make_keys_recover());
    commands.push_back(make_keys_purge());
    commands.push_back(make_keys_backup());
    commands.push_back(make_keys_restore());
    commands.push_back(make_keys_import());
    commands.push_back(make_keys_download());
    commands.push_back(make_keys_make_transfer_blob());
    commands.push_back(make_role_definition_list());
    commands.push_back(make_role_definition_show());
    commands.push_back(make_role_definition_create());
    commands.push_back(make_role_definition_update());
    commands.push_back(make_role_definition_delete());
    commands.push_back(make_role_assignment_list());
    commands.push_back(make_role_assignment_create());
    commands.push_back(make_role_assignment_delete());
    commands.push_back(make_audit_show());
    commands.push_back(make_audit_verify());
    commands.push_back(make_audit_export());
    commands.push_back(make_doctor());
    commands.push_back(make_mechanisms());
    commands.push_back(make_version());
    return commands;
}

}  // namespace kvp11::tools
