// Verbs about how a process ends and what it brings along: exit handlers, dlclose, functions of its own.
#pragma once

#include "module/child/calls.hpp"

namespace kvp11::test::child {

/// Signs once, then exits without C_Finalize, in the middle of a search and of a signature.
int exit_without_finalize(const std::vector<std::string>& arguments);
/// C_Finalize runs in an atexit handler that was registered before the module was loaded.
int finalize_at_exit(const std::vector<std::string>& arguments);
/// The same, registered after the module was loaded and used.
int finalize_at_exit_registered_late(const std::vector<std::string>& arguments);
/// dlclose without C_Finalize, then exit.
int close_and_exit(const std::vector<std::string>& arguments);
/// exit() while another thread signs.
int exit_while_a_thread_signs(const std::vector<std::string>& arguments);
/// Signs through the module while this program exports C_Sign and others itself.
int sign_beside_own_functions(const std::vector<std::string>& arguments);
/// No configuration at all: says what the slots look like.
int without_configuration(const std::vector<std::string>& arguments);
/// initialize-only: C_Initialize, `code CKR_…`.
int initialize_only(const std::vector<std::string>& arguments);

}  // namespace kvp11::test::child
