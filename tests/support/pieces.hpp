// Multi-part operations: Init, Updates with `piece` bytes each, Final. The first CK_RV that is not
// CKR_OK is returned and ends it; each Update and Final gets a buffer that is surely long enough.
#pragma once

#include "support/session.hpp"

namespace kvp11::test {

CK_RV digest_in_pieces(Session& session, Mechanism mechanism, const Bytes& message, std::size_t piece, Bytes* digest);
CK_RV sign_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message,
                     std::size_t piece, Bytes* signature);
CK_RV verify_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message,
                       std::size_t piece, const Bytes& signature);
CK_RV encrypt_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext,
                        std::size_t piece, Bytes* ciphertext);
CK_RV decrypt_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext,
                        std::size_t piece, Bytes* plaintext);

}  // namespace kvp11::test
