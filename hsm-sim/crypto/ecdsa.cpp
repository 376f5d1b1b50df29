// The EC_KEY functions are what gives r and s as numbers. OpenSSL 3 calls them deprecated, and has no others for that.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ecdsa.hpp"

#include <openssl/ec.h>

#include <algorithm>
#include <array>

#include "crypto/der_reader.hpp"
#include "crypto/library.hpp"
#include "crypto/numbers.hpp"

namespace kvp11::crypto {
namespace {

// SEQUENCE { INTEGER, INTEGER } of two P-521 values: 2 · (2 + 1 + 66) + 3.
using DerSignature = std::array<std::uint8_t, 144>;

std::size_t put_integer(ByteView digits, std::uint8_t* place) {
    digits = without_leading_zeros(digits);
    const bool zero_first = digits.empty() || digits[0] >= 0x80;
    const std::size_t size = digits.size() + (zero_first ? 1 : 0);
    place[0] = static_cast<std::uint8_t>(DerTag::Integer);
    place[1] = static_cast<std::uint8_t>(size);
    place[2] = 0;
    std::copy(digits.begin(), digits.end(), place + 2 + (zero_first ? 1 : 0));
    return 2 + size;
}

std::size_t der_from_plain(ByteView plain, DerSignature& der) {
    DerSignature integers;
    std::size_t size = put_integer(plain.first(plain.size() / 2), integers.data());
    size += put_integer(plain.subspan(plain.size() / 2), integers.data() + size);
    std::size_t head = 0;
    der[head++] = static_cast<std::uint8_t>(DerTag::Sequence);
    if (size >= 0x80) der[head++] = 0x81;
    der[head++] = static_cast<std::uint8_t>(size);
    std::copy_n(integers.begin(), size, der.begin() + static_cast<std::ptrdiff_t>(head));
    return head + size;
}

/// Only the leftmost bits up to the order's count; more bytes than those change nothing.
ByteView leftmost(ByteView input, Curve curve) { return input.first(std::min(input.size(), curve_size(curve))); }

constexpr std::uint8_t nothing = 0;
const std::uint8_t* pointer_to(ByteView input) { return input.empty() ? &nothing : input.data(); }

class EcdsaSigner final : public Signer {
public:
    EcdsaSigner(std::shared_ptr<EC_KEY> key, Curve curve) : key_(std::move(key)), curve_(curve) {}

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        if (signature.size() < size()) return fail(Errc::BufferTooSmall, "the signature does not fit");
        ErrorMark mark;
        input = leftmost(input, curve_);
        const Signature made(ECDSA_do_sign(pointer_to(input), static_cast<int>(input.size()), key_.get()));
        const int half = static_cast<int>(curve_size(curve_));
        if (!made || BN_bn2binpad(ECDSA_SIG_get0_r(made.get()), signature.data(), half) != half ||
            BN_bn2binpad(ECDSA_SIG_get0_s(made.get()), signature.data() + half, half) != half) {
            return openssl_failure("ECDSA");
        }
        return size();
    }

private:
    using Signature = Handle<ECDSA_SIG, ECDSA_SIG_free>;

    std::shared_ptr<EC_KEY> key_;
    Curve curve_;
};

class EcdsaVerifier final : public Verifier {
public:
    EcdsaVerifier(EvpPkeyCtx context, Curve curve) : context_(std::move(context)), curve_(curve) {}

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<void> verify(ByteView input, ByteView signature) override {
        if (signature.empty() || signature.size() % 2 != 0 || signature.size() > size()) {
            return fail(Errc::SignatureLenRange, "got a signature of " + std::to_string(signature.size()) +
                                                     " bytes, want an even number up to " + std::to_string(size()));
        }
        ErrorMark mark;
        DerSignature der;
        const std::size_t der_size = der_from_plain(signature, der);
        input = leftmost(input, curve_);
        if (EVP_PKEY_verify(context_.get(), der.data(), der_size, pointer_to(input), input.size()) != 1) {
            if (memory_ran_out()) return openssl_failure("verifying with ECDSA");
            return fail(Errc::SignatureInvalid, "the signature is wrong");
        }
        return {};
    }

private:
    EvpPkeyCtx context_;
    Curve curve_;
};

}  // namespace

Result<EvpPkeyCtx> ecdsa_context(EVP_PKEY* key) {
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), key, nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1) return openssl_failure("preparing ECDSA");
    return context;
}

Result<std::shared_ptr<EC_KEY>> ecdsa_key(EVP_PKEY* key) {
    std::shared_ptr<EC_KEY> made(EVP_PKEY_get1_EC_KEY(key), EC_KEY_free);
    if (!made) return openssl_failure("preparing ECDSA");
    return made;
}

std::unique_ptr<Signer> ecdsa_signer(std::shared_ptr<EC_KEY> key, Curve curve) {
    return std::make_unique<EcdsaSigner>(std::move(key), curve);
}

Result<std::unique_ptr<Verifier>> ecdsa_verifier(const EVP_PKEY_CTX* ready, Curve curve) {
    EvpPkeyCtx context(EVP_PKEY_CTX_dup(ready));
    if (!context) return openssl_failure("preparing ECDSA");
    return std::make_unique<EcdsaVerifier>(std::move(context), curve);
}

}  // namespace kvp11::crypto
