#include "support/session.hpp"

#include <cstring>

namespace kvp11::test {
namespace {

/// The two calls of a function that returns bytes: ask for the length, then for the bytes.
template <class Call>
CK_RV fetch(Call call, Bytes* out) {
    CK_ULONG size = 0;
    CK_RV code = call(nullptr, &size);
    if (code != CKR_OK) {
        return code;
    }
    Bytes bytes(size + 1);  // never NULL, which would ask for the length again
    code = call(bytes.data(), &size);
    if (code == CKR_OK && out != nullptr) {
        bytes.resize(size);
        *out = std::move(bytes);
    }
    return code;
}

}  // namespace

Session::Session(Subject& subject, Login login_as, Access access) : subject_(subject) {
    const CK_FLAGS writing = access == Access::ReadWrite ? CKF_RW_SESSION : 0;
    MUST(f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | writing, nullptr, nullptr, &handle_));
    login(login_as);
}

Session::~Session() {
    if (handle_ != CK_INVALID_HANDLE) {
        f()->C_CloseSession(handle_);
    }
}

CK_STATE Session::state() const {
    CK_SESSION_INFO info{};
    MUST(f()->C_GetSessionInfo(handle_, &info));
    return info.state;
}

CK_RV Session::close() {
    const CK_SESSION_HANDLE closing = handle_;
    handle_ = CK_INVALID_HANDLE;
    return f()->C_CloseSession(closing);
}

CK_RV Session::try_login(CK_USER_TYPE user, std::string_view pin) {
    auto* bytes = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(pin.data()));
    return f()->C_Login(handle_, user, bytes, static_cast<CK_ULONG>(pin.size()));
}

void Session::login(Login as) {
    if (as == Login::None) {
        return;
    }
    const bool user = as == Login::User;
    const CK_RV code = try_login(user ? CKU_USER : CKU_SO, user ? user_pin : so_pin);
    BOOST_REQUIRE(rv_is_one_of(code, {CKR_OK, CKR_USER_ALREADY_LOGGED_IN}));
}

void Session::logout() { MUST(f()->C_Logout(handle_)); }

CK_OBJECT_HANDLE Session::create(Template object) {
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    MUST(try_create(std::move(object), &made));
    return made;
}

CK_RV Session::try_create(Template object, CK_OBJECT_HANDLE* made) {
    CK_OBJECT_HANDLE unused = CK_INVALID_HANDLE;
    return f()->C_CreateObject(handle_, object.data(), object.size(), made ? made : &unused);
}

CK_OBJECT_HANDLE Session::copy(CK_OBJECT_HANDLE object, Template changes) {
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    MUST(try_copy(object, std::move(changes), &made));
    return made;
}

CK_RV Session::try_copy(CK_OBJECT_HANDLE object, Template changes, CK_OBJECT_HANDLE* made) {
    CK_OBJECT_HANDLE unused = CK_INVALID_HANDLE;
    return f()->C_CopyObject(handle_, object, changes.data(), changes.size(), made ? made : &unused);
}

CK_RV Session::try_destroy(CK_OBJECT_HANDLE object) { return f()->C_DestroyObject(handle_, object); }

CK_RV Session::try_set(CK_OBJECT_HANDLE object, Template changes) {
    return f()->C_SetAttributeValue(handle_, object, changes.data(), changes.size());
}

std::vector<CK_OBJECT_HANDLE> Session::find(Template wanted) {
    MUST(f()->C_FindObjectsInit(handle_, wanted.data(), wanted.size()));
    std::vector<CK_OBJECT_HANDLE> found;
    for (;;) {
        CK_OBJECT_HANDLE some[16];
        CK_ULONG count = 0;
        MUST(f()->C_FindObjects(handle_, some, 16, &count));
        if (count == 0) break;
        found.insert(found.end(), some, some + count);
    }
    MUST(f()->C_FindObjectsFinal(handle_));
    return found;
}

Bytes Session::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    Bytes value;
    MUST(try_attribute(object, type, &value));
    return value;
}

CK_RV Session::try_attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, Bytes* value) {
    return fetch(
        [&](CK_BYTE_PTR out, CK_ULONG* size) {
            CK_ATTRIBUTE attribute{type, out, *size};
            const CK_RV code = f()->C_GetAttributeValue(handle_, object, &attribute, 1);
            *size = attribute.ulValueLen;
            return code;
        },
        value);
}

bool Session::flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    const Bytes value = attribute(object, type);
    BOOST_REQUIRE_EQUAL(value.size(), sizeof(CK_BBOOL));
    return value[0] != CK_FALSE;
}

CK_ULONG Session::number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    const Bytes value = attribute(object, type);
    CK_ULONG number = 0;
    BOOST_REQUIRE_EQUAL(value.size(), sizeof number);
    std::memcpy(&number, value.data(), sizeof number);
    return number;
}

CK_OBJECT_HANDLE Session::generate(Mechanism mechanism, Template key) {
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    MUST(try_generate(std::move(mechanism), std::move(key), &made));
    return made;
}

