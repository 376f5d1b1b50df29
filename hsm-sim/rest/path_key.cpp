#include "rest/path_key.hpp"

#include <algorithm>

#include "partition/key_names.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

// Private operations with larger RSA keys take longer than a millisecond.
constexpr std::uint32_t largest_quick_rsa = 2048;

char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

Failure not_found(const Exchange& exchange) {
    return refused(exchange, {Errc::KeyNotFound, "there is no key '" + exchange.path().name + "'"});
}

}  // namespace

Result<KeyId> path_of_new_key(const Exchange& exchange) {
    KeyId id{exchange.path().name, exchange.path().version};
    if (!partition::is_legal_name(id.name)) {
        return fail(Errc::KeyNameInvalid,
                    "The request URI contains an invalid name: want 1 to 127 of letters, digits and '-'");
    }
    std::transform(id.version.begin(), id.version.end(), id.version.begin(), lower);
    return id;
}

Result<KeyId> path_key(const Exchange& exchange) {
    KeyId id = TRY(path_of_new_key(exchange));
    const Result<std::shared_ptr<const Key>> key = exchange.partition->open(id);
    if (key.ok() && !is_of_service((*key)->record().spec.type)) return not_found(exchange);
    return id;
}

Failure refused(const Exchange& exchange, Error error) {
    return fail(exchange.partition->refuse(exchange.route->operation, exchange.path().name, std::move(error)).error());
}

Result<std::shared_ptr<const Key>> open_key(const Exchange& exchange) {
    const KeyId id = TRY(path_of_new_key(exchange));
    Result<std::shared_ptr<const Key>> key = exchange.partition->open(id);
    if (!key.ok() && key.code() == Errc::KeyNotFound) return refused(exchange, key.error());
    if (key.ok() && !is_of_service((*key)->record().spec.type)) return not_found(exchange);
    return key;
}

std::shared_ptr<const Key> peek_key(const Exchange& exchange) {
    const Result<KeyId> id = path_of_new_key(exchange);
    if (!id.ok()) return nullptr;
    Result<std::shared_ptr<const Key>> key = exchange.partition->open(*id);
    return key.ok() ? std::move(*key) : nullptr;
}

bool is_for_worker(const Exchange& exchange, const KeySpec& spec) noexcept {
    return !exchange.on_worker && spec.type == KeyType::Rsa && spec.bits > largest_quick_rsa;
}

}  // namespace kvp11::rest
