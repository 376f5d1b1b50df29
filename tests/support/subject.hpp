// Subject: one PKCS#11 module with a fresh token of its own, the thing a case is about.
//
// A Subject owns a temporary folder, the module's initialised state (C_Initialize to C_Finalize)
// and one token with a security officer and a user. Of a ManagedHsm, which has neither officer nor C_InitToken, the
// token is a pool behind a running hsm-sim, and the user's PIN the secret of the application that logs in there. The
// module itself stays loaded until the process ends. One Subject per module may live at a time. Not thread-safe; calls
// through f() are as thread-safe as the module is.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "kvp11/pkcs11.h"

namespace kvp11::test {

class Pool;

enum class Kind { Kvp11, SoftHsm2, ManagedHsm };

std::string kind_name(Kind kind);
/// Path of the module: KVP11_MODULE or KVP11_REFERENCE, else what CMake said.
std::string module_path(Kind kind);
/// Whether the module's file is there: SoftHSM2 may not be installed.
bool is_installed(Kind kind);
/// The function list of the module, loaded once per process.
CK_FUNCTION_LIST_PTR load_module(Kind kind);

/// A folder under the system's temporary folder, removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Writes a configuration with one slot into `folder` and points the environment at it. Not for ManagedHsm.
void configure(Kind kind, const std::filesystem::path& folder);
/// The same with a slot on this pool, called token_label. `more`: further lines of the slot.
void configure_remote(const Pool& pool, const std::filesystem::path& folder, const std::string& more = "");

inline constexpr const char* so_pin = "officer-8461";
inline constexpr const char* user_pin = "user-3729";
inline constexpr const char* token_label = "test token";

class Subject {
public:
    /// Existing: the environment already points at a configuration, whose token another Subject made.
    enum class Token { Ready, Uninitialised, Existing };

    explicit Subject(Kind kind, Token token = Token::Ready);
    ~Subject();
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    Kind kind() const { return kind_; }
    bool is_reference() const { return kind_ == Kind::SoftHsm2; }
    bool is_remote() const { return kind_ == Kind::ManagedHsm; }
    CK_FUNCTION_LIST_PTR f() const { return functions_; }
    CK_SLOT_ID slot() const { return slot_; }
    /// Not for an existing token, whose folder belongs to another Subject.
    const std::filesystem::path& folder() const { return folder_->path(); }
    std::filesystem::path partition() const { return folder() / "partition"; }
    /// Of a ManagedHsm that is not an existing one.
    Pool& pool() const { return *pool_; }

    bool supports(CK_MECHANISM_TYPE type) const;
    CK_TOKEN_INFO token_info() const;

    /// C_Finalize and C_Initialize: sessions and session objects are gone, the token is not.
    void restart();
    void initialise();
    void finalise();

private:
    void make_token();
    CK_SLOT_ID find_slot(const char* label) const;

    Kind kind_;
    CK_FUNCTION_LIST_PTR functions_;
    std::optional<TemporaryFolder> folder_;
    std::unique_ptr<Pool> pool_;
    CK_SLOT_ID slot_ = 0;
    bool initialised_ = false;
};

/// What C_InitToken wants: 32 characters, padded with blanks.
std::string padded_label(const std::string& label);

}  // namespace kvp11::test
