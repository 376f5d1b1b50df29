// SavedStates: the digests that C_GetOperationState saved on one slot, behind the bytes that it gave out.
//
// OpenSSL does not put a running digest into bytes, so the digest itself is kept here, in the process, and the bytes
// are a random number that finds it again: nothing can be read from them, and none can be made up. A process and its
// forked children understand them until C_Finalize; the oldest make room for new ones. Thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "mechanism/operation.hpp"

namespace kvp11::token {

struct SavedDigest {
    const mechanism::Mechanism* row = nullptr;
    std::shared_ptr<const mechanism::DigestOperation> work;
    bool updated = false;
};

class SavedStates {
public:
    /// Bytes of a saved state.
    static constexpr std::size_t size = 32;
    /// How many are kept.
    static constexpr std::size_t most = 1024;

    /// DeviceError when there are no random numbers.
    Result<Bytes> add(SavedDigest digest);
    /// SavedStateInvalid.
    [[nodiscard]] Result<SavedDigest> find(ByteView state) const;

private:
    struct Entry {
        Bytes state;
        SavedDigest digest;
    };
    mutable std::mutex mutex_;  // guards what follows
    std::deque<Entry> entries_;
};

}  // namespace kvp11::token
