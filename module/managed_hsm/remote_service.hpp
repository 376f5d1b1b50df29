// RemoteService: what the Backend and the keys that it opened share: the pipeline to the pool, the directory of its
// keys, and what this service can do at this API version.
//
// Owned by the Backend; keys refer to it, so they end with the Backend as the seam says. Thread-safe; no lock is held
// over a call.
#pragma once

#include <memory>
#include <string_view>

#include "kvp11/backend.hpp"
#include "managed_hsm/key_directory.hpp"
#include "managed_hsm/settings.hpp"

namespace kvp11::managed_hsm {

class RemoteService {
public:
    RemoteService(Settings settings, std::unique_ptr<pipeline::Pipeline> pipeline);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] pipeline::Pipeline& pipeline() const noexcept { return *pipeline_; }
    [[nodiscard]] KeyDirectory& directory() const noexcept { return *directory_; }

    /// Secret keys: a Managed HSM has them, a Key Vault has not.
    [[nodiscard]] bool has_secret_keys() const noexcept { return !pipeline_->is_vault(); }
    /// HS256/384/512 and RFC 5649 came with version 7.6.
    [[nodiscard]] bool has_algorithms_of_7_6() const noexcept { return newer_algorithms_; }
    /// Keys that a Key Vault keeps in software.
    [[nodiscard]] bool makes_software_keys() const noexcept { return settings_.software_keys && pipeline_->is_vault(); }
    /// "https://host[:port]/keys/name/version"
    [[nodiscard]] std::string kid_of(const KeyId& id) const;

    /// An operation of a key: POST, which may be repeated. A refusal is told as what the key's attributes say about it:
    /// KeyDisabled, KeyExpired, KeyNotYetValid, KeyFunctionNotPermitted; KeyHandleInvalid when the key is gone.
    Result<transport::Answer> operate(const KeyRecord& key, std::string_view path, std::string_view body) const;

private:
    Settings settings_;
    bool newer_algorithms_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
    std::unique_ptr<KeyDirectory> directory_;
};

/// Whether a key may do this now, by what is known of it: KeyDisabled, KeyNotYetValid, KeyExpired,
/// KeyFunctionNotPermitted. Outside its time a key still decrypts, unwraps and verifies, as the service has it.
Result<void> check_use(const KeyRecord& key, KeyOps wanted);

/// Refuses, and says why in the log as well: PKCS#11 has only a number for it.
Failure refused(Errc code, std::string sentence);

pipeline::Weight weight_of(const KeySpec& spec) noexcept;

}  // namespace kvp11::managed_hsm
