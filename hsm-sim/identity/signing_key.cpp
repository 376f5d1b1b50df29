#include "identity/signing_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace kvp11::identity {
namespace {

constexpr std::uint32_t modulus_bits = 2048;
constexpr std::size_t longest_key = 16 * 1024;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

private:
    int number_;
};

Failure system_failure(const char* what, const std::string& path) {
    return fail(Errc::FileUnreadable, std::string(what) + " " + path + ": " + strerror(errno));
}

/// Nothing when there is no file.
Result<std::optional<SecretMaterial>> read_key(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return std::optional<SecretMaterial>();
    struct stat about {};
    if (!file.is_open() || fstat(file.number(), &about) != 0) return system_failure("cannot read", path);
    SecretMaterial bytes(longest_key);
    const ssize_t size = read(file.number(), bytes.expose_writable().data(), bytes.size());
    if (size < 0) return system_failure("cannot read", path);
    bytes.shrink(static_cast<std::size_t>(size));
    return std::optional<SecretMaterial>(std::move(bytes));
}

/// Under another name first: the key's own name appears with the whole key behind it, or belongs to somebody faster.
Result<void> write_key(const std::string& folder, const std::string& path, const SecretMaterial& pkcs8) {
    std::string fresh = path + ".XXXXXX";
    const Descriptor file(mkostemp(fresh.data(), O_CLOEXEC));  // mode 0600
    if (!file.is_open()) return system_failure("cannot make", path);
    const ByteView bytes = pkcs8.expose_bytes();
    const bool is_written = write(file.number(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                            fsync(file.number()) == 0;
    const bool is_named = is_written && (link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
    const Failure failure = system_failure("cannot write", path);
    unlink(fresh.c_str());
    if (!is_named) return failure;
    const Descriptor place(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!place.is_open() || fsync(place.number()) != 0) return system_failure("cannot flush", folder);
    return {};
}

}  // namespace

Result<std::shared_ptr<const crypto::PrivateHalf>> open_signing_key(const std::string& folder,
                                                                    const std::string& name) {
    const std::string path = folder + "/" + name;
    std::optional<SecretMaterial> pkcs8 = TRY(read_key(path));
    if (!pkcs8) {
        if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return system_failure("cannot make", folder);
        const auto fresh = TRY(crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = modulus_bits}));
        const SecretMaterial made = TRY(fresh->expose_pkcs8());
        TRY(write_key(folder, path, made));
        pkcs8 = TRY(read_key(path));
    }
    if (!pkcs8) return fail(Errc::FileUnreadable, "the signing key " + path + " has gone");
    auto key = crypto::PrivateHalf::parse(*pkcs8);
    if (!key.ok() || (*key)->spec().type != KeyType::Rsa || (*key)->spec().bits < modulus_bits) {
        return fail(Errc::FileUnreadable, path + " is no RSA key of 2048 bits or more");
    }
    return key;
}

}  // namespace kvp11::identity
