// Full backup, full restore, restore of one key, and the checks before them. Each is a job: the request
// is answered at once, and the client asks for its status.
#include <array>
#include <chrono>

#include "partition/key_names.hpp"
#include "rest/background.hpp"
#include "rest/metered.hpp"
#include "rest/sas_token.hpp"
#include "rest/storage_container.hpp"

namespace kvp11::rest {
namespace {

using partition::Operation;

constexpr int most_names = 100;  // of backups of one second

/// Where a backup is to be put or taken from. `token` is empty with a managed identity.
struct Storage {
    StorageContainer container;
    std::string token;
};

Result<Storage> storage_of(const Exchange& exchange, const json::object& parameters) {
    const std::string_view uri = TRY(text_member(parameters, "storageResourceUri"));
    auto token = TRY(optional_text(parameters, "token"));
    const bool wants_identity = TRY(optional_bool(parameters, "useManagedIdentity")).value_or(false);
    const bool has_identity = wants_identity && exchange.version >= ApiVersion::V7_5;
    if (!token && !has_identity) return fail(Errc::ArgumentsBad, "Property 'token' is required");
    StorageContainer container = TRY(StorageContainer::named(exchange.site.settings.storage, uri));
    return Storage{std::move(container), has_identity ? std::string() : std::string(*token)};
}

/// Of a restore: the container and the folder in it that `folder_member` names.
Result<Storage> backup_to_restore(const Exchange& exchange, std::string_view folder_member) {
    const json::object* parameters = TRY(optional_object(exchange.members(), "sasTokenParameters"));
    if (!parameters) return fail(Errc::ArgumentsBad, "Property 'sasTokenParameters' is required");
    const std::string_view folder = TRY(text_member(exchange.members(), folder_member));
    Storage storage = TRY(storage_of(exchange, *parameters));
    storage.container = TRY(storage.container.in_folder(folder));
    return storage;
}

/// As recorded: the backup service's errors have another shape than the others'.
Reply bad_request(const std::string& message) {
    Reply reply = refusal(400, "BadRequest", message);
    reply.body = wire_text({{"error", {{"code", "BadRequest"}, {"innererror", nullptr}, {"message", message}}}});
    return reply;
}

using StorageWork = std::function<Result<std::string>(partition::Partition&, const StorageContainer&)>;

/// What `kind` needs of the storage and of the caller, then the job. An expired token is found when it is used, as
/// with a real storage account.
Result<Reply> begin(Exchange& exchange, JobKind kind, Storage storage, StorageWork work) {
    std::optional<SasToken> token;
    if (!storage.token.empty()) {
        Result<SasToken> parsed = SasToken::parse(storage.token);
        if (!parsed.ok()) return bad_request(parsed.error().message);
        token = std::move(*parsed);
    }
    TRY(exchange.partition->may_begin(exchange.route->operation));
    Site& site = exchange.site;
    const Job job = TRY(site.jobs.begin(kind, site.settings.clock->now()));
    const bool is_backup = family_of(kind) == JobFamily::Backup;
    go_on_in_background(exchange, job,
                        [token, clock = site.settings.clock, container = std::move(storage.container),
                         permission = is_backup ? 'w' : 'r',
                         work = std::move(work)](partition::Partition& partition) -> Result<std::string> {
                            if (token) TRY(token->permits(permission, clock->now()));
                            return work(partition, container);
                        });
    return accepted(exchange, (is_backup ? "/backup/" : "/restore/") + job.id + "/pending", wire_of(job));
}

/// "mhsm-lab-2026112210305900": the time and two digits that make it unique.
std::string folder_name(const std::string& hsm, std::int64_t now, int number) {
    const std::chrono::sys_seconds time{std::chrono::seconds(now)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02d%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), number);
    return "mhsm-" + hsm + "-" + text.data();
}

Result<std::string> put_new_folder(const StorageContainer& container, const std::string& hsm, std::int64_t now,
                                   const std::string& content) {
    for (int number = 0; number < most_names; ++number) {
        const std::string folder = folder_name(hsm, now, number);
        const Result<void> put = container.put_backup(folder, content);
        if (put.ok()) return container.uri() + "/" + folder;
        if (put.code() != Errc::KeyExists) return fail(put.error());
    }
    return fail(Errc::DeviceError, "too many backups in this second");
}

Result<Reply> post_backup(Exchange& exchange) {
    Storage storage = TRY(storage_of(exchange, exchange.members()));
    return begin(
        exchange, JobKind::Backup, std::move(storage),
        [&settings = exchange.site.settings](partition::Partition& partition, const StorageContainer& container) {
            const Result<std::string> content = partition.backup();
            if (!content.ok()) return content;
            return put_new_folder(container, settings.name, settings.clock->now(), *content);
        });
}

Result<Reply> post_pre_backup(Exchange& exchange) {
    Storage storage = TRY(storage_of(exchange, exchange.members()));
    return begin(exchange, JobKind::PreBackup, std::move(storage),
                 [](partition::Partition&, const StorageContainer& container) -> Result<std::string> {
                     TRY(container.check_writable());
                     return std::string();
                 });
}

Result<Reply> begin_restore(Exchange& exchange, JobKind kind, Storage storage,
                            const partition::RestoreOptions& options) {
    return begin(exchange, kind, std::move(storage),
                 [options](partition::Partition& partition, const StorageContainer& container) -> Result<std::string> {
                     const std::string content = TRY(container.backup());
                     TRY(partition.restore(content, options));
                     return std::string();
                 });
}

Result<Reply> put_restore(Exchange& exchange) {
    Storage storage = TRY(backup_to_restore(exchange, "folderToRestore"));
    return begin_restore(exchange, JobKind::Restore, std::move(storage), {.key_name = {}, .replace = true});
}

Result<Reply> put_key_restore(Exchange& exchange) {
    if (!partition::is_legal_name(exchange.path().name)) {
        return refusal(400, "Invalidkeyidentifier", "Invalid key identifier");
    }
    Storage storage = TRY(backup_to_restore(exchange, "folder"));
    return begin_restore(exchange, JobKind::SelectiveRestore, std::move(storage), {.key_name = exchange.path().name});
}

Result<Reply> put_pre_restore(Exchange& exchange) {
    Storage storage = TRY(backup_to_restore(exchange, "folderToRestore"));
    return begin(exchange, JobKind::PreRestore, std::move(storage),
                 [](partition::Partition&, const StorageContainer& container) -> Result<std::string> {
                     TRY(container.backup());
                     return std::string();
                 });
}

template <JobFamily family>
Result<Reply> get_status(Exchange& exchange) {
    TRY(exchange.partition->authorise(exchange.route->operation));
    const Site& site = exchange.site;
    const auto job = site.jobs.find(family, exchange.path().id, site.settings.clock->now());
    if (!job) return refusal(404, "NotFound", "There is no job " + exchange.path().id + " here, or it is long over");
    return json_reply(wire_of(*job));
}

constexpr auto rows = std::to_array<Route>({
    {Method::Post, "/backup", Operation::BackupCreate, metered<post_backup>, BodyUse::Json},
    {Method::Get, "/backup/{id}/pending", Operation::BackupStatus, metered<get_status<JobFamily::Backup>>,
     BodyUse::None, Place::Connection, VersionUse::Optional},
    {Method::Put, "/restore", Operation::RestoreCreate, metered<put_restore>, BodyUse::Json},
    {Method::Get, "/restore/{id}/pending", Operation::RestoreStatus, metered<get_status<JobFamily::Restore>>,
     BodyUse::None, Place::Connection, VersionUse::Optional},
    {Method::Put, "/keys/{name}/restore", Operation::RestoreCreate, metered<put_key_restore>, BodyUse::Json},
    {Method::Post, "/prebackup", Operation::BackupCreate, metered<post_pre_backup>, BodyUse::Json},
    {Method::Put, "/prerestore", Operation::RestoreCreate, metered<put_pre_restore>, BodyUse::Json},
});

}  // namespace

std::span<const Route> backup_routes() noexcept { return rows; }

}  // namespace kvp11::rest
