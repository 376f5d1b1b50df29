// What the approved mode asks of keys beside the policy of hsm-sim/fips: that no sequence of calls shows a sensitive
// key to whoever is logged in (docs/security.md, "What a session can do to a key"). Functions over objects;
// thread-safe. Each of them is for slots in this mode only.
#pragma once

#include "mechanism/mechanism.hpp"
#include "token/object.hpp"

namespace kvp11::token {

/// Whether `target` may be wrapped under `wrapping` with the mechanism of this row. A key that is not sensitive may,
/// and under a key with CKA_TRUSTED any. Else KeyNotWrappable, unless nobody can know or come to know the wrapping key,
/// or undo what it does in another way:
///
/// - It was generated here and was always sensitive; of a public key, that is said of its private half.
/// - The target does not itself wrap or unwrap, for it could come back as a key that decrypts.
/// - The row does not say wraps_under_trusted.
Result<void> check_leaving(const Object& wrapping, const Object& target, const mechanism::Mechanism& row);

/// Uses that wrapped keys depend on are settled when a key is made: C_CopyObject and C_SetAttributeValue give no key
/// CKA_WRAP, CKA_UNWRAP, CKA_ENCRYPT or CKA_DECRYPT, and take neither of the first two away. AttributeReadOnly.
Result<void> check_settled_uses(const Object& object, const Template& changes);

/// TemplateInconsistent when what comes out of a blob is sensitive no more, or no secret but a private key.
Result<void> check_arriving(const Kind& kind, const Protection& protection, const SecretMaterial& material);

}  // namespace kvp11::token
