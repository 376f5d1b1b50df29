#include "managed_hsm/remote_wrapping.hpp"

#include "crypto/symmetric.hpp"
#include "managed_hsm/operation_body.hpp"
#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/remote_cipher.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t half_block = 8;
constexpr std::size_t block = 16;

Result<void> check_version(const RemoteService& service, const WrapAlgorithm& algorithm) {
    if (algorithm.scheme != WrapScheme::AesKwp || service.has_algorithms_of_7_6()) return {};
    return refused(Errc::AlgorithmNotSupported,
                   "AES key wrap with padding: the service has it from API version 7.6 on");
}

/// Lengths that no wrapped key has are refused here; PKCS#11 has a code for them.
Result<void> check_length(const WrapAlgorithm& algorithm, std::size_t size, bool wrapping) {
    const bool in_halves =
        algorithm.scheme == WrapScheme::AesKw || (algorithm.scheme == WrapScheme::AesKwp && !wrapping);
    const std::size_t unit = in_halves ? half_block : wrapping ? 1 : block;
    const std::size_t least = !in_halves                                           ? unit
                              : wrapping || algorithm.scheme == WrapScheme::AesKwp ? block
                                                                                   : 3 * half_block;
    if (size >= least && size % unit == 0 && size <= most_gathered) return {};
    return fail(wrapping ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                "got " + std::to_string(size) + " bytes, which the algorithm does not take");
}

/// AES-CBC is encryption to the service; the others are wrapping.
std::string_view operation_for(WrapScheme scheme, bool wrapping) {
    if (scheme == WrapScheme::AesCbcPad) return wrapping ? "encrypt" : "decrypt";
    return wrapping ? "wrapkey" : "unwrapkey";
}

Result<SecretBytes> operate(const RemoteService& service, const KeyRecord& key, SecretSize& size,
                            const WrapAlgorithm& algorithm, ByteView input, bool wrapping) {
    TRY(check_aes(algorithm));
    TRY(check_version(service, algorithm));
    TRY(check_length(algorithm, input.size(), wrapping));
    const std::string path = key_path(key.id, operation_for(algorithm.scheme, wrapping));
    const auto answer = TRY(size.operate([&](std::uint32_t bits) {
        OperationBody body(aes_word(algorithm.scheme, bits), input.size() + algorithm.iv.size());
        body.add("value", input);
        if (algorithm.scheme == WrapScheme::AesCbcPad) body.add("iv", algorithm.iv);
        return service.operate(key, path, body.finish());
    }));
    return std::move(TRY(parse_operation_result(answer.expose_body())).value);
}

}  // namespace

Result<Bytes> wrap_with_secret(const RemoteService& service, const KeyRecord& key, SecretSize& size,
                               const WrapAlgorithm& algorithm, const SecretMaterial& material) {
    const SecretBytes wrapped = TRY(operate(service, key, size, algorithm, material.expose_bytes(), true));
    return copy_of(wrapped.expose_bytes());
}

Result<SecretMaterial> unwrap_with_secret(const RemoteService& service, const KeyRecord& key, SecretSize& size,
                                          const WrapAlgorithm& algorithm, ByteView wrapped) {
    return operate(service, key, size, algorithm, wrapped, false);
}

Result<SecretMaterial> unwrap_with_rsa(const RemoteService& service, const KeyRecord& key,
                                       const WrapAlgorithm& algorithm, ByteView wrapped) {
    const std::string_view word = TRY(rsa_word(algorithm));
    const std::size_t modulus = (key.spec.bits + 7) / 8;
    const bool in_two_parts = algorithm.scheme == WrapScheme::RsaAesKeyWrap;
    if (in_two_parts ? wrapped.size() < modulus + block : wrapped.size() != modulus) {
        return fail(Errc::EncryptedDataLenRange, "got " + std::to_string(wrapped.size()) +
                                                     " bytes to unwrap with a modulus of " + std::to_string(modulus));
    }
    OperationBody body(word, modulus);
    body.add("value", wrapped.first(modulus));
    const std::string path = key_path(key.id, "unwrapkey");
    const auto answer = TRY(service.operate(key, path, body.finish()));
    OperationResult result = TRY(parse_operation_result(answer.expose_body()));
    if (!in_two_parts) return std::move(result.value);
    if (result.value.size() != algorithm.aes_bits / 8) {
        return fail(Errc::EncryptedDataInvalid, "the wrapping AES key inside has another size");
    }
    const WrapAlgorithm inner{.scheme = WrapScheme::AesKwp, .label = {}, .iv = {}};
    return crypto::aes_unwrap(result.value, inner, wrapped.subspan(modulus));
}

}  // namespace kvp11::managed_hsm
