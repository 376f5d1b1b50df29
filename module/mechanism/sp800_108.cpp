// PKCS#11 3.1 §6.42: the three key derivation functions of SP 800-108, for one key or several.
#include <algorithm>

#include "crypto/sp108.hpp"
#include "mechanism/derivation.hpp"
#include "mechanism/parameter_reading.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

using crypto::Sp108Mode;
using crypto::Sp108Part;

constexpr CK_ULONG most_pieces = 1000;
constexpr CK_ULONG most_keys = 1000;

struct PrfRow {
    CK_MECHANISM_TYPE type;
    SignatureScheme scheme;
    Digest digest;
};
constexpr PrfRow prf_rows[] = {
    {CKM_SHA_1_HMAC, SignatureScheme::Hmac, Digest::Sha1},
    {CKM_SHA224_HMAC, SignatureScheme::Hmac, Digest::Sha224},
    {CKM_SHA256_HMAC, SignatureScheme::Hmac, Digest::Sha256},
    {CKM_SHA384_HMAC, SignatureScheme::Hmac, Digest::Sha384},
    {CKM_SHA512_HMAC, SignatureScheme::Hmac, Digest::Sha512},
    {CKM_SHA512_224_HMAC, SignatureScheme::Hmac, Digest::Sha512_224},
    {CKM_SHA512_256_HMAC, SignatureScheme::Hmac, Digest::Sha512_256},
    {CKM_SHA3_224_HMAC, SignatureScheme::Hmac, Digest::Sha3_224},
    {CKM_SHA3_256_HMAC, SignatureScheme::Hmac, Digest::Sha3_256},
    {CKM_SHA3_384_HMAC, SignatureScheme::Hmac, Digest::Sha3_384},
    {CKM_SHA3_512_HMAC, SignatureScheme::Hmac, Digest::Sha3_512},
    {CKM_AES_CMAC, SignatureScheme::AesCmac, Digest::Sha256},
};

/// A field of the PRF's input as the parameter has it.
struct Piece {
    enum class Kind : std::uint8_t { Counter, Feedback, Length, Data, Key };
    Kind kind;
    CK_SP800_108_COUNTER_FORMAT counter{};
    CK_SP800_108_DKM_LENGTH_FORMAT length{};
    Bytes data{};
};

struct KdfPlan {
    Sp108Mode mode;
    SignatureAlgorithm prf;
    std::vector<Piece> pieces;
    std::vector<CK_OBJECT_HANDLE> keys;  // of the pieces that are keys, in their order
    Bytes iv;
    std::span<const CK_DERIVED_KEY> additional;
};

class Kdf final : public Derivation {
public:
    explicit Kdf(KdfPlan plan) : plan_(std::move(plan)) {}
    std::span<const CK_OBJECT_HANDLE> other_keys() const noexcept override { return plan_.keys; }
    std::span<const CK_DERIVED_KEY> additional_keys() const noexcept override { return plan_.additional; }
    Result<std::vector<DerivedValue>> derive(std::span<const DerivationInput> inputs,
                                             std::span<const std::size_t> sizes) const override;

private:
    KdfPlan plan_;
};

/// Keys begin with a segment of their own.
std::size_t whole_segments(std::size_t size, std::size_t segment) { return (size + segment - 1) / segment * segment; }

/// Bytes of the keys of one call, as the keys take them and as the PRF makes them.
struct Lengths {
    std::size_t keys = 0;
    std::size_t segments = 0;
};

Result<Lengths> lengths_of(std::span<const std::size_t> sizes, std::size_t segment) {
    Lengths lengths;
    for (const std::size_t size : sizes) {
        if (size == 0) return fail(Errc::TemplateIncomplete, "each key wants CKA_VALUE_LEN");
        lengths.keys += size;
        lengths.segments += whole_segments(size, segment);
    }
    return lengths;
}

Result<void> check_base(const SignatureAlgorithm& prf, KeyType base) {
    const KeyType wanted = prf.scheme == SignatureScheme::AesCmac ? KeyType::Aes : KeyType::GenericSecret;
    if (base == wanted) return {};
    return fail(Errc::KeyTypeInconsistent, "AES-CMAC wants an AES key, HMAC a generic secret or one of HMAC's");
}

/// The PRF's input: parts, and the numbers among them that they refer to.
struct PrfInput {
    std::vector<Bytes> numbers;
    std::vector<Sp108Part> parts;
};

