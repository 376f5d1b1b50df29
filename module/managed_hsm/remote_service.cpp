#include "managed_hsm/remote_service.hpp"

#include <charconv>

#include "host/clock.hpp"
#include "log/log.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

/// "7.6", "7.6-preview.2", "2025-07-01"; versions by date came later, but for one of 2016.
bool is_7_6_or_later(std::string_view version) {
    unsigned major = 0;
    unsigned minor = 0;
    const char* end = version.data() + version.size();
    const auto read = std::from_chars(version.data(), end, major);
    if (major != 7) return major > 7 && major != 2016;
    if (read.ptr != end) std::from_chars(read.ptr + 1, end, minor);
    return minor >= 6;
}

std::string quoted(const KeyRecord& key) { return "the key '" + key.id.name + "'"; }

bool may_be_the_key(Errc code) {
    return code == Errc::AccessDenied || code == Errc::KeyDisabled || code == Errc::KeyNotYetValid ||
           code == Errc::KeyExpired || code == Errc::KeyFunctionNotPermitted;
}

/// The operation that a path ends with.
KeyOps operation_at(std::string_view path) {
    constexpr std::pair<std::string_view, KeyOps> rows[] = {
        {"/sign", KeyOps::Sign},       {"/verify", KeyOps::Verify}, {"/encrypt", KeyOps::Encrypt},
        {"/decrypt", KeyOps::Decrypt}, {"/wrapkey", KeyOps::Wrap},  {"/unwrapkey", KeyOps::Unwrap},
    };
    for (const auto& [ending, operation] : rows) {
        if (path.ends_with(ending)) return operation;
    }
    return KeyOps::None;
}

}  // namespace

RemoteService::RemoteService(Settings settings, std::unique_ptr<pipeline::Pipeline> pipeline)
    : settings_(std::move(settings)),
      newer_algorithms_(is_7_6_or_later(settings_.pipeline.api_version)),
      pipeline_(std::move(pipeline)),
      directory_(std::make_unique<KeyDirectory>(settings_, *pipeline_)) {}

std::string RemoteService::kid_of(const KeyId& id) const {
    std::string url = settings_.pipeline.members.front();
    while (url.ends_with('/')) url.pop_back();
    return url + key_path(id);
}

Result<transport::Answer> RemoteService::operate(const KeyRecord& key, std::string_view path,
                                                 std::string_view body) const {
    auto answer = pipeline_->call({.method = "POST",
                                   .path = path,
                                   .query = {},
                                   .body = body,
                                   .repeat = pipeline::Repeat::Safe,
                                   .weight = weight_of(key.spec)});
    if (answer.ok()) return answer;
    if (answer.code() == Errc::KeyNotFound) {
        directory_->forget(key.id.name);
        return fail(Errc::KeyHandleInvalid, quoted(key) + " is not there any more: " + answer.error().message);
    }
    // A role that is missing, or a key that changed since we looked; the next one is to know.
    if (!may_be_the_key(answer.code())) return answer;
    const auto now = directory_->fetch(key.id);
    if (now.ok()) TRY(check_use(**now, operation_at(path)));
    return answer;
}

// What was protected while the key was valid can still be read and checked (Azure, "About keys").
Result<void> check_use(const KeyRecord& key, KeyOps wanted) {
    if (!key.enabled) return fail(Errc::KeyDisabled, quoted(key) + " is disabled");
    constexpr KeyOps always = KeyOps::Decrypt | KeyOps::Unwrap | KeyOps::Verify;
    if ((key.not_before || key.expires) && !allows(always, wanted)) {
        const std::int64_t now = host::system_clock()->now();
        if (key.not_before && now < *key.not_before) {
            return fail(Errc::KeyNotYetValid, quoted(key) + " is not valid yet");
        }
        if (key.expires && now >= *key.expires) return fail(Errc::KeyExpired, quoted(key) + " has expired");
    }
    if (allows(key.ops, wanted)) return {};
    return fail(Errc::KeyFunctionNotPermitted, quoted(key) + " does not allow this operation: see its key_ops");
}

Failure refused(Errc code, std::string sentence) {
    log::write(log::Level::Warn, sentence);
    return fail(code, std::move(sentence));
}

pipeline::Weight weight_of(const KeySpec& spec) noexcept {
    using pipeline::Weight;
    if (spec.type == KeyType::Ec) return Weight::Ec;
    if (spec.type != KeyType::Rsa) return Weight::Aes;
    if (spec.bits <= 2048) return Weight::Rsa2048;
    return spec.bits <= 3072 ? Weight::Rsa3072 : Weight::Rsa4096;
}

}  // namespace kvp11::managed_hsm
