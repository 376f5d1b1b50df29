#include "tools/doctor_service.hpp"

#include "managed_hsm/managed_hsm.hpp"

namespace kvp11::tools {
namespace {

/// "contoso" of contoso.managedhsm.azure.net, as az names it.
std::string pool_name(const RemoteSlot& slot) { return slot.endpoint.host.substr(0, slot.endpoint.host.find('.')); }

std::string role_advice(const RemoteSlot& slot) {
    const std::string who = slot.principal.empty() ? "OBJECT_ID" : slot.principal;
    if (slot.pipeline->is_vault()) {
        return "az role assignment create --role \"Key Vault Crypto User\" --assignee-object-id " + who +
               " --assignee-principal-type ServicePrincipal --scope $(az keyvault show --name " + pool_name(slot) +
               " --query id --output tsv); a vault with access policies wants `az keyvault set-policy`";
    }
    return "az keyvault role assignment create --hsm-name " + pool_name(slot) +
           " --role \"Managed HSM Crypto User\" --assignee-object-id " + who +
           " --assignee-principal-type ServicePrincipal --scope /keys";
}

Finding refused(const RemoteSlot& slot, const Error& error) {
    const auto finding = [&](std::string advice) { return failed(Area::Role, error.message, std::move(advice)); };
    if (error.code == Errc::AccessDenied && error.message.find("firewall") != std::string::npos)
        return finding("admit this machine's address in the service's network rules");
    if (error.code == Errc::AccessDenied) return finding(role_advice(slot));
    if (error.code == Errc::PartitionNotActive)
        return finding("activate the HSM: az keyvault security-domain download --hsm-name " + pool_name(slot));
    if (error.code == Errc::UserNotLoggedIn)
        return finding("see whether the token is of the tenant that the service belongs to");
    return finding("run it again with KVP11_LOG=debug: the log has each attempt");
}

/// A read that the principal may do if it has any role for keys.
pipeline::Call reading(const std::string& path) {
    pipeline::Call call;
    call.path = path;
    if (path == "/keys") call.query = "maxresults=1";
    return call;
}

std::string key_path(const KeyId& id) { return "/keys/" + id.name + (id.version.empty() ? "" : "/" + id.version); }

/// Whether a key of this name was deleted and can be had back; needs the right to read deleted keys.
bool was_deleted(RemoteSlot& slot, const std::string& name) {
    return slot.pipeline->call(reading("/deletedkeys/" + name)).ok();
}

Finding no_key(RemoteSlot& slot, const KeyId& id, const Error& error) {
    if (error.code != Errc::KeyNotFound)
        return failed(Area::Key, error.message, "run it again with KVP11_LOG=debug: the log has each call");
    if (was_deleted(slot, id.name)) {
        return failed(Area::Key, id.name + " was deleted",
                      "have it back with az keyvault key recover --hsm-name " + pool_name(slot) + " --name " + id.name);
    }
    return failed(Area::Key, "there is no key " + id.name + (id.version.empty() ? "" : " of version " + id.version),
                  "az keyvault key list --hsm-name " + pool_name(slot) + " shows those that there are");
}

/// The module's own backend, which reads what the service has and leaves the shared cache alone.
Result<Backend*> backend_of(RemoteSlot& slot) {
    if (slot.backend) return slot.backend.get();
    managed_hsm::Settings settings = slot.settings;
    settings.cache_on_disk = false;
    slot.backend = TRY(managed_hsm::open_managed_hsm(std::move(settings)));
    if (!slot.pin.empty()) TRY(slot.backend->login(Role::User, slot.pin));
    return slot.backend.get();
}

}  // namespace

Finding check_role(RemoteSlot& slot) {
    const KeyId key = key_id_in(slot.wishes.key.key);
    const bool one_key = !key.name.empty();
    const auto answer = slot.pipeline->call(reading(one_key ? key_path(key) : "/keys"), slot.deadline());
    const bool may_read = answer.ok() || (one_key && answer.code() == Errc::KeyNotFound);
    if (!may_read) return refused(slot, answer.error());
    return fine(Area::Role, one_key ? "we may read the key" : "we may list keys; what else shows a trial with --key");
}

Finding check_key(RemoteSlot& slot) {
    if (slot.wishes.key.key.empty()) return skipped(Area::Key, "no --key was given");
    const KeyId id = key_id_in(slot.wishes.key.key);
    const auto backend = backend_of(slot);
    if (!backend) return failed(Area::Key, backend.error().message, "");
    const auto record = (*backend)->key_record(id);
    if (!record) return no_key(slot, id, record.error());
    slot.key = *record;
    return judge_key(**record);
}

Finding check_remote_mechanism(RemoteSlot& slot) {
    const auto backend = backend_of(slot);
    if (!backend) return failed(Area::Mechanism, backend.error().message, "");
    return check_mechanism(**backend, slot.key.get(), slot.wishes.key, "");
}

Finding check_members(RemoteSlot& slot) {
    if (slot.remote.members.empty()) return skipped(Area::Members, "the pool has one URL");
    std::string good;
    std::string bad;
    for (const std::string& member : slot.remote.members) {
        const auto pipeline = slot.pipeline_for({member});
        const auto began = transport::Clock::now();
        const auto answer = pipeline ? (*pipeline)->call(reading("/keys"), slot.deadline())
                                     : Result<transport::Answer>(fail(pipeline.error()));
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(transport::Clock::now() - began);
        // Who may not list may still use keys: the member is there.
        const bool is_there = answer.ok() || answer.code() == Errc::AccessDenied;
        std::string& list = is_there ? good : bad;
        list += (list.empty() ? "" : "; ") + member +
                (is_there ? " (" + std::to_string(took.count()) + " ms with login)" : ": " + answer.error().message);
    }
    if (bad.empty()) return fine(Area::Members, good);
    return failed(Area::Members, bad, "the slot works as long as another member does; take it out, or mend it");
}

}  // namespace kvp11::tools