Result<Bytes> length_field(const CK_SP800_108_DKM_LENGTH_FORMAT& format, const Lengths& lengths) {
    const bool of_keys = format.dkmLengthMethod == CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS;
    const std::size_t bytes = of_keys ? lengths.keys : lengths.segments;
    return crypto::sp108_number(8 * bytes, format.ulWidthInBits, format.bLittleEndian != CK_FALSE);
}

Result<PrfInput> input_of(const std::vector<Piece>& pieces, const Lengths& lengths,
                          std::span<const DerivationInput> keys) {
    PrfInput input;
    input.numbers.reserve(pieces.size());
    std::size_t next_key = 1;  // the first one is the base
    for (const Piece& piece : pieces) {
        switch (piece.kind) {
            case Piece::Kind::Counter:
                input.parts.push_back(
                    {Sp108Part::Kind::Counter, piece.counter.ulWidthInBits, piece.counter.bLittleEndian != CK_FALSE});
                break;
            case Piece::Kind::Feedback: input.parts.push_back({.kind = Sp108Part::Kind::Feedback}); break;
            case Piece::Kind::Length:
                input.numbers.push_back(TRY(length_field(piece.length, lengths)));
                input.parts.push_back({.bytes = input.numbers.back()});
                break;
            case Piece::Kind::Data: input.parts.push_back({.bytes = piece.data}); break;
            case Piece::Kind::Key: input.parts.push_back({.bytes = keys[next_key++].value.expose_bytes()}); break;
        }
    }
    return input;
}

Result<std::vector<DerivedValue>> Kdf::derive(std::span<const DerivationInput> inputs,
                                              std::span<const std::size_t> sizes) const {
    TRY(check_base(plan_.prf, inputs.front().type));
    const std::size_t segment = crypto::sp108_segment(plan_.prf);
    const Lengths lengths = TRY(lengths_of(sizes, segment));
    const PrfInput input = TRY(input_of(plan_.pieces, lengths, inputs));
    // The last key needs no more of its last segment than it takes.
    const std::size_t total = lengths.segments - whole_segments(sizes.back(), segment) + sizes.back();
    const SecretBytes all = TRY(crypto::sp108(
        inputs.front().value, {.mode = plan_.mode, .prf = plan_.prf, .parts = input.parts, .iv = plan_.iv}, total));
    std::vector<DerivedValue> values;
    std::size_t at = 0;
    for (const std::size_t size : sizes) {
        values.push_back({SecretBytes::copy_of(all.expose_bytes().subspan(at, size))});
        at += whole_segments(size, segment);
    }
    return values;
}

// --- decoding

Result<SignatureAlgorithm> prf_of(CK_SP800_108_PRF_TYPE type) {
    for (const PrfRow& row : prf_rows) {
        if (row.type == type) return SignatureAlgorithm{.scheme = row.scheme, .digest = row.digest};
    }
    return invalid_parameter("unknown pseudorandom function " + std::to_string(type));
}

ByteView value_of(const CK_PRF_DATA_PARAM& field) {
    return {static_cast<const std::uint8_t*>(field.pValue), field.pValue == nullptr ? 0 : field.ulValueLen};
}

Result<Piece> counter_piece(const CK_PRF_DATA_PARAM& field) {
    Piece piece{.kind = Piece::Kind::Counter};
    piece.counter = TRY(read_parameter<CK_SP800_108_COUNTER_FORMAT>(value_of(field), "CK_SP800_108_COUNTER_FORMAT"));
    const CK_ULONG width = piece.counter.ulWidthInBits;
    if (width < 8 || width > 32 || width % 8 != 0) {
        return invalid_parameter("counter of " + std::to_string(width) + " bits, want 8, 16, 24 or 32");
    }
    return piece;
}

Result<Piece> iteration_piece(const CK_PRF_DATA_PARAM& field, Sp108Mode mode) {
    if (mode == Sp108Mode::Counter) return counter_piece(field);
    if (field.pValue != nullptr || field.ulValueLen != 0) return invalid_parameter("iteration variable with a format");
    return Piece{.kind = Piece::Kind::Feedback};
}

Result<Piece> length_piece(const CK_PRF_DATA_PARAM& field) {
    Piece piece{.kind = Piece::Kind::Length};
    piece.length =
        TRY(read_parameter<CK_SP800_108_DKM_LENGTH_FORMAT>(value_of(field), "CK_SP800_108_DKM_LENGTH_FORMAT"));
    const CK_ULONG method = piece.length.dkmLengthMethod;
    const CK_ULONG width = piece.length.ulWidthInBits;
    if (method != CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS && method != CK_SP800_108_DKM_LENGTH_SUM_OF_SEGMENTS) {
        return invalid_parameter("unknown way to count the length");
    }
    if (width < 8 || width > 64 || width % 8 != 0) {
        return invalid_parameter("length of " + std::to_string(width) + " bits, want 8, 16 … 64");
    }
    return piece;
}

