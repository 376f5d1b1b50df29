#include "crypto/sp108.hpp"

#include <algorithm>
#include <limits>

#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using Kind = Sp108Part::Kind;

std::ptrdiff_t count_of(const Sp108Algorithm& algorithm, Kind kind) {
    return std::count_if(algorithm.parts.begin(), algorithm.parts.end(),
                         [kind](const Sp108Part& part) { return part.kind == kind; });
}

Result<void> check_parts(const Sp108Algorithm& algorithm) {
    const std::ptrdiff_t counters = count_of(algorithm, Kind::Counter);
    const std::ptrdiff_t feedbacks = count_of(algorithm, Kind::Feedback);
    const bool is_counter = algorithm.mode == Sp108Mode::Counter;
    if (is_counter ? counters != 1 || feedbacks != 0 : feedbacks != 1 || counters > 1) {
        return fail(Errc::MechanismParamInvalid,
                    is_counter
                        ? "counter mode has one counter among its data, and no feedback"
                        : "feedback and double-pipeline mode have one iteration variable, and one counter at most");
    }
    if (algorithm.mode != Sp108Mode::Feedback && !algorithm.iv.empty()) {
        return fail(Errc::MechanismParamInvalid, "only feedback mode has an IV");
    }
    return {};
}

/// How many segments the parts' counter can number. A mode without one has the limit that SP 800-108 sets for all.
Result<std::uint64_t> most_segments(const Sp108Algorithm& algorithm) {
    for (const Sp108Part& part : algorithm.parts) {
        if (part.kind != Kind::Counter) continue;
        if (part.width_bits == 0 || part.width_bits > 32 || part.width_bits % 8 != 0) {
            return fail(Errc::MechanismParamInvalid,
                        "got a counter of " + std::to_string(part.width_bits) + " bits, want 8, 16, 24 or 32");
        }
        return (std::uint64_t{1} << part.width_bits) - 1;
    }
    return std::uint64_t{std::numeric_limits<std::uint32_t>::max()};
}

Result<void> check_size(const Sp108Algorithm& algorithm, std::size_t size) {
    const std::uint64_t most = TRY(most_segments(algorithm));
    const std::size_t segment = sp108_segment(algorithm.prf);
    if (size >= 1 && (size - 1) / segment < most) return {};
    return fail(Errc::KeySizeRange, "got " + std::to_string(size) + " bytes to derive, want 1 to " +
                                        std::to_string(most) + " times " + std::to_string(segment));
}

/// A(i) of the double pipeline: the PRF of A(i-1), which in the beginning is all that is fixed.
Result<void> advance(Mac& prf, const Sp108Algorithm& algorithm, SecretBytes& state, bool is_first) {
    if (!is_first) TRY(prf.update(state.expose_bytes()));
    for (const Sp108Part& part : algorithm.parts) {
        if (is_first && part.kind == Kind::Bytes) TRY(prf.update(part.bytes));
    }
    SecretBytes next(prf.size());
    TRY(prf.finish(next.expose_writable()));
    state = std::move(next);
    return {};
}

Result<void> feed(Mac& prf, const Sp108Algorithm& algorithm, const SecretBytes& state, std::uint64_t iteration) {
    for (const Sp108Part& part : algorithm.parts) {
        if (part.kind == Kind::Bytes) {
            TRY(prf.update(part.bytes));
        } else if (part.kind == Kind::Feedback) {
            TRY(prf.update(state.expose_bytes()));
        } else {
            const Bytes number = TRY(sp108_number(iteration, part.width_bits, part.little_endian));
            TRY(prf.update(number));
        }
    }
    return {};
}

}  // namespace

std::size_t sp108_segment(const SignatureAlgorithm& prf) {
    return prf.scheme == SignatureScheme::AesCmac ? 16 : digest_size(prf.digest);
}

Result<SecretBytes> sp108(const SecretBytes& key, const Sp108Algorithm& algorithm, std::size_t size) {
    TRY(check_parts(algorithm));
    TRY(check_size(algorithm, size));
    const std::unique_ptr<Mac> prf = TRY(mac(key, algorithm.prf));
    const std::size_t segment = prf->size();
    SecretBytes derived((size + segment - 1) / segment * segment);
    SecretBytes state = SecretBytes::copy_of(algorithm.iv);
    std::uint64_t iteration = 0;
    for (MutableBytes rest = derived.expose_writable(); !rest.empty(); rest = rest.subspan(segment)) {
        if (algorithm.mode == Sp108Mode::DoublePipeline) TRY(advance(*prf, algorithm, state, iteration == 0));
        TRY(feed(*prf, algorithm, state, ++iteration));
        TRY(prf->finish(rest.first(segment)));
        if (algorithm.mode == Sp108Mode::Feedback) state = SecretBytes::copy_of(rest.first(segment));
    }
    derived.shrink(size);
    return derived;
}

Result<Bytes> sp108_number(std::uint64_t number, std::size_t width_bits, bool little_endian) {
    if (width_bits == 0 || width_bits > 64 || width_bits % 8 != 0) {
        return fail(Errc::MechanismParamInvalid,
                    "got a number of " + std::to_string(width_bits) + " bits, want 8 to 64 in steps of 8");
    }
    if (width_bits < 64 && number >> width_bits != 0) {
        return fail(Errc::MechanismParamInvalid,
                    std::to_string(number) + " does not fit into " + std::to_string(width_bits) + " bits");
    }
    Bytes bytes(width_bits / 8);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(number);
        number >>= 8;
    }
    if (!little_endian) std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

}  // namespace kvp11::crypto
