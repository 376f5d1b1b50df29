#include "tools/doctor_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "host/clock.hpp"
#include "pipeline/pace_file.hpp"
#include "records/certificate_files.hpp"
#include "remote_settings.hpp"
#include "tools/files.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

namespace fs = std::filesystem;

/// Why this process cannot keep a file here; empty when it can. `folder` need not exist yet.
std::string problem_with_folder(const fs::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode)) return folder.string() + " is no folder";
        if ((status.st_mode & 022U) != 0) return folder.string() + " may be written by others";
        return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : folder.string() + " may not be written by us";
    }
    fs::path above = folder;
    std::error_code ignored;
    while (above.has_relative_path() && !fs::exists(above, ignored)) above = above.parent_path();
    if (::access(above.c_str(), W_OK | X_OK) == 0) return "";
    return folder.string() + " is not there, and cannot be made in " + above.string();
}

/// As managed_hsm/directory_file.hpp has it; empty without a home folder.
fs::path cache_folder(const RemoteSlot& slot) {
    if (!slot.remote.cache_folder.empty()) return slot.remote.cache_folder;
    if (const char* cache = secure_getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
        return fs::path(cache) / "kvp11";
    if (const char* home = secure_getenv("HOME"); home != nullptr && *home == '/')
        return fs::path(home) / ".cache/kvp11";
    return {};
}

/// The newest file of this host's in the cache.
std::optional<fs::directory_entry> newest_of(const fs::path& folder, const std::string& host) {
    std::optional<fs::directory_entry> newest;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        const std::string name = entry.path().filename().string();
        std::error_code ignored;
        if (!name.starts_with(host + "-") || !name.ends_with(".json")) continue;
        if (!newest || newest->last_write_time(ignored) < entry.last_write_time(ignored)) newest = entry;
    }
    return newest;
}

std::string age_text(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return "";
    const std::int64_t age = host::system_clock()->now() - status.st_mtime;
    return std::to_string(status.st_size) + " bytes, written " + std::to_string(std::max<std::int64_t>(age, 0)) +
           " s ago";
}

/// A sentence for each pattern without a file and each file without a certificate; counts the certificates.
std::string problems_with_certificates(const std::vector<std::string>& patterns, std::size_t& good) {
    std::vector<std::string> problems;
    for (const std::string& pattern : patterns) {
        const auto files = records::files_named({pattern});
        if (files.empty()) problems.push_back(pattern + " names no file");
        for (const records::FileMark& file : files) {
            const auto text = read_text(file.path);
            const std::size_t found = text ? records::certificates_in(file).size() : 0;
            if (found == 0) problems.push_back(text ? file.path + " has no certificate" : text.error().message);
            good += found;
        }
    }
    return joined(problems, "; ");
}

}  // namespace

Finding check_cache(RemoteSlot& slot) {
    constexpr const char* meaning = "each process reads the whole list for itself until that is mended";
    if (!slot.settings.cache_on_disk) return skipped(Area::Cache, "the slot keeps its list in memory");
    const fs::path folder = cache_folder(slot);
    if (folder.empty()) return warning(Area::Cache, "there is no home folder for it", "name one with cache_folder");
    if (const std::string problem = problem_with_folder(folder); !problem.empty())
        return warning(Area::Cache, problem, meaning);
    const auto newest = newest_of(folder, slot.endpoint.host);
    if (!newest) return fine(Area::Cache, folder.string() + ", nothing of this host yet");
    if (::access(newest->path().c_str(), R_OK | W_OK) != 0)
        return warning(Area::Cache, newest->path().string() + " is not ours", meaning);
    return fine(Area::Cache, newest->path().string() + ", " + age_text(newest->path()));
}

Finding check_pace(RemoteSlot& slot) {
    const auto& settings = slot.settings.pipeline;
    const auto usual = slot.pipeline->is_vault() ? pipeline::Pacing::Vault : pipeline::Pacing::None;
    if (settings.pacing.value_or(usual) == pipeline::Pacing::None)
        return skipped(Area::Pace, "the slot is not paced, as a Managed HSM need not be");
    const std::string path = settings.pace_file.empty() ? pipeline::usual_pace_file() : settings.pace_file;
    constexpr const char* advice = "remove the file, or mend its owner and mode: each process paces itself alone so";
    if (::access(path.c_str(), F_OK) != 0) {
        const fs::path folder = fs::path(path).parent_path();
        if (::access(folder.c_str(), W_OK | X_OK) == 0) return fine(Area::Pace, path + " comes with the first call");
        return warning(Area::Pace, path + " cannot be made", advice);
    }
    if (const auto file = pipeline::PaceFile::open(path); !file)
        return warning(Area::Pace, file.error().message, advice);
    return fine(Area::Pace, path);
}

Finding check_records(RemoteSlot& slot) {
    const auto settings = record_settings_of(slot.remote);
    if (!settings) return failed(Area::Records, settings.error().message, "name a file with records");
    std::size_t certificates = 0;
    const std::string problems = problems_with_certificates(settings->certificates, certificates);
    if (!problems.empty()) return failed(Area::Records, problems, "correct certificates in the configuration");
    const std::string count =
        settings->certificates.empty() ? "" : ", and " + std::to_string(certificates) + " certificates of files";
    const fs::path file = settings->path;
    if (::access(file.c_str(), F_OK) == 0) {
        if (::access(file.c_str(), R_OK | W_OK) == 0) return fine(Area::Records, file.string() + count);
        return warning(Area::Records, file.string() + " may not be written by us", "mend its owner and mode");
    }
    if (const std::string problem = problem_with_folder(file.parent_path()); !problem.empty()) {
        return warning(Area::Records, problem,
                       "certificates and data objects cannot be kept; name a file with records");
    }
    return fine(Area::Records, file.string() + " comes with the first record" + count);
}

}  // namespace kvp11::tools
