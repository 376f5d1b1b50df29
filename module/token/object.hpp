// Object: an immutable picture of one stored object, as PKCS#11 sees it: a half of a key, a secret
// key, or a record. Shared between threads; reading an attribute of it touches no store.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"
#include "token/attribute_rules.hpp"

namespace kvp11::token {

class Object {
public:
    /// One face of a key.
    Object(ObjectRef ref, bool on_token, std::shared_ptr<const KeyRecord> key);
    /// A record; AttributeValueInvalid when it is a public key that does not parse, or of no known class.
    static Result<std::shared_ptr<const Object>> of_record(bool on_token, std::shared_ptr<const Record> record);

    [[nodiscard]] const ObjectRef& ref() const noexcept { return ref_; }
    [[nodiscard]] bool on_token() const noexcept { return on_token_; }
    [[nodiscard]] const Kind& kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_private() const noexcept { return face().is_private; }
    [[nodiscard]] const Face& face() const noexcept;
    /// For keys; of a stand-alone public key one that was made of its attributes. Else null.
    [[nodiscard]] const std::shared_ptr<const KeyRecord>& key() const noexcept { return key_; }
    /// Null for keys that the store keeps as keys.
    [[nodiscard]] const std::shared_ptr<const Record>& record() const noexcept { return record_; }

    /// Any attribute but those with Source::Secret and Source::CheckValue, which take a Key.
    [[nodiscard]] Result<Bytes> value(const Rule& rule) const;
    /// A CK_BBOOL attribute; false when there is none.
    [[nodiscard]] bool flag(CK_ATTRIBUTE_TYPE type) const;
    /// Whether the values of Source::Secret may be shown.
    [[nodiscard]] bool reveals_secrets() const noexcept;
    /// Whether this mechanism is among CKA_ALLOWED_MECHANISMS, or there is no such list.
    [[nodiscard]] bool allows_mechanism(CK_MECHANISM_TYPE mechanism) const;
    /// CKA_WRAP_TEMPLATE and its like; empty when there is none.
    [[nodiscard]] Result<Template> kept_template(CK_ATTRIBUTE_TYPE type) const;

private:
    [[nodiscard]] Bytes extra_or_default(const Rule& rule) const;
    [[nodiscard]] bool allows_operation(CK_ATTRIBUTE_TYPE usage) const;
    [[nodiscard]] Bytes date(const Rule& rule) const;
    [[nodiscard]] Bytes origin(const Rule& rule) const;
    [[nodiscard]] CK_ULONG size_of_value() const;

    ObjectRef ref_;
    bool on_token_;
    Kind kind_;
    std::shared_ptr<const KeyRecord> key_;
    std::shared_ptr<const Record> record_;
};

/// What a face's usage attributes say, as operations of the seam: the extras first, else `otherwise`.
[[nodiscard]] KeyOps operations_of(const Kind& kind, const Face& face, KeyOps otherwise);
/// Those operations that a public (or else a private or secret) half of this type of key can do.
[[nodiscard]] KeyOps possible_operations(const Kind& kind) noexcept;
[[nodiscard]] CK_OBJECT_CLASS class_of(ObjectKind kind) noexcept;

}  // namespace kvp11::token