Result<Piece> piece_of(const CK_PRF_DATA_PARAM& field, KdfPlan& plan) {
    switch (field.type) {
        case CK_SP800_108_ITERATION_VARIABLE: return iteration_piece(field, plan.mode);
        case CK_SP800_108_COUNTER:
            if (plan.mode == Sp108Mode::Counter) return invalid_parameter("a counter beside counter mode's own");
            return counter_piece(field);
        case CK_SP800_108_DKM_LENGTH: return length_piece(field);
        case CK_SP800_108_BYTE_ARRAY: {
            if (field.ulValueLen == 0) return invalid_parameter("empty byte array");
            Piece piece{.kind = Piece::Kind::Data};
            piece.data = copy_of(TRY(pointed_bytes(field.pValue, field.ulValueLen, "byte array")));
            return piece;
        }
        case CK_SP800_108_KEY_HANDLE:
            plan.keys.push_back(TRY(read_parameter<CK_OBJECT_HANDLE>(value_of(field), "CK_OBJECT_HANDLE")));
            return Piece{.kind = Piece::Kind::Key};
        default: return invalid_parameter("unknown field type " + std::to_string(field.type));
    }
}

Result<void> check_counts(const KdfPlan& plan) {
    const auto count = [&](Piece::Kind kind) {
        return std::count_if(plan.pieces.begin(), plan.pieces.end(), [&](const Piece& p) { return p.kind == kind; });
    };
    const bool by_counter = plan.mode == Sp108Mode::Counter;
    if (count(by_counter ? Piece::Kind::Counter : Piece::Kind::Feedback) != 1) {
        return invalid_parameter("the iteration variable must be there once");
    }
    if (count(Piece::Kind::Counter) > 1 || count(Piece::Kind::Length) > 1) {
        return invalid_parameter("counter and length may be there once");
    }
    return {};
}

template <class Params>
Result<KdfPlan> plan_of(const Params& params, Sp108Mode mode) {
    KdfPlan plan{mode, TRY(prf_of(params.prfType)), {}, {}, {}, {}};
    if (params.ulNumberOfDataParams > most_pieces || params.ulAdditionalDerivedKeys > most_keys) {
        return invalid_parameter("more fields or keys than any real caller's");
    }
    if ((params.pDataParams == nullptr) != (params.ulNumberOfDataParams == 0) ||
        (params.pAdditionalDerivedKeys == nullptr) != (params.ulAdditionalDerivedKeys == 0)) {
        return invalid_parameter("an array is NULL with a length, or there without one");
    }
    for (const CK_PRF_DATA_PARAM& field : std::span(params.pDataParams, params.ulNumberOfDataParams)) {
        plan.pieces.push_back(TRY(piece_of(field, plan)));
    }
    TRY(check_counts(plan));
    plan.additional = {params.pAdditionalDerivedKeys, params.ulAdditionalDerivedKeys};
    for (const CK_DERIVED_KEY& key : plan.additional) {
        if (key.phKey == nullptr) return invalid_parameter("nowhere to put an additional key's handle");
    }
    return plan;
}

}  // namespace

Result<std::unique_ptr<Derivation>> decode_counter_kdf(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_SP800_108_KDF_PARAMS>(parameter, "CK_SP800_108_KDF_PARAMS"));
    return std::make_unique<Kdf>(TRY(plan_of(params, Sp108Mode::Counter)));
}

Result<std::unique_ptr<Derivation>> decode_feedback_kdf(ByteView parameter) {
    const auto params =
        TRY(read_parameter<CK_SP800_108_FEEDBACK_KDF_PARAMS>(parameter, "CK_SP800_108_FEEDBACK_KDF_PARAMS"));
    KdfPlan plan = TRY(plan_of(params, Sp108Mode::Feedback));
    plan.iv = copy_of(TRY(pointed_bytes(params.pIV, params.ulIVLen, "initial value")));
    return std::make_unique<Kdf>(std::move(plan));
}

Result<std::unique_ptr<Derivation>> decode_double_pipeline_kdf(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_SP800_108_KDF_PARAMS>(parameter, "CK_SP800_108_KDF_PARAMS"));
    return std::make_unique<Kdf>(TRY(plan_of(params, Sp108Mode::DoublePipeline)));
}

}  // namespace kvp11::mechanism
