#include "managed_hsm/key_directory.hpp"

#include <cstdlib>

#include "managed_hsm/directory.hpp"

namespace kvp11::managed_hsm {

namespace {

/// What one may see in a pool is another identity's no business, so each has a file of its own.
std::string identity_of(const pipeline::PipelineSettings& settings) {
    const credential::CredentialSettings& credential = settings.credential;
    std::string text = settings.members.empty() ? std::string() : settings.members.front();
    for (const std::string* part :
         {&credential.tenant, &credential.client_id, &credential.object_id, &credential.resource_id,
          &credential.client_secret_file, &credential.client_certificate, &credential.federated_token_file,
          &credential.token_file}) {
        text += '\n' + *part;
    }
    const char* client = secure_getenv("AZURE_CLIENT_ID");
    text += '\n' + std::string(client == nullptr ? "" : client);
    return text + '\n' + std::to_string(static_cast<unsigned>(credential.kind));
}

DirectorySettings settings_of(const Settings& settings, const pipeline::Pipeline& pipeline) {
    DirectorySettings directory;
    directory.host = pipeline.host();
    if (settings.cache_on_disk)
        directory.file = directory_file_path(settings.cache_folder, pipeline.host(), identity_of(settings.pipeline));
    directory.age = std::chrono::milliseconds(settings.cache_age).count();
    directory.all_versions = settings.all_versions;
    return directory;
}

}  // namespace

struct KeyDirectory::State {
    Directory directory;
};

KeyDirectory::KeyDirectory(const Settings& settings, pipeline::Pipeline& pipeline)
    : state_(new State{{settings_of(settings, pipeline),
                        [&pipeline](const pipeline::Call& call) { return pipeline.call(call); },
                        [&pipeline](std::span<const pipeline::Call> calls) { return pipeline.call_many(calls); }}}) {}

KeyDirectory::~KeyDirectory() = default;

Result<std::vector<ObjectRef>> KeyDirectory::find(const ObjectQuery& query) { return state_->directory.find(query); }
Result<KeyRecordPtr> KeyDirectory::record(const KeyId& id) { return state_->directory.record(id); }
Result<KeyRecordPtr> KeyDirectory::sketch(const KeyId& id) { return state_->directory.sketch(id); }
Result<KeyRecordPtr> KeyDirectory::fetch(const KeyId& id) { return state_->directory.fetch(id); }
KeyRecordPtr KeyDirectory::learn(KeyRecord record) { return state_->directory.learn(std::move(record)); }
void KeyDirectory::forget(const std::string& name) { state_->directory.forget(name); }
std::uint64_t KeyDirectory::generation() const noexcept { return state_->directory.generation(); }

}  // namespace kvp11::managed_hsm
