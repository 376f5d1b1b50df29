#include "access/effective_rights.hpp"

namespace kvp11::access {
namespace {

bool holds(const DataActions& actions, DataAction action) { return actions.test(static_cast<std::size_t>(action)); }

}  // namespace

void EffectiveRights::add(const std::string& principal, const Scope& scope, const DataActions& actions) {
    Rights& rights = principals_[principal];
    switch (scope.level) {
        case Scope::Level::Root: rights.root |= actions; [[fallthrough]];
        case Scope::Level::Keys: rights.keys |= actions; break;
        case Scope::Level::Key: rights.named[std::string(scope.key)] |= actions; break;
    }
}

bool EffectiveRights::at_root(std::string_view principal, DataAction action) const {
    const Rights* rights = rights_of(principal);
    return rights != nullptr && holds(rights->root, action);
}

bool EffectiveRights::at_keys(std::string_view principal, DataAction action) const {
    const Rights* rights = rights_of(principal);
    return rights != nullptr && holds(rights->keys, action);
}

bool EffectiveRights::at_key(std::string_view principal, DataAction action, std::string_view key) const {
    const Rights* rights = rights_of(principal);
    if (rights == nullptr) return false;
    if (holds(rights->keys, action)) return true;
    if (rights->named.empty()) return false;
    const auto found = rights->named.find(key);
    return found != rights->named.end() && holds(found->second, action);
}

const EffectiveRights::Rights* EffectiveRights::rights_of(std::string_view principal) const {
    const auto found = principals_.find(principal);
    return found == principals_.end() ? nullptr : &found->second;
}

}  // namespace kvp11::access
