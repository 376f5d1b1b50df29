#include "pipeline/service_error.hpp"

#include <algorithm>
#include <array>

namespace kvp11::pipeline {
namespace {

constexpr std::string_view any = {};

// As recorded from the service, and what vaults were seen to say. A condition that one operation has another name for
// stands before the general one; so does what a message says more exactly than its code.
constexpr auto rows = std::to_array<ServiceErrorRow>({
    // 400: what the caller gave does not go with the key or the operation.
    {400, any, any, "incompatible", any, Errc::AlgorithmNotSupported, "the key does not know this algorithm"},
    {400, any, any, "not for this key", any, Errc::AlgorithmNotSupported, "the key does not know this algorithm"},
    {400, any, any, "not supported", any, Errc::AlgorithmNotSupported, "the service does not know this algorithm"},
    {400, any, any, "does not allow this operation", any, Errc::KeyFunctionNotPermitted,
     "the key's operations do not include this one"},
    {400, any, any, "release policy", any, Errc::ReleasePolicyInvalid, "the release policy is not accepted"},
    {400, any, any, any, "decrypt", Errc::EncryptedDataInvalid, "the service cannot decrypt this"},
    {400, any, any, any, "unwrapkey", Errc::WrappedKeyInvalid, "the service cannot unwrap this"},
    {400, any, any, any, "wrapkey", Errc::KeyNotWrappable, "the service does not wrap this"},
    {400, any, any, "length", "sign", Errc::DataLenRange, "the digest has another length than the algorithm's"},
    {400, any, any, any, "sign", Errc::DataInvalid, "the service does not sign this"},
    {400, any, any, any, "verify", Errc::SignatureInvalid, "the service does not take this for a signature"},
    {400, any, any, "too l", "encrypt", Errc::DataLenRange, "the data is too long for the key"},
    {400, any, any, any, "encrypt", Errc::DataInvalid, "the service does not encrypt this"},
    {400, any, any, any, "create", Errc::AttributeValueInvalid, "the service does not make such a key"},
    {400, any, any, "key name", any, Errc::KeyNameInvalid, "the service does not take this name for a key's"},
    {400, any, any, any, any, Errc::ArgumentsBad, "the service does not accept this"},
    {401, any, any, any, any, Errc::UserNotLoggedIn, "the service did not take the token"},
    // 403: who asks, from where, and what state the key is in.
    {403, any, "ForbiddenByFirewall", any, any, Errc::AccessDenied,
     "the service's firewall does not admit this machine's address"},
    {403, any, any, "client address is not authorized", any, Errc::AccessDenied,
     "the service's firewall does not admit this machine's address"},
    {403, any, "ForbiddenByPolicy", any, any, Errc::AccessDenied, "the vault's access policy does not allow this"},
    {403, any, "ForbiddenByRbac", any, any, Errc::AccessDenied, "no role assignment allows this"},
    {403, "AccessDenied", any, any, any, Errc::AccessDenied, "no role assignment allows this"},
    {403, any, "AccessDenied", any, any, Errc::AccessDenied, "access is denied"},
    {403, any, "KeyDisabled", any, any, Errc::KeyDisabled, "the key is disabled"},
    {403, any, "KeyExpired", any, any, Errc::KeyExpired, "the key has expired"},
    {403, any, "KeyNotYetValid", any, any, Errc::KeyNotYetValid, "the key is not valid yet"},
    {403, any, any, "is disabled", any, Errc::KeyDisabled, "the key is disabled"},
    {403, any, any, "disabled key", any, Errc::KeyDisabled, "the key is disabled"},
    {403, any, any, "has expired", any, Errc::KeyExpired, "the key has expired"},
    {403, any, any, "expired key", any, Errc::KeyExpired, "the key has expired"},
    {403, any, any, "not valid yet", any, Errc::KeyNotYetValid, "the key is not valid yet"},
    {403, any, any, "not yet valid", any, Errc::KeyNotYetValid, "the key is not valid yet"},
    {403, any, any, "purge protection", any, Errc::PurgeProtected, "purge protection keeps this key"},
    {403, any, any, "100 versions", any, Errc::KeyVersionLimit, "the key has as many versions as there can be"},
    {403, any, any, "does not allow this operation", any, Errc::KeyFunctionNotPermitted,
     "the key's operations do not include this one"},
    {403, any, any, "not permitted on this key", any, Errc::KeyFunctionNotPermitted,
     "the key's operations do not include this one"},
    {403, any, any, "not extractable", any, Errc::KeyUnextractable, "the key does not leave the service"},
    {403, any, any, "not exportable", any, Errc::KeyUnextractable, "the key does not leave the service"},
    {403, any, any, "security domain", any, Errc::PartitionNotActive, "the HSM is not active"},
    {403, any, any, "partition is", any, Errc::PartitionNotActive, "the HSM is not active"},
    {403, any, any, any, any, Errc::AccessDenied, "access is denied"},
    // 404: of the service's own answers, that there is no such thing.
    {404, "KeyNotFound", any, any, any, Errc::KeyNotFound, "there is no such key"},
    {404, "RoleAssignmentNotFound", any, any, any, Errc::RoleAssignmentNotFound, "there is no such role assignment"},
    {404, "RoleDefinitionNotFound", any, any, any, Errc::RoleDefinitionNotFound, "there is no such role definition"},
    {404, "NotFound", any, "no resource at", any, Errc::FunctionNotSupported, "this service does not have that"},
    {404, any, any, any, any, Errc::KeyNotFound, "there is no such key"},
    {405, any, any, any, any, Errc::FunctionNotSupported, "this service does not do that"},
    // 409: the name is taken.
    {409, any, "ObjectIsDeletedButRecoverable", any, any, Errc::KeyDeleted,
     "a deleted key holds the name until it is recovered or purged"},
    {409, any, "ObjectIsBeingDeleted", any, any, Errc::KeyDeleted, "the key of this name is being deleted"},
    {409, any, any, "deleted but recoverable", any, Errc::KeyDeleted,
     "a deleted key holds the name until it is recovered or purged"},
    {409, any, any, "being deleted", any, Errc::KeyDeleted, "the key of this name is being deleted"},
    {409, any, any, any, any, Errc::KeyExists, "there is something of this name"},
    {413, any, any, any, any, Errc::DataLenRange, "the request is too large for the service"},
    {429, any, any, any, any, Errc::DeviceError, "the service is asked too much and would not be asked more"},
    {501, any, any, any, any, Errc::FunctionNotSupported, "this service does not do that"},
    {503, any, any, any, any, Errc::DeviceError, "the service is not available"},
    {0, any, any, any, any, Errc::DeviceError, "the service failed"},
});

// Somebody else than the service said so: it tells nothing of keys and rights.
constexpr ServiceErrorRow stranger = {
    0, any, any, any, any, Errc::DeviceError, "what answered is no Managed HSM or Key Vault; is the slot's url right?"};

char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same(char one, char other) noexcept { return lower(one) == lower(other); }

bool equal(std::string_view wanted, std::string_view is) noexcept {
    return wanted.empty() || std::equal(wanted.begin(), wanted.end(), is.begin(), is.end(), same);
}

bool contains(std::string_view text, std::string_view words) noexcept {
    return words.empty() || std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

std::string_view operation_of(std::string_view path) noexcept { return path.substr(path.rfind('/') + 1); }

bool fits(const ServiceErrorRow& row, const ServiceAnswer& answer, std::string_view operation) noexcept {
    return (row.status == 0 || row.status == answer.status) && equal(row.code, answer.code) &&
           equal(row.inner_code, answer.inner_code) && contains(answer.message, row.words) &&
           equal(row.operation, operation);
}

}  // namespace

std::span<const ServiceErrorRow> service_error_rows() noexcept { return rows; }

const ServiceErrorRow& row_for(const ServiceAnswer& answer, std::string_view path) noexcept {
    const bool is_redirect = answer.status >= 300 && answer.status < 400;
    if (is_redirect || (answer.status < 500 && answer.status != 401 && answer.status != 429 && !answer.by_service())) {
        return stranger;
    }
    const std::string_view operation = operation_of(path);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const ServiceErrorRow& one) { return fits(one, answer, operation); });
    return row == rows.end() ? rows.back() : *row;
}

std::string named(const ServiceAnswer& answer) {
    std::string text = std::to_string(answer.status);
    if (!answer.code.empty()) text += " " + answer.code;
    if (!answer.inner_code.empty()) text += " (" + answer.inner_code + ")";
    return text;
}

Error service_error(const ServiceAnswer& answer, std::string_view path) {
    const ServiceErrorRow& row = row_for(answer, path);
    std::string message = std::string(row.sentence) + ": " + named(answer);
    if (!answer.message.empty()) message += ", '" + answer.message + "'";
    if (!answer.body_kind.empty()) message += ", with " + answer.body_kind;
    if (!answer.request_id.empty()) message += "; request id " + answer.request_id;
    return {row.condition, std::move(message)};
}

}  // namespace kvp11::pipeline
