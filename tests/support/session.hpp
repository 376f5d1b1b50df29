// Session: an open session and the calls a case makes on it, as values instead of pointers.
//
// The methods that return a value demand CKR_OK and end the case otherwise; those that return a
// CK_RV are named try_… and leave the judgement to the case. A Session owns its handle.
#pragma once

#include <optional>
#include <vector>

#include "support/expect.hpp"
#include "support/mechanism.hpp"
#include "support/subject.hpp"
#include "support/template.hpp"

namespace kvp11::test {

enum class Login { None, User, Officer };

struct KeyPair {
    CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
};

class Session {
public:
    enum class Access { ReadOnly, ReadWrite };

    explicit Session(Subject& subject, Login login = Login::User, Access access = Access::ReadWrite);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    CK_SESSION_HANDLE handle() const { return handle_; }
    CK_FUNCTION_LIST_PTR f() const { return subject_.f(); }
    Subject& subject() const { return subject_; }
    CK_STATE state() const;
    CK_RV close();

    CK_RV try_login(CK_USER_TYPE user, std::string_view pin);
    void login(Login as);
    void logout();

    CK_OBJECT_HANDLE create(Template object);
    CK_RV try_create(Template object, CK_OBJECT_HANDLE* made = nullptr);
    CK_OBJECT_HANDLE copy(CK_OBJECT_HANDLE object, Template changes);
    CK_RV try_copy(CK_OBJECT_HANDLE object, Template changes, CK_OBJECT_HANDLE* made = nullptr);
    CK_RV try_destroy(CK_OBJECT_HANDLE object);
    CK_RV try_set(CK_OBJECT_HANDLE object, Template changes);
    std::vector<CK_OBJECT_HANDLE> find(Template wanted);

    Bytes attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
    CK_RV try_attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, Bytes* value = nullptr);
    bool flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
    CK_ULONG number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

    CK_OBJECT_HANDLE generate(Mechanism mechanism, Template key);
    CK_RV try_generate(Mechanism mechanism, Template key, CK_OBJECT_HANDLE* made = nullptr);
    KeyPair generate_pair(Mechanism mechanism, Template public_key, Template private_key);
    CK_RV try_generate_pair(Mechanism mechanism, Template public_key, Template private_key, KeyPair* made = nullptr);

    Bytes digest(Mechanism mechanism, const Bytes& message);
    Bytes sign(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message);
    CK_RV try_sign(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message, Bytes* signature = nullptr);
    CK_RV try_verify(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message, const Bytes& signature);
    Bytes encrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext);
    CK_RV try_encrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext, Bytes* ciphertext = nullptr);
    Bytes decrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext);
    CK_RV try_decrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext, Bytes* plaintext = nullptr);

    Bytes wrap(Mechanism mechanism, CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key);
    CK_RV try_wrap(Mechanism mechanism, CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, Bytes* wrapped = nullptr);
    CK_OBJECT_HANDLE unwrap(Mechanism mechanism, CK_OBJECT_HANDLE unwrapping_key, const Bytes& wrapped, Template key);
    CK_RV try_unwrap(Mechanism mechanism, CK_OBJECT_HANDLE unwrapping_key, const Bytes& wrapped, Template key,
                     CK_OBJECT_HANDLE* made = nullptr);
    CK_OBJECT_HANDLE derive(Mechanism mechanism, CK_OBJECT_HANDLE base_key, Template key);
    CK_RV try_derive(Mechanism mechanism, CK_OBJECT_HANDLE base_key, Template key, CK_OBJECT_HANDLE* made = nullptr);

private:
    Subject& subject_;
    CK_SESSION_HANDLE handle_ = CK_INVALID_HANDLE;
};

/// A pointer that C_ functions take; they do not write through input pointers. Never NULL, which some
/// modules refuse even with a length of zero.
inline CK_BYTE_PTR input(const Bytes& bytes) {
    static CK_BYTE nothing = 0;
    return bytes.empty() ? &nothing : const_cast<CK_BYTE_PTR>(bytes.data());
}
inline CK_ULONG length(const Bytes& bytes) { return static_cast<CK_ULONG>(bytes.size()); }

}  // namespace kvp11::test
