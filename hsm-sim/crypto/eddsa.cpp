#include "crypto/eddsa.hpp"

#include "crypto/library.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::uint8_t nothing = 0;
const std::uint8_t* pointer_to(ByteView input) { return input.empty() ? &nothing : input.data(); }

class EddsaSigner final : public Signer {
public:
    EddsaSigner(EvpMdCtx context, Curve curve) : context_(std::move(context)), curve_(curve) {}

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        if (signature.size() < size()) return fail(Errc::BufferTooSmall, "the signature does not fit");
        ErrorMark mark;
        std::size_t written = signature.size();
        if (EVP_DigestSign(context_.get(), signature.data(), &written, pointer_to(input), input.size()) != 1) {
            return openssl_failure("EdDSA");
        }
        return written;
    }

private:
    EvpMdCtx context_;
    Curve curve_;
};

class EddsaVerifier final : public Verifier {
public:
    EddsaVerifier(EvpMdCtx context, Curve curve) : context_(std::move(context)), curve_(curve) {}

    [[nodiscard]] std::size_t size() const noexcept override { return 2 * curve_size(curve_); }

    Result<void> verify(ByteView input, ByteView signature) override {
        if (signature.size() != size()) {
            return fail(Errc::SignatureLenRange, "got a signature of " + std::to_string(signature.size()) +
                                                     " bytes, want " + std::to_string(size()));
        }
        ErrorMark mark;
        if (EVP_DigestVerify(context_.get(), signature.data(), signature.size(), pointer_to(input), input.size()) !=
            1) {
            if (memory_ran_out()) return openssl_failure("verifying with EdDSA");
            return fail(Errc::SignatureInvalid, "the signature is wrong");
        }
        return {};
    }

private:
    EvpMdCtx context_;
    Curve curve_;
};

Result<EvpMdCtx> ready_context(EVP_PKEY* key, bool signing) {
    ErrorMark mark;
    EvpMdCtx context(EVP_MD_CTX_new());
    if (!context) return fail(Errc::DeviceMemory, "no memory for EdDSA");
    auto* const begin = signing ? EVP_DigestSignInit_ex : EVP_DigestVerifyInit_ex;
    if (begin(context.get(), nullptr, nullptr, library_context(), nullptr, key, nullptr) != 1) {
        return openssl_failure("preparing EdDSA");
    }
    return context;
}

}  // namespace

Result<std::unique_ptr<Signer>> eddsa_signer(EVP_PKEY* key, Curve curve) {
    return std::make_unique<EddsaSigner>(TRY(ready_context(key, true)), curve);
}

Result<std::unique_ptr<Verifier>> eddsa_verifier(EVP_PKEY* key, Curve curve) {
    return std::make_unique<EddsaVerifier>(TRY(ready_context(key, false)), curve);
}

}  // namespace kvp11::crypto
