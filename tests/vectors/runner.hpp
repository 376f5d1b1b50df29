// Runs one published vector through a module: imports the key with C_CreateObject, does the
// operation that the vector names, and compares with the published result or with the CKR codes
// that a spoilt vector asks for. Reports through Boost.Test.
#pragma once

#include "support/session.hpp"
#include "support/vector_file.hpp"

namespace kvp11::test {

class VectorRunner {
public:
    explicit VectorRunner(Session& session) : session_(session) {}

    /// False when the module does not have the vector's mechanism.
    bool run(const Vector& vector);

private:
    void digest(const Vector& vector);
    void mac(const Vector& vector);
    void cipher(const Vector& vector);
    void keywrap(const Vector& vector, CK_MECHANISM_TYPE type);
    void signature(const Vector& vector, Mechanism mechanism);
    void decryption(const Vector& vector, Mechanism mechanism);
    void ecdsa(const Vector& vector);
    void ecdh(const Vector& vector);
    void eddsa(const Vector& vector);
    void derivation(const Vector& vector);
    void password(const Vector& vector);

    Session& session_;
};

}  // namespace kvp11::test
