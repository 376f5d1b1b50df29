#include "managed_hsm/remote_signer.hpp"

#include <algorithm>
#include <array>

#include "crypto/jose.hpp"
#include "managed_hsm/operation_body.hpp"
#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t longest_digest = 64;

/// Bytes of the digest that each curve's algorithm takes.
constexpr std::size_t ecdsa_digest_size(Curve curve) {
    constexpr std::size_t sizes[] = {32, 48, 64, 32};
    return sizes[static_cast<std::size_t>(curve)];
}

std::size_t signature_size(const KeySpec& spec) {
    return spec.type == KeyType::Ec ? 2 * curve_size(spec.curve) : (spec.bits + 7) / 8;
}

/// Path and body are put together once; a signature adds its digest to them.
class RemoteSigner : public Signer {
public:
    RemoteSigner(const RemoteService& service, KeyRecordPtr key)
        : service_(service),
          key_(std::move(key)),
          path_(key_path(key_->id, "sign")),
          size_(signature_size(key_->spec)) {}

    [[nodiscard]] std::size_t size() const noexcept override { return size_; }

protected:
    [[nodiscard]] const KeySpec& spec() const noexcept { return key_->spec; }

    Result<std::size_t> send(OperationBody& body, ByteView digest, MutableBytes signature) const {
        body.restart();
        body.add("value", digest);
        const auto answer = TRY(service_.operate(*key_, path_, body.finish()));
        TRY(parse_operation_value(answer.expose_body(), signature.first(size_)));
        return size_;
    }

private:
    const RemoteService& service_;
    KeyRecordPtr key_;
    std::string path_;
    std::size_t size_;
};

class DigestSigner final : public RemoteSigner {
public:
    DigestSigner(const RemoteService& service, KeyRecordPtr key, std::string_view word, std::size_t wanted)
        : RemoteSigner(service, std::move(key)), body_(word, longest_digest), wanted_(wanted) {}

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        if (input.size() == wanted_) return send(body_, input, signature);
        return fail(Errc::DataLenRange,
                    "got a digest of " + std::to_string(input.size()) + " bytes, want " + std::to_string(wanted_));
    }

private:
    OperationBody body_;
    std::size_t wanted_;
};

class EcdsaSigner final : public RemoteSigner {
public:
    EcdsaSigner(const RemoteService& service, KeyRecordPtr key, std::string_view word)
        : RemoteSigner(service, std::move(key)), body_(word, longest_digest) {}

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        std::array<std::uint8_t, longest_digest> room{};
        const MutableBytes fitted = MutableBytes(room).first(ecdsa_digest_size(spec().curve));
        TRY(fit_ecdsa_digest(spec().curve, input, fitted));
        return send(body_, fitted, signature);
    }

private:
    OperationBody body_;
};

/// The caller made the DigestInfo; the service makes its own, of the same digest.
class DigestInfoSigner final : public RemoteSigner {
public:
    using RemoteSigner::RemoteSigner;

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        const auto info = digest_info_in(input);
        if (!info) {
            return refused(Errc::DataInvalid, "CKM_RSA_PKCS of something else than a DigestInfo of SHA-256, SHA-384 or "
                                              "SHA-512: the service signs nothing else");
        }
        OperationBody body(info->word, longest_digest);
        return send(body, info->digest, signature);
    }
};

}  // namespace

Result<void> fit_ecdsa_digest(Curve curve, ByteView digest, MutableBytes fitted) {
    if (digest.size() <= fitted.size()) {
        std::copy(digest.begin(), digest.end(), fitted.end() - static_cast<std::ptrdiff_t>(digest.size()));
        return {};
    }
    if (curve != Curve::P521) {
        std::copy_n(digest.begin(), fitted.size(), fitted.begin());
        return {};
    }
    // 521 bits of the digest count, and 512 can be sent: the same number when those in front are zero.
    constexpr std::size_t order_bytes = 66;
    std::array<std::uint8_t, order_bytes> number{};
    const ByteView counting = digest.first(std::min(digest.size(), order_bytes));
    std::copy(counting.begin(), counting.end(), number.end() - static_cast<std::ptrdiff_t>(counting.size()));
    if (counting.size() == order_bytes) {
        for (std::size_t i = order_bytes; i-- > 0;) {
            const unsigned above = i == 0 ? 0U : number[i - 1];
            number[i] = static_cast<std::uint8_t>(above << 1U | number[i] >> 7U);
        }
    }
    if (number[0] != 0 || number[1] != 0) {
        return fail(Errc::DataLenRange, "got " + std::to_string(digest.size()) +
                                            " bytes for P-521, and the service takes digests of 64 bytes at most");
    }
    std::copy(number.begin() + 2, number.end(), fitted.begin());
    return {};
}

Result<std::unique_ptr<Signer>> remote_signer(const RemoteService& service, KeyRecordPtr key,
                                              const SignatureAlgorithm& algorithm) {
    const std::string_view word = TRY(signature_word(algorithm, key->spec));
    if (algorithm.scheme == SignatureScheme::Ecdsa) {
        return std::make_unique<EcdsaSigner>(service, std::move(key), word);
    }
    if (algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo) {
        return std::make_unique<DigestInfoSigner>(service, std::move(key));
    }
    return std::make_unique<DigestSigner>(service, std::move(key), word, digest_size(algorithm.digest));
}

}  // namespace kvp11::managed_hsm
