// Certificates that are being made: what their template left unsaid and they say themselves, and which key of a token
// they are for. Functions; thread-safe.
#pragma once

#include <string_view>

#include "token/draft.hpp"

namespace kvp11::token {

/// Fills in what an X.509 certificate says and `attributes` does not: CKA_SUBJECT, CKA_ISSUER, CKA_SERIAL_NUMBER,
/// CKA_START_DATE, CKA_END_DATE, CKA_PUBLIC_KEY_INFO; of every kind CKA_CHECK_VALUE. What was given stays as it was
/// given (PKCS#11 3.2 §4.6: Cryptoki enforces nothing there), but for CKA_CHECK_VALUE: AttributeValueInvalid when it is
/// another certificate's; empty says that there is none. TemplateIncomplete when nothing says the subject.
Result<void> complete_certificate(Draft& draft, const Template& attributes);

/// The id of the private key on `store` that has this public key (a SubjectPublicKeyInfo), of its public half where
/// private objects are not seen. Empty when there is none, or there are more than 200 keys to look at.
[[nodiscard]] Bytes id_of_key_with(const Backend& store, ByteView public_key_info, bool with_private);

/// Whether what the profile CKP_PUBLIC_CERTIFICATES_TOKEN says holds of a token (PKCS#11 Profiles 3.2 §5.5): every
/// certificate can be read without a login; it has the id of its private key, where that is there, and the public
/// half of that key can be found by it without a login, too. False when there are more than 200 keys to look at.
[[nodiscard]] bool has_public_certificates(const Backend& store);

}  // namespace kvp11::token
