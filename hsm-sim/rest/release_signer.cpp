#include "rest/release_signer.hpp"

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

constexpr std::uint32_t own_key_bits = 2048;
constexpr int certificate_days = 365;

// Standard base64 of the DER (RFC 7515 4.1.6): what stands between the lines of a PEM file.
std::string x5c_of(const crypto::Certificate& certificate) {
    std::string base64;
    const std::string pem = crypto::certificate_pem(certificate);
    for (std::size_t begin = 0; begin < pem.size();) {
        const std::size_t end = pem.find('\n', begin);
        const std::string_view line = std::string_view(pem).substr(begin, end - begin);
        if (!line.starts_with('-')) base64 += line;
        begin = end == std::string::npos ? pem.size() : end + 1;
    }
    return base64;
}

std::string part_of(const json::object& object) { return crypto::base64url(bytes_of(wire_text(object))); }

}  // namespace

ReleaseSigner::ReleaseSigner(std::string common_name) : common_name_(std::move(common_name)) {}

ReleaseSigner::ReleaseSigner(std::shared_ptr<const crypto::PrivateHalf> key, std::vector<crypto::Certificate> chain)
    : key_(std::move(key)), chain_(std::move(chain)) {}

Result<void> ReleaseSigner::prepare() {
    const std::lock_guard lock(mutex_);
    if (key_) return {};
    auto key = TRY(crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = own_key_bits}));
    chain_.push_back(TRY(crypto::self_signed(*key, common_name_, certificate_days)));
    key_ = std::move(key);
    return {};
}

Result<std::string> ReleaseSigner::sign(const json::object& payload) {
    TRY(prepare());
    const std::string thumbprint = crypto::base64url(chain_.front().sha256_thumbprint);
    json::array x5c;
    for (const crypto::Certificate& certificate : chain_) x5c.emplace_back(x5c_of(certificate));
    std::string jws = part_of(
        {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", thumbprint}, {"x5t#S256", thumbprint}, {"x5c", std::move(x5c)}});
    jws += '.';
    jws += part_of(payload);
    const auto signer = TRY(key_->signer({SignatureScheme::RsaPkcs1, Digest::Sha256}));
    Bytes signature(signer->size());
    TRY(signer->sign(crypto::hash(Digest::Sha256, bytes_of(jws)), signature));
    jws += '.';
    crypto::append_base64url(jws, signature);
    return jws;
}

}  // namespace kvp11::rest
