// The options that say what a key is to be like, after `az keyvault key create` and `set-attributes`. A member of the
// commands that make or change keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"
#include "kvp11/result.hpp"

namespace kvp11::tools {

class Options;

class AttributeOptions {
public:
    /// --ops, --tags, --expires, --not-before, --enabled, --policy, --immutable.
    void declare(Options& options);

    /// What was given, over what the key's type has by itself.
    Result<void> apply(NewKey& key) const;
    /// What was given. An empty --expires, --not-before or --tags takes away what is there.
    [[nodiscard]] Result<KeyUpdate> update() const;

private:
    [[nodiscard]] Result<std::optional<ReleasePolicy>> release_policy() const;

    std::vector<std::string> operations_;
    std::vector<std::string> tags_;
    std::optional<std::string> expires_;
    std::optional<std::string> not_before_;
    std::optional<std::string> enabled_;
    std::string policy_file_;
    bool immutable_ = false;
};

}  // namespace kvp11::tools
