// Every command of kvp11, in the order of --help. A new command is a file, a line here, one in
// commands.cpp and one in CMakeLists.txt.
#pragma once

#include <memory>
#include <vector>

#include "tools/command.hpp"

namespace kvp11::tools {

std::unique_ptr<Command> make_hsm_create();
std::unique_ptr<Command> make_hsm_status();
std::unique_ptr<Command> make_hsm_backup();
std::unique_ptr<Command> make_hsm_restore();
std::unique_ptr<Command> make_hsm_update();
std::unique_ptr<Command> make_hsm_zeroise();
std::unique_ptr<Command> make_hsm_states();
std::unique_ptr<Command> make_security_domain_download();
std::unique_ptr<Command> make_security_domain_init_recovery();
std::unique_ptr<Command> make_security_domain_restore_blob();
std::unique_ptr<Command> make_security_domain_upload();
std::unique_ptr<Command> make_keys_list();
std::unique_ptr<Command> make_keys_show();
std::unique_ptr<Command> make_keys_list_versions();
std::unique_ptr<Command> make_keys_create();
std::unique_ptr<Command> make_keys_set_attributes();
std::unique_ptr<Command> make_keys_rotate();
std::unique_ptr<Command> make_keys_rotation_policy_show();
std::unique_ptr<Command> make_keys_rotation_policy_update();
std::unique_ptr<Command> make_keys_rotate_due();
std::unique_ptr<Command> make_keys_delete();
std::unique_ptr<Command> make_keys_list_deleted();
std::unique_ptr<Command> make_keys_show_deleted();
std::unique_ptr<Command> make_keys_recover();
std::unique_ptr<Command> make_keys_purge();
std::unique_ptr<Command> make_keys_backup();
std::unique_ptr<Command> make_keys_restore();
std::unique_ptr<Command> make_keys_import();
std::unique_ptr<Command> make_keys_download();
std::unique_ptr<Command> make_keys_make_transfer_blob();
std::unique_ptr<Command> make_role_definition_list();
std::unique_ptr<Command> make_role_definition_show();
std::unique_ptr<Command> make_role_definition_create();
std::unique_ptr<Command> make_role_definition_update();
std::unique_ptr<Command> make_role_definition_delete();
std::unique_ptr<Command> make_role_assignment_list();
std::unique_ptr<Command> make_role_assignment_create();
std::unique_ptr<Command> make_role_assignment_delete();
std::unique_ptr<Command> make_audit_show();
std::unique_ptr<Command> make_audit_verify();
std::unique_ptr<Command> make_audit_export();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_mechanisms();
std::unique_ptr<Command> make_version();

std::vector<std::unique_ptr<Command>> all_commands();

}  // namespace kvp11::tools
