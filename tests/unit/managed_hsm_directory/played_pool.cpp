#include "played_pool.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "crypto/jose.hpp"

using namespace kvp11::managed_hsm;

namespace kvp11::test {

namespace {

constexpr const char* host = "https://played.managedhsm.azure.net";

std::string quoted(const std::string& text) {
    std::string escaped = "\"";
    for (const char c : text) escaped += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
    return escaped + '"';
}

std::string number_of(std::size_t value, std::size_t size) {
    Bytes bytes(size, 0xa5);
    for (std::size_t i = 0; i < 8; ++i) bytes[size - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    return quoted(crypto::base64url(bytes));
}

std::string jwk_members(const std::string& kty, std::size_t seed) {
    if (kty.starts_with("RSA")) return R"("e":"AQAB",)" + ("\"n\":" + number_of(seed, 256) + ",");
    if (kty.starts_with("EC")) return R"("crv":"P-256",)";
    return {};
}

std::string tags_member(const std::map<std::string, std::string>& tags) {
    if (tags.empty()) return {};
    std::string text;
    for (const auto& [name, value] : tags) text += (text.empty() ? "" : ",") + quoted(name) + ":" + quoted(value);
    return ",\"tags\":{" + text + "}";
}

std::string parameter(const std::string& query, const std::string& name) {
    const std::size_t at = query.find(name + "=");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 1;
    return query.substr(begin, query.find('&', begin) - begin);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Asked& asked) {
    return out << asked.pages << " pages, " << asked.keys << " keys, " << asked.versions << " lists of versions";
}

PlayedPool::PlayedPool(std::size_t keys, const std::string& kty) {
    for (std::size_t i = 0; i < keys; ++i) add("key-" + std::to_string(i), kty);
    pass(10'000);
}

void PlayedPool::add(const std::string& name, const std::string& kty, Tags tags) {
    const std::lock_guard lock(mutex_);
    const std::string number = std::to_string(++made_);
    const std::int64_t time = now() / 1000;
    keys_[folded(name)] = {name, {{std::string(32 - number.size(), '0') + number, kty, true, time, time, tags}}};
}

void PlayedPool::rotate(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const std::string number = std::to_string(++made_);
    Key& key = keys_.at(folded(name));
    Version fresh = key.versions.back();
    fresh.version = std::string(32 - number.size(), '0') + number;
    fresh.created = fresh.updated = now() / 1000;
    key.versions.push_back(std::move(fresh));
}

void PlayedPool::remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    keys_.erase(folded(name));
}

void PlayedPool::change(const std::string& name, bool enabled, Tags tags) {
    const std::lock_guard lock(mutex_);
    Version& version = keys_.at(folded(name)).versions.back();
    version.enabled = enabled;
    version.tags = std::move(tags);
    version.updated = now() / 1000;
}

Result<std::string> PlayedPool::bundle(const std::string& name, const std::string& version) const {
    const auto refusal = refused.find(folded(name));
    if (refusal != refused.end()) return fail(refusal->second, "refused on purpose");
    const auto at = keys_.find(folded(name));
    if (at == keys_.end()) return fail(Errc::KeyNotFound, "A key with (name/id) " + name + " was not found");
    for (auto one = at->second.versions.rbegin(); one != at->second.versions.rend(); ++one) {
        if (!version.empty() && one->version != version) continue;
        const std::size_t seed = std::stoul(one->version);
        std::string xy =
            one->kty.starts_with("EC") ? ",\"x\":" + number_of(seed, 32) + ",\"y\":" + number_of(7, 32) : "";
        return std::string(R"({"attributes":{"created":)") + std::to_string(one->created) + R"(,"enabled":)" +
               (one->enabled ? "true" : "false") +
               R"(,"exportable":false,"recoverableDays":90,"recoveryLevel":"Recoverable+Purgeable","updated":)" +
               std::to_string(one->updated) + "},\"key\":{" + jwk_members(one->kty, seed) +
               R"("key_ops":["sign","verify"],"kid":)" +
               quoted(host + ("/keys/" + at->second.name) + "/" + one->version) + ",\"kty\":" + quoted(one->kty) + xy +
               "}" + tags_member(one->tags) + "}";
    }
    return fail(Errc::KeyNotFound, "no such version");
}

std::string PlayedPool::page(std::size_t count, const std::function<std::string(std::size_t)>& item,
                             const std::string& path, const std::string& query) const {
    const std::string token = parameter(query, "$skiptoken");
    const std::size_t limit = std::stoul(parameter(query, "maxresults"));
    const std::size_t begin = token.empty() ? 0 : std::stoul(token.substr(1));
    const std::size_t end = std::min(count, begin + limit);
    std::string text = "{";
    if (end < count) {
        const std::string skip = "$skiptoken=T" + std::to_string(end);
        const std::string most = "maxresults=" + std::to_string(limit);
        text += "\"nextLink\":" + quoted(links == Links::Hsm
                                             ? host + path + "?" + most + "&" + skip
                                             : host + (":443" + path) + "?api-version=7.4&" + skip + "&" + most);
    } else {
        text += links == Links::Hsm ? "\"managed\":false" : "\"nextLink\":null";
    }
    text += ",\"value\":[";
    for (std::size_t i = begin; i < end; ++i) text += (i > begin ? "," : "") + item(i);
    return text + "]}";
}

Result<std::string> PlayedPool::answer(const std::string& path, const std::string& query) {
    pass(1);  // a request takes time
    const std::lock_guard lock(mutex_);
    if (is_down) return fail(Errc::DeviceError, "nobody answers");
    const auto item = [](const Key& key, const Version& version, bool with_version) {
        return std::string(R"({"attributes":{"created":)") + std::to_string(version.created) + R"(,"enabled":)" +
               (version.enabled ? "true" : "false") + R"(,"updated":)" + std::to_string(version.updated) +
               "},\"kid\":" + quoted(host + ("/keys/" + key.name) + (with_version ? "/" + version.version : "")) +
               tags_member(version.tags) + "}";
    };
    if (path == "/keys") {
        ++pages_;
        std::vector<const Key*> keys;
        for (const auto& [name, key] : keys_) keys.push_back(&key);
        return page(
            keys.size(), [&](std::size_t i) { return item(*keys[i], keys[i]->versions.back(), false); }, path, query);
    }
    const std::string rest = path.substr(std::string("/keys/").size());
    const std::string name = rest.substr(0, rest.find('/'));
    const std::string last = name.size() == rest.size() ? std::string() : rest.substr(name.size() + 1);
    if (last != "versions") {
        ++gets_;
        return bundle(name, last);
    }
    ++versions_;
    const auto at = keys_.find(folded(name));
    const std::size_t count = at == keys_.end() ? 0 : at->second.versions.size();
    return page(
        count, [&](std::size_t i) { return item(at->second, at->second.versions[i], true); }, path, query);
}

Ask PlayedPool::ask() {
    return [this](const pipeline::Call& call) -> Result<transport::Answer> {
        if (call.method != "GET" || !call.body.empty()) return fail(Errc::Internal, "a directory only reads");
        if (only_for != 0 && only_for != getpid()) return fail(Errc::DeviceError, "not for this process");
        if (before) before(std::string(call.path));
        return transport::Answer(200, {}, TRY(answer(std::string(call.path), std::string(call.query))));
    };
}

AskMany PlayedPool::ask_many() {
    return [this, one = ask()](std::span<const pipeline::Call> calls) {
        {
            const std::lock_guard lock(mutex_);
            batches_.push_back(calls.size());
        }
        std::vector<Result<transport::Answer>> answers;
        for (const pipeline::Call& call : calls) answers.push_back(one(call));
        return answers;
    };
}

std::vector<std::size_t> PlayedPool::batches() {
    const std::lock_guard lock(mutex_);
    return std::exchange(batches_, {});
}

Asked PlayedPool::asked() { return {pages_.exchange(0), gets_.exchange(0), versions_.exchange(0)}; }

DirectorySettings PlayedPool::settings() const {
    DirectorySettings settings;
    settings.host = "played.managedhsm.azure.net";
    settings.now = [now = now_] { return now->load(); };
    return settings;
}

KeyRecord PlayedPool::record(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return parse_key_bundle(bundle(name, {}).value()).value();
}

std::string PlayedPool::version(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return keys_.at(folded(name)).versions.back().version;
}

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-directory-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

DirectorySettings with_file(const PlayedPool& pool, const Folder& folder) {
    DirectorySettings settings = pool.settings();
    settings.file = folder.path("cache") + "/played.json";
    return settings;
}

std::vector<std::string> found(const Result<std::vector<ObjectRef>>& refs) {
    if (!refs.ok()) return {"error: " + refs.error().message};
    std::vector<std::string> names;
    for (const ObjectRef& ref : *refs) {
        BOOST_CHECK_EQUAL(ref.id.version.size(), 32U);
        const char* half = ref.kind == ObjectKind::PublicKey   ? "/public"
                           : ref.kind == ObjectKind::SecretKey ? "/secret"
                                                               : "";
        names.push_back(ref.id.name + half);
    }
    return names;
}

ObjectQuery every(ObjectKind kind) {
    ObjectQuery query;
    query.kind = kind;
    return query;
}

ObjectQuery labelled(const std::string& label, std::optional<ObjectKind> kind) {
    ObjectQuery query;
    query.kind = kind;
    query.label = copy_of(bytes_of(label));
    return query;
}

std::string whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

int in_child(const std::function<int()>& work) {
    constexpr unsigned most_seconds = 60;
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        alarm(most_seconds);
        _exit(work());
    }
    int status = 0;
    BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace kvp11::test
