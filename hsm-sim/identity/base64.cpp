#include "identity/base64.hpp"

#include <algorithm>

#include "crypto/jose.hpp"

namespace kvp11::identity {
namespace {

std::string translated(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t i = 0; i < from.size(); ++i) std::replace(text.begin(), text.end(), from[i], to[i]);
    return text;
}

}  // namespace

std::string base64(ByteView bytes) {
    std::string text = translated(crypto::base64url(bytes), "-_", "+/");
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    if (text.find_first_of("-_") != std::string_view::npos) return fail(Errc::DataInvalid, "not base64 but base64url");
    return crypto::from_base64url(translated(std::string(text), "+/", "-_"));
}

}  // namespace kvp11::identity
