// EffectiveRights: what each principal may do at each scope, summed up from its assignments when these change, so
// that the question asked once for every signature is one hash lookup, or two, and allocates nothing.
// A value; reading is thread-safe.
#pragma once

#include "access/data_action.hpp"
#include "access/folded_map.hpp"
#include "access/scope.hpp"

namespace kvp11::access {

class EffectiveRights {
public:
    void add(const std::string& principal, const Scope& scope, const DataActions& actions);

    /// At "/", at "/keys" and at "/keys/NAME"; the wider scopes hold in the narrower ones.
    [[nodiscard]] bool at_root(std::string_view principal, DataAction action) const;
    [[nodiscard]] bool at_keys(std::string_view principal, DataAction action) const;
    [[nodiscard]] bool at_key(std::string_view principal, DataAction action, std::string_view key) const;

private:
    struct Rights {
        DataActions root;
        DataActions keys;  // with those of root
        FoldedMap<DataActions> named;
    };
    [[nodiscard]] const Rights* rights_of(std::string_view principal) const;

    FoldedMap<Rights> principals_;
};

}  // namespace kvp11::access
