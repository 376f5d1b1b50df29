#include "worker_life.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

#include "partition/key_names.hpp"

namespace kvp11::test {
namespace {

constexpr const char* object_id = "11111111-2222-3333-4444-555555555555";

SecretBytes pin(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

struct Named {
    Errc code;
    const char* name;
};
constexpr Named names[] = {
    {Errc::KeyNotFound, "KeyNotFound"},         {Errc::KeyExists, "KeyExists"},
    {Errc::KeyDeleted, "KeyDeleted"},           {Errc::KeyDisabled, "KeyDisabled"},
    {Errc::AccessDenied, "AccessDenied"},       {Errc::RotationPolicyMissing, "RotationPolicyMissing"},
    {Errc::KeyVersionLimit, "KeyVersionLimit"},
};

std::string said(const Error& error) {
    for (const Named& row : names) {
        if (row.code == error.code) return row.name;
    }
    return "error " + std::to_string(static_cast<int>(error.code)) + ": " + error.message;
}

template <class T>
std::string said(const Result<T>& result) {
    return result.ok() ? "ok" : said(result.error());
}

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::unique_ptr<partition::Partition> open_at(const std::string& folder, std::shared_ptr<const host::Clock> clock) {
    partition::PartitionSettings settings;
    settings.path = folder;
    settings.kdf_cost = partition::least_kdf_cost;
    settings.clock = std::move(clock);
    return must(partition::Partition::open(std::move(settings)));
}

// Names come in any case.
std::string spelt(const Action& action) {
    std::string name = action.name;
    if (action.value % 2 != 0)
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
    return name;
}

std::string assignment_id(const std::string& name) {
    std::string digits;
    for (const char c : name) digits += std::to_string(static_cast<unsigned char>(c));
    digits.resize(12, '0');
    return "aaaaaaaa-0000-0000-0000-" + digits;
}

}  // namespace

WorkerLife::WorkerLife(const std::string& folder)
    : folder_(folder),
      clock_(std::make_shared<host::ManualClock>(0)),
      user_(open_at(folder, clock_)),
      officer_(open_at(folder, clock_)) {
    must(user_->login(Role::User, pin("user-pin")));
    must(officer_->login(Role::SecurityOfficer, pin("officer-pin")));
    partition::Caller caller;
    caller.object_id = object_id;
    principal_ = user_->as_principal(caller);
}

std::string WorkerLife::lay_out(const std::string& folder) {
    const auto token = open_at(folder, host::system_clock());
    must(token->initialise(pin("officer-pin"), "property"));
    must(token->login(Role::SecurityOfficer, pin("officer-pin")));
    must(token->initialise_user_pin(pin("user-pin")));
    must(token->configure({.retention_days = 7, .purge_protection = {}}));
    return "ok";
}

std::string WorkerLife::perform(const Action& action) {
    clock_->set(action.now);
    const std::string name = spelt(action);
    KeyUpdate update;
    switch (action.verb) {
        case Verb::Create: return make(action, NameUse::MustBeNew);
        case Verb::Version: return make(action, NameUse::MayAddVersion);
        case Verb::Rotate: {
            const auto made = user_->rotate_key(name);
            return made.ok() ? "ok " + (*made)->id.version : said(made);
        }
        case Verb::Policy: {
            RotationPolicy policy;
            policy.actions = {{.time_after_create = Period{1, 0, 0}, .time_before_expiry = {}}};
            return said(user_->set_rotation_policy(name, policy));
        }
        case Verb::Tag: update.tags = std::map<std::string, std::string>{{"t", std::to_string(action.value)}}; break;
        case Verb::Disable: update.enabled = false; break;
        case Verb::Enable: update.enabled = true; break;
        case Verb::Remove: return said(user_->remove_key(name));
        case Verb::Destroy: return destroy(name);
        case Verb::Recover: return said(officer_->recover_key(name));
        case Verb::Purge: return said(officer_->purge_key(name));
        case Verb::Get: {
            const auto record = user_->key_record({name, ""});
            if (!record.ok()) return said(record);
            const auto tag = (*record)->tags.find("t");
            return "ok " + (*record)->id.version + " " + (tag == (*record)->tags.end() ? "0" : tag->second);
        }
        case Verb::Sign: return sign(*user_, action);
        case Verb::SignAsPrincipal: return sign(*principal_, action);
        case Verb::BackUp: return keep_backup(action);
        case Verb::Restore: return restore(action);
        case Verb::Grant: return assign(action.name, true);
        case Verb::Revoke: return assign(action.name, false);
        case Verb::Note: return make_note(action.value);
        case Verb::EraseNote: return erase_note(action.value);
        case Verb::Relogin: return login_again();
        case Verb::Dump: return dump(action.name);
        case Verb::DumpAll: return dump_all();
    }
    return change_latest(action, update);
}

std::string WorkerLife::make(const Action& action, NameUse use) {
    NewKey key;
    key.name = spelt(action);
    key.spec = {.type = KeyType::Aes, .bits = 256};
    key.ops = KeyOps::Sign | KeyOps::Verify;
    key.name_use = use;
    const auto made = user_->generate(key);
    return made.ok() ? "ok " + (*made)->id.version : said(made);
}

std::string WorkerLife::change_latest(const Action& action, const KeyUpdate& update) {
    return said(user_->update({spelt(action), ""}, update));
}

std::string WorkerLife::destroy(const std::string& name) {
    const auto record = user_->key_record({name, ""});
    if (!record.ok()) return said(record);
    return said(user_->remove({ObjectKind::SecretKey, (*record)->id}));
}

Result<std::vector<KeyRecordPtr>> WorkerLife::versions(const std::string& name) {
    std::vector<KeyRecordPtr> all;
    PageRequest request{.after = {}, .limit = 7};
    do {
        KeyPage page = TRY(user_->list_versions(name, request));
        all.insert(all.end(), page.keys.begin(), page.keys.end());
        request.after = page.next;
    } while (!request.after.empty());
    return all;
}

std::string WorkerLife::sign(const Backend& by, const Action& action) {
    const auto all = versions(spelt(action));
    if (!all.ok()) return said(all);
    if (all->empty()) return "KeyNotFound";
    const auto key = by.open((*all)[static_cast<std::size_t>(action.value) % all->size()]->id);
    if (!key.ok()) return said(key);
    const auto mac = (*key)->mac({.scheme = SignatureScheme::AesCmac}, false);
    if (!mac.ok()) return said(mac);
    Bytes signature((*mac)->size());
    must((*mac)->start());
    must((*mac)->update(bytes_of("property")));
    must((*mac)->finish(signature));
    return "ok " + partition::hex_of(signature);
}

std::string WorkerLife::keep_backup(const Action& action) {
    const auto backup = user_->backup_key(spelt(action));
    if (!backup.ok()) return said(backup);
    std::ofstream(folder_ + "-backup-" + std::to_string(action.value)) << *backup;
    return "ok";
}

std::string WorkerLife::restore(const Action& action) {
    std::ifstream file(folder_ + "-backup-" + std::to_string(action.value));
    if (!file) return "nothing";
    const std::string backup(std::istreambuf_iterator<char>(file), {});
    return said(user_->restore_key(backup));
}

std::string WorkerLife::assign(const std::string& name, bool granted) {
    const std::string scope = "/keys/" + name;
    if (!granted) {
        const auto gone = officer_->remove_role_assignment(scope, assignment_id(name));
        return gone.ok() || gone.code() == Errc::RoleAssignmentNotFound ? "ok" : said(gone);
    }
    const auto made = officer_->assign_role({assignment_id(name), object_id, access::role_id::crypto_user, scope});
    return made.ok() || made.code() == Errc::RoleAssignmentInvalid ? "ok" : said(made);
}

std::string WorkerLife::make_note(int label) {
    Record note;
    note.object_class = 0;
    const std::string text = std::to_string(label);
    note.face.label = Bytes(text.begin(), text.end());
    return said(user_->create_record(note));
}

std::string WorkerLife::erase_note(int label) {
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    const std::string text = std::to_string(label);
    query.label = Bytes(text.begin(), text.end());
    const auto found = user_->find(query);
    if (!found.ok()) return said(found);
    return found->empty() ? "ok" : said(user_->remove(found->front()));
}

std::string WorkerLife::login_again() {
    must(user_->logout());
    return said(user_->login(Role::User, pin("user-pin")));
}

std::string WorkerLife::dump(const std::string& name) {
    const auto all = versions(name);
    if (!all.ok()) return said(all);
    if (all->empty()) {
        const auto deleted = officer_->deleted_key(name);
        return deleted.ok() ? "deleted " + std::to_string((*deleted)->deletion->scheduled_purge) : "none";
    }
    std::string text = "live";
    for (const KeyRecordPtr& record : *all) {
        const auto tag = record->tags.find("t");
        text += " " + record->id.version + (record->enabled ? "" : "!") + "=" +
                (tag == record->tags.end() ? "0" : tag->second);
    }
    return text;
}

std::string WorkerLife::dump_all() {
    const auto names_of = [](const Result<KeyPage>& page) {
        std::string text;
        for (const KeyRecordPtr& record : must(Result<KeyPage>(page)).keys) {
            std::string name = record->id.name;
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
            text += " " + name;
        }
        return text;
    };
    const PageRequest whole{.after = {}, .limit = 1000};
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    std::vector<int> labels;
    for (const ObjectRef& note : must(user_->find(query))) {
        labels.push_back(std::stoi(std::string(text_of(must(user_->record(note.id.name))->face.label))));
    }
    std::sort(labels.begin(), labels.end());
    std::string text = "live" + names_of(user_->list_keys(whole)) + "; deleted" +
                       names_of(officer_->list_deleted_keys(whole)) + "; notes";
    for (const int label : labels) text += " " + std::to_string(label);
    return text;
}

std::string WorkerLife::audit_findings() {
    must(officer_->seal_audit());
    const auto verified = must(officer_->verify_audit());
    if (verified.records == 0) return "the audit log is empty";
    return verified.findings.empty() ? "ok" : verified.findings.front().sentence;
}

}  // namespace kvp11::test
