#include "server/dev_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "server/files.hpp"

namespace kvp11::server {
namespace {

Result<http::Descriptor> lock(const std::string& path) {
    http::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.number() < 0) return fail(Errc::AccessDenied, "cannot open " + path + ": " + std::strerror(errno));
    if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        return fail(Errc::StoreBusy, "another hsm-sim serves this folder: stop it, or choose another with --folder");
    }
    return file;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace

std::string default_dev_folder() {
    if (const std::string state = variable("XDG_STATE_HOME"); !state.empty()) return state + "/kvp11/dev";
    return variable("HOME") + "/.local/state/kvp11/dev";
}

Result<DevFolder> DevFolder::open(const std::string& path, const std::string& name) {
    std::error_code problem;
    DevFolder folder;
    folder.path_ = std::filesystem::absolute(path, problem).lexically_normal().string();
    TRY(make_private_folder(folder.path_));
    folder.lock_ = TRY(lock(folder.path_ + "/lock"));
    folder.identities_ = TRY(DevIdentities::open(folder.path_ + "/identities.json"));
    folder.certificates_ = TRY(make_dev_certificates(folder.path_, name));
    return folder;
}

Result<void> DevFolder::write_client_files(const DevPlace& place) const {
    TRY(replace_file(place.env_file(), env_text(place, identities_)));
    return replace_file(path_ + "/cloud.json", cloud_text(place), Readers::Everybody);
}

}  // namespace kvp11::server
