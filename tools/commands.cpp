#include "tools/commands.hpp"

namespace kvp11::tools {

std::vector<std::unique_ptr<Command>> all_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_hsm_create());
    commands.push_back(make_hsm_status());
    commands.push_back(make_hsm_backup());
    commands.push_back(make_hsm_restore());
    commands.push_back(make_security_domain_download());
    commands.push_back(make_security_domain_init_recovery());
    commands.push_back(make_security_domain_restore_blob());
    commands.push_back(make_security_domain_upload());
    commands.push_back(make_role_definition_list());
    commands.push_back(make_role_definition_show());
    commands.push_back(make_role_definition_create());
    commands.push_back(make_role_definition_update());
    commands.push_back(make_role_definition_delete());
    commands.push_back(make_role_assignment_list());
    commands.push_back(make_role_assignment_create());
    commands.push_back(make_role_assignment_delete());
    commands.push_back(make_mechanisms());
    commands.push_back(make_version());
    return commands;
}

}  // namespace kvp11::tools
