// ObjectTable: the handles of one slot's objects, token and session objects alike.
//
// A token object has one handle in all sessions of the process, from when it is first seen until it
// is destroyed, or until logout if it is private. What is behind a handle is read again only when
// the backend's generation has changed; a handle stays with the key version that it was made for.
// Owns nothing but pictures and opened keys. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "token/handle_map.hpp"
#include "token/object.hpp"

namespace kvp11::token {

class ObjectTable {
public:
    /// Both outlive the table.
    ObjectTable(Backend& token_objects, Backend& session_objects)
        : token_objects_(token_objects), session_objects_(session_objects) {}

    [[nodiscard]] Backend& store(bool on_token) const noexcept { return on_token ? token_objects_ : session_objects_; }

    /// The handle of an object, made when there is none yet. `is_private` is what drop_private() goes by.
    Handle handle_of(bool on_token, const ObjectRef& ref, bool is_private);
    /// The object as it is now; ObjectHandleInvalid when there is none any more.
    Result<std::shared_ptr<const Object>> object(Handle handle);
    /// The same for who wants no other attributes than those of is_sketched(), which a store may know without asking.
    Result<std::shared_ptr<const Object>> sketch(Handle handle);
    /// Its key, opened: of a public half one that works on the public part alone.
    Result<std::shared_ptr<const Key>> key(Handle handle);

    /// Forgets the handle. The object itself is the caller's business.
    void forget(Handle handle);

    /// CK_INVALID_HANDLE when the object was not seen yet.
    [[nodiscard]] Handle known_handle(bool on_token, const ObjectRef& ref) const;
    /// For a pair's other half, when one half has just been destroyed: some stores destroy both then. If so, the handle
    /// is invalid from here on, and remembered until logout.
    void note_if_gone_along(Handle handle);
    /// Whether it is one of those that are remembered; it is not any more.
    bool take_gone_along(Handle handle);

    /// On logout: forgets private objects and every opened key. Returns the session objects among
    /// the private ones, which the caller destroys.
    std::vector<ObjectRef> drop_private();
    /// Everything, on C_InitToken.
    void clear();

private:
    struct Entry {
        Entry(bool where, ObjectRef what, bool hidden) : on_token(where), ref(std::move(what)), is_private(hidden) {}
        const bool on_token;
        std::mutex mutex;  // guards what follows
        ObjectRef ref;
        bool is_private;
        std::uint64_t generation = 0;
        std::shared_ptr<const Object> object;
        std::shared_ptr<const Key> opened;
    };
    using Name = std::pair<bool, ObjectRef>;

    Result<void> refresh(Entry& entry) const;
    Result<std::shared_ptr<const Object>> load(const Entry& entry) const;
    static Result<std::shared_ptr<const Object>> load_built_in(const Entry& entry);
    void forget_gone_along();
    [[nodiscard]] std::set<ObjectRef> public_objects(bool on_token) const;

    Backend& token_objects_;
    Backend& session_objects_;
    HandleMap<Entry> entries_;
    mutable std::mutex names_mutex_;  // never taken while an entry's mutex is held; guards what follows
    std::map<Name, Handle> names_;
    std::set<Handle> gone_along_;
};

}  // namespace kvp11::token