CK_RV Session::try_generate(Mechanism mechanism, Template key, CK_OBJECT_HANDLE* made) {
    CK_OBJECT_HANDLE unused = CK_INVALID_HANDLE;
    return f()->C_GenerateKey(handle_, mechanism.get(), key.data(), key.size(), made ? made : &unused);
}

KeyPair Session::generate_pair(Mechanism mechanism, Template public_key, Template private_key) {
    KeyPair made;
    MUST(try_generate_pair(std::move(mechanism), std::move(public_key), std::move(private_key), &made));
    return made;
}

CK_RV Session::try_generate_pair(Mechanism mechanism, Template public_key, Template private_key, KeyPair* made) {
    KeyPair unused;
    KeyPair& pair = made ? *made : unused;
    return f()->C_GenerateKeyPair(handle_, mechanism.get(), public_key.data(), public_key.size(), private_key.data(),
                                  private_key.size(), &pair.public_key, &pair.private_key);
}

Bytes Session::digest(Mechanism mechanism, const Bytes& message) {
    Bytes digest;
    MUST(f()->C_DigestInit(handle_, mechanism.get()));
    MUST(fetch([&](CK_BYTE_PTR out,
                   CK_ULONG* size) { return f()->C_Digest(handle_, input(message), length(message), out, size); },
               &digest));
    return digest;
}

Bytes Session::sign(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message) {
    Bytes signature;
    MUST(try_sign(std::move(mechanism), key, message, &signature));
    return signature;
}

CK_RV Session::try_sign(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message, Bytes* signature) {
    const CK_RV code = f()->C_SignInit(handle_, mechanism.get(), key);
    return code != CKR_OK
               ? code
               : fetch([&](CK_BYTE_PTR out,
                           CK_ULONG* size) { return f()->C_Sign(handle_, input(message), length(message), out, size); },
                       signature);
}

CK_RV Session::try_verify(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message, const Bytes& signature) {
    const CK_RV code = f()->C_VerifyInit(handle_, mechanism.get(), key);
    return code != CKR_OK
               ? code
               : f()->C_Verify(handle_, input(message), length(message), input(signature), length(signature));
}

Bytes Session::encrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext) {
    Bytes ciphertext;
    MUST(try_encrypt(std::move(mechanism), key, plaintext, &ciphertext));
    return ciphertext;
}

CK_RV Session::try_encrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext, Bytes* ciphertext) {
    const CK_RV code = f()->C_EncryptInit(handle_, mechanism.get(), key);
    return code != CKR_OK ? code
                          : fetch(
                                [&](CK_BYTE_PTR out, CK_ULONG* size) {
                                    return f()->C_Encrypt(handle_, input(plaintext), length(plaintext), out, size);
                                },
                                ciphertext);
}

Bytes Session::decrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext) {
    Bytes plaintext;
    MUST(try_decrypt(std::move(mechanism), key, ciphertext, &plaintext));
    return plaintext;
}

CK_RV Session::try_decrypt(Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext, Bytes* plaintext) {
    const CK_RV code = f()->C_DecryptInit(handle_, mechanism.get(), key);
    return code != CKR_OK ? code
                          : fetch(
                                [&](CK_BYTE_PTR out, CK_ULONG* size) {
                                    return f()->C_Decrypt(handle_, input(ciphertext), length(ciphertext), out, size);
                                },
                                plaintext);
}

Bytes Session::wrap(Mechanism mechanism, CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key) {
    Bytes wrapped;
    MUST(try_wrap(std::move(mechanism), wrapping_key, key, &wrapped));
    return wrapped;
}

CK_RV Session::try_wrap(Mechanism mechanism, CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, Bytes* wrapped) {
    return fetch([&](CK_BYTE_PTR out,
                     CK_ULONG* size) { return f()->C_WrapKey(handle_, mechanism.get(), wrapping_key, key, out, size); },
                 wrapped);
}

CK_OBJECT_HANDLE Session::unwrap(Mechanism mechanism, CK_OBJECT_HANDLE unwrapping_key, const Bytes& wrapped,
                                 Template key) {
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    MUST(try_unwrap(std::move(mechanism), unwrapping_key, wrapped, std::move(key), &made));
    return made;
}

CK_RV Session::try_unwrap(Mechanism mechanism, CK_OBJECT_HANDLE unwrapping_key, const Bytes& wrapped, Template key,
                          CK_OBJECT_HANDLE* made) {
    CK_OBJECT_HANDLE unused = CK_INVALID_HANDLE;
    return f()->C_UnwrapKey(handle_, mechanism.get(), unwrapping_key, input(wrapped), length(wrapped), key.data(),
                            key.size(), made ? made : &unused);
}

CK_OBJECT_HANDLE Session::derive(Mechanism mechanism, CK_OBJECT_HANDLE base_key, Template key) {
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    MUST(try_derive(std::move(mechanism), base_key, std::move(key), &made));
    return made;
}

CK_RV Session::try_derive(Mechanism mechanism, CK_OBJECT_HANDLE base_key, Template key, CK_OBJECT_HANDLE* made) {
    CK_OBJECT_HANDLE unused = CK_INVALID_HANDLE;
    return f()->C_DeriveKey(handle_, mechanism.get(), base_key, key.data(), key.size(), made ? made : &unused);
}

}  // namespace kvp11::test
