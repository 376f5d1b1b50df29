// PKCS#11 3.1 §6.43: concatenation, exclusive or, extraction. The derived key holds bytes of its base (Heritage::Kept).
#include <algorithm>

#include "mechanism/derivation.hpp"
#include "mechanism/kept_bytes.hpp"
#include "mechanism/parameter_reading.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG longest_data = 65536;

using Inputs = std::span<const DerivationInput>;
using Sizes = std::span<const std::size_t>;

Failure too_few(std::size_t there, std::size_t wanted) {
    return fail(Errc::KeySizeRange,
                "the derivation gives " + std::to_string(there) + " bytes, not " + std::to_string(wanted));
}

std::vector<DerivedValue> one(SecretBytes value, bool partly_known) {
    std::vector<DerivedValue> all;
    all.push_back({std::move(value), partly_known});
    return all;
}

Result<Bytes> string_data(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_KEY_DERIVATION_STRING_DATA>(parameter, "CK_KEY_DERIVATION_STRING_DATA"));
    if (params.ulLen > longest_data) return invalid_parameter("data of more than 65536 bytes");
    return copy_of(TRY(pointed_bytes(params.pData, params.ulLen, "derivation data")));
}

/// Leading bytes of inputs one after the other.
Result<std::vector<DerivedValue>> concatenated(Inputs inputs, std::size_t wanted) {
    std::size_t total = 0;
    for (const DerivationInput& input : inputs) total += input.value.size();
    const std::size_t size = wanted == 0 ? total : wanted;
    if (size > total) return too_few(total, size);
    SecretBytes joined(size);
    std::size_t at = 0;
    bool known = false;
    for (const DerivationInput& input : inputs) {
        const std::size_t kept = std::min(input.value.size(), size - at);
        if (input.guarded) TRY(check_kept(kept, input.value.size(), input.partly_known));
        const ByteView bytes = input.value.expose_bytes().first(kept);
        std::copy(bytes.begin(), bytes.end(), joined.expose_writable().begin() + static_cast<std::ptrdiff_t>(at));
        at += kept;
        known = known || (kept > 0 && (!input.guarded || input.partly_known));
    }
    return one(std::move(joined), known);
}

class ConcatenationWithKey final : public Derivation {
public:
    explicit ConcatenationWithKey(CK_OBJECT_HANDLE other) : other_(other) {}
    std::span<const CK_OBJECT_HANDLE> other_keys() const noexcept override { return {&other_, 1}; }
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        return concatenated(inputs, sizes.front());
    }

private:
    CK_OBJECT_HANDLE other_;
};

class ConcatenationWithData final : public Derivation {
public:
    ConcatenationWithData(Bytes data, bool data_first) : data_(std::move(data)), data_first_(data_first) {}
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        const DerivationInput& base = inputs.front();
        DerivationInput both[2];
        both[data_first_ ? 1 : 0] = {base.value.clone(), base.type, base.guarded, base.partly_known};
        both[data_first_ ? 0 : 1].value = SecretBytes::copy_of(data_);
        return concatenated(both, sizes.front());
    }

private:
    Bytes data_;
    bool data_first_;
};

class ExclusiveOr final : public Derivation {
public:
    explicit ExclusiveOr(Bytes data) : data_(std::move(data)) {}
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        const DerivationInput& base = inputs.front();
        const std::size_t there = std::min(base.value.size(), data_.size());
        const std::size_t size = sizes.front() == 0 ? there : sizes.front();
        if (size > there) return too_few(there, size);
        if (size == 0) return invalid_parameter("no data");
        if (base.guarded) TRY(check_kept(size, base.value.size(), base.partly_known));
        SecretBytes value = SecretBytes::copy_of(base.value.expose_bytes().first(size));
        std::transform(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(size),
                       value.expose_writable().begin(), value.expose_writable().begin(),
                       [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
        return one(std::move(value), base.partly_known);
    }

private:
    Bytes data_;
};

/// Consecutive bits, over the end of the key to its beginning.
class Extraction final : public Derivation {
public:
    explicit Extraction(CK_ULONG first_bit) : first_bit_(first_bit) {}
    Result<std::vector<DerivedValue>> derive(Inputs inputs, Sizes sizes) const override {
        const DerivationInput& base = inputs.front();
        const ByteView bytes = base.value.expose_bytes();
        const std::size_t size = sizes.front();
        if (size == 0) return fail(Errc::TemplateIncomplete, "how many bytes to extract is not said");
        if (size > bytes.size()) return too_few(bytes.size(), size);
        if (first_bit_ >= 8 * bytes.size()) return invalid_parameter("the key has no bit of this number");
        if (base.guarded) TRY(check_kept(size, bytes.size(), base.partly_known));
        const std::size_t first = first_bit_ / 8;
        const unsigned shift = first_bit_ % 8;
        SecretBytes value(size);
        for (std::size_t i = 0; i < size; ++i) {
            const unsigned two =
                static_cast<unsigned>(bytes[(first + i) % bytes.size()]) << 8U | bytes[(first + i + 1) % bytes.size()];
            value.expose_writable()[i] = static_cast<std::uint8_t>(two >> (8U - shift));
        }
        return one(std::move(value), base.partly_known);
    }

private:
    CK_ULONG first_bit_;
};

}  // namespace

Result<std::unique_ptr<Derivation>> decode_concatenation_with_key(ByteView parameter) {
    return std::make_unique<ConcatenationWithKey>(TRY(read_parameter<CK_OBJECT_HANDLE>(parameter, "CK_OBJECT_HANDLE")));
}

Result<std::unique_ptr<Derivation>> decode_concatenation_with_data(ByteView parameter) {
    return std::make_unique<ConcatenationWithData>(TRY(string_data(parameter)), false);
}

Result<std::unique_ptr<Derivation>> decode_concatenation_after_data(ByteView parameter) {
    return std::make_unique<ConcatenationWithData>(TRY(string_data(parameter)), true);
}

Result<std::unique_ptr<Derivation>> decode_exclusive_or(ByteView parameter) {
    return std::make_unique<ExclusiveOr>(TRY(string_data(parameter)));
}

Result<std::unique_ptr<Derivation>> decode_extraction(ByteView parameter) {
    return std::make_unique<Extraction>(TRY(read_parameter<CK_EXTRACT_PARAMS>(parameter, "CK_EXTRACT_PARAMS")));
}

}  // namespace kvp11::mechanism
