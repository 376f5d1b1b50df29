#include "tools/attribute_options.hpp"

#include "tools/files.hpp"
#include "tools/key_words.hpp"
#include "tools/options.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

/// Not given: nothing. Given empty: an empty inner value.
Result<std::optional<std::optional<std::int64_t>>> time_in(const char* option, const std::optional<std::string>& text) {
    using Time = std::optional<std::int64_t>;
    if (!text) return std::optional<Time>{};
    if (text->empty()) return std::optional<Time>(Time{});
    return std::optional<Time>(Time(TRY(parse_utc(option, *text))));
}

}  // namespace

void AttributeOptions::declare(Options& options) {
    options.texts("--ops", operations_,
                  "What it may be used for: encrypt decrypt sign verify wrapKey unwrapKey deriveKey import export");
    options.texts("--tags", tags_, "Tags, name=value each");
    options.text("--expires", expires_, "When it expires, in UTC: 2026-07-01T12:00:00Z");
    options.text("--not-before", not_before_, "From when on it may be used");
    options.text("--enabled", enabled_, "Whether it may be used at all: true or false");
    options.text("--policy", policy_file_, "File with the release policy (JSON) of an exportable key");
    options.flag("--immutable", immutable_, "The release policy stays as it is for ever");
}

Result<std::optional<ReleasePolicy>> AttributeOptions::release_policy() const {
    if (policy_file_.empty()) {
        if (immutable_) return fail(Errc::ArgumentsBad, "--immutable is about the release policy and wants --policy");
        return std::optional<ReleasePolicy>{};
    }
    const std::string text = TRY(read_text(policy_file_));
    ReleasePolicy policy;
    policy.data = copy_of(bytes_of(text));
    policy.immutable = immutable_;
    return std::optional<ReleasePolicy>(std::move(policy));
}

Result<void> AttributeOptions::apply(NewKey& key) const {
    key.ops = operations_.empty() ? usual_operations(key.spec.type) : TRY(operations_named(operations_));
    key.tags = TRY(tags_in(tags_));
    key.expires = TRY(time_in("--expires", expires_)).value_or(std::nullopt);
    key.not_before = TRY(time_in("--not-before", not_before_)).value_or(std::nullopt);
    if (enabled_) key.enabled = TRY(truth_of("--enabled", *enabled_));
    key.release_policy = TRY(release_policy());
    return {};
}

Result<KeyUpdate> AttributeOptions::update() const {
    KeyUpdate update;
    if (!operations_.empty()) update.ops = TRY(operations_named(operations_));
    if (!tags_.empty()) update.tags = TRY(tags_in(tags_));
    update.expires = TRY(time_in("--expires", expires_));
    update.not_before = TRY(time_in("--not-before", not_before_));
    if (enabled_) update.enabled = TRY(truth_of("--enabled", *enabled_));
    update.release_policy = TRY(release_policy());
    return update;
}

}  // namespace kvp11::tools
