// Environment: the variables that Azure's SDKs read, as they were when the slot was opened: nginx and others clear the
// environment of their workers, and reading later would race with a host's setenv. A set-uid program's is not read.
// Immutable, thread-safe; move-only, since it holds secrets.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "kvp11/secret.hpp"

namespace kvp11::credential {

class Environment {
public:
    static Environment read();
    /// Of another than the process's: null for what is not set.
    static Environment read_by(const std::function<const char*(const char* name)>& variable);

    /// Empty when it is not set.
    [[nodiscard]] const std::string& text(std::string_view name) const noexcept;
    /// AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD, IDENTITY_HEADER, MSI_SECRET.
    [[nodiscard]] const SecretBytes& secret(std::string_view name) const noexcept;
    /// "1" or "true", as AZURE_CLIENT_SEND_CERTIFICATE_CHAIN is written.
    [[nodiscard]] bool is_on(std::string_view name) const noexcept;

private:
    std::map<std::string, std::string, std::less<>> texts_;
    std::map<std::string, SecretBytes, std::less<>> secrets_;
};

}  // namespace kvp11::credential
