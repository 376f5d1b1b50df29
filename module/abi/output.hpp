// The two-call rule of PKCS#11 (2.40 §5.2), once for all functions with variable-length results.
//
// A size query (NULL buffer) never runs the operation. A buffer that is too small gets the length that
// is needed and keeps the operation. Everything else ends it, but for C_XUpdate that goes well. Where
// the length is known only afterwards (padding to strip), a small buffer makes the operation run
// into memory of its own, once, and the result waits there until a buffer fits it.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "token/operation_slot.hpp"

namespace kvp11::abi {

using token::is_part;
using token::Progress;
using token::Step;

/// The caller's buffer: where to write, and how much fits or did.
struct Output {
    CK_BYTE_PTR bytes;
    CK_ULONG_PTR length;
};

/// What is known of a result's length before there is one.
struct Bound {
    std::size_t size;
    bool exact;
};

/// Writes a result that is there already. BufferTooSmall.
template <class Element>
Result<void> write_list(const std::vector<Element>& items, Element* list, CK_ULONG* count) {
    if (count == nullptr) return fail(Errc::ArgumentsBad, "a pointer is NULL");
    const CK_ULONG room = std::exchange(*count, items.size());
    if (list == nullptr) return {};
    if (room < items.size()) return fail(Errc::BufferTooSmall);
    std::copy(items.begin(), items.end(), list);
    return {};
}

template <class Kind>
Result<Progress> deliver_kept(Kind& active, Step step, Output out) {
    const ByteView bytes = active.kept->bytes.expose_bytes();
    if (active.kept->step != step) return fail(Errc::OperationActive, "another function's result was not fetched");
    const CK_ULONG room = std::exchange(*out.length, bytes.size());
    if (out.bytes == nullptr) return Progress::Continues;
    if (room < bytes.size()) return fail(Errc::BufferTooSmall);
    if (!bytes.empty()) std::memcpy(out.bytes, bytes.data(), bytes.size());
    active.kept.reset();
    return is_part(step) ? Progress::Continues : Progress::Over;
}

/// `produce(MutableBytes)` runs the operation and returns Result<std::size_t>, the bytes written; it
/// gets `bound.size` bytes or more.
template <class Kind, class Produce>
Result<Progress> deliver(Kind& active, Step step, Bound bound, Output out, Produce produce) {
    if (out.length == nullptr) return fail(Errc::ArgumentsBad, "the length's pointer is NULL");
    if (step == Step::Whole && active.updated) return fail(Errc::OperationActive, "it was begun in parts");
    if (active.kept) return deliver_kept(active, step, out);
    const CK_ULONG room = *out.length;
    if (out.bytes == nullptr || (bound.exact && room < bound.size)) {
        *out.length = bound.size;
        if (out.bytes == nullptr) return Progress::Continues;
        return fail(Errc::BufferTooSmall);
    }
    if (is_part(step)) active.updated = true;
    if (room < bound.size) {
        SecretBytes kept(bound.size);
        kept.shrink(TRY(produce(kept.expose_writable())));
        active.kept = token::KeptResult{step, std::move(kept)};
        return deliver_kept(active, step, out);
    }
    *out.length = TRY(produce(MutableBytes(out.bytes, room)));
    return is_part(step) ? Progress::Continues : Progress::Over;
}

}  // namespace kvp11::abi
