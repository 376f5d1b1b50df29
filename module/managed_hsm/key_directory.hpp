// KeyDirectory: which keys the pool has, as far as this process knows, and how to know more with few requests.
//
// - A name is looked up with one GET, no list. A label or id that is a name is looked up so first.
// - The list is read page by page when a search needs it, is good for `cache_age`, and is read again when a search
//   finds nothing in an older one (a miss is not repeated more often than once in two seconds).
// - A list tells no types: the version, type and public part of a key are asked with one GET each, several at once,
//   only when a search or an object needs them, and remembered as long as the list shows the same `created` and
//   `updated`.
// - All of it is kept in a file (cache_folder/host-….json, mode 0600, replaced by rename) that the processes of a user
//   share: names, tags, times, types, public keys; no secrets, no tokens. A damaged file is as none.
//
// docs/remote-lookup.md says what costs which requests and what is in the file; directory.hpp is how.
//
// Owns its knowledge and the file; `pipeline` outlives it. Thread-safe: locks are held for work in memory and on the
// file, never for a request; one thread at a time reads a list, others that can go on with what they have do. A child
// of fork() goes on with what its parent knew and waits for no lock of it. A service that does not answer leaves what
// was known.
//
// Errors: KeyNotFound, AlgorithmNotSupported for a key of a kind that we do not know, those of Pipeline::call.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"
#include "managed_hsm/settings.hpp"

namespace kvp11::managed_hsm {

using KeyRecordPtr = std::shared_ptr<const KeyRecord>;

class KeyDirectory {
public:
    KeyDirectory(const Settings& settings, pipeline::Pipeline& pipeline);
    ~KeyDirectory();
    KeyDirectory(const KeyDirectory&) = delete;
    KeyDirectory& operator=(const KeyDirectory&) = delete;

    /// For Backend::find: keys only, in the order of creation; every ref has its version, or, where only a list and the
    /// tag p11_type told of the key, what stands for the version that was listed.
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query);
    /// A version as it is now; an empty version means the latest. Asked at most once in `cache_age`, unless learned.
    [[nodiscard]] Result<KeyRecordPtr> record(const KeyId& id);
    /// The same, where label, id, type, protection and dates are all that is wanted: of a key that the list and its tag
    /// p11_type tell of, without a request.
    [[nodiscard]] Result<KeyRecordPtr> sketch(const KeyId& id);
    /// From the service, whatever is known.
    [[nodiscard]] Result<KeyRecordPtr> fetch(const KeyId& id);

    /// The answer of create, import, update: known from here on, in this process at once.
    KeyRecordPtr learn(KeyRecord record);
    /// Deleted, or seen not to be there.
    void forget(const std::string& name);
    /// Grows with everything that is learned and differs from what was known.
    [[nodiscard]] std::uint64_t generation() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace kvp11::managed_hsm
