#include "token/saved_states.hpp"

#include <algorithm>

#include "mechanism/reference.hpp"

namespace kvp11::token {

Result<Bytes> SavedStates::add(SavedDigest digest) {
    Bytes state = TRY(mechanism::random_reference(size));
    std::lock_guard lock(mutex_);
    if (entries_.size() == most) entries_.pop_front();
    entries_.push_back({state, std::move(digest)});
    return state;
}

Result<SavedDigest> SavedStates::find(ByteView state) const {
    std::lock_guard lock(mutex_);
    const auto at = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
        return std::equal(entry.state.begin(), entry.state.end(), state.begin(), state.end());
    });
    if (at == entries_.rend()) return fail(Errc::SavedStateInvalid, "not a state that this slot saved and still keeps");
    return at->digest;
}

}  // namespace kvp11::token
