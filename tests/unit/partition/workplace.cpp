#include "workplace.hpp"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace kvp11::test {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-partition-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

SecretBytes pin(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

std::unique_ptr<partition::Partition> partition_at(const std::string& path) {
    auto opened = partition::Partition::open({.path = path, .group = "", .kdf_cost = partition::least_kdf_cost});
    REQUIRE_OK(opened);
    return std::move(opened).value();
}

std::unique_ptr<partition::Partition> fresh_token(const std::string& path) {
    auto token = partition_at(path);
    REQUIRE_OK(token->initialise(pin(so_pin), "test token"));
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    REQUIRE_OK(token->initialise_user_pin(pin(user_pin)));
    REQUIRE_OK(token->logout());
    return token;
}

std::unique_ptr<partition::Partition> user_token(const std::string& path) {
    auto token = fresh_token(path);
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    return token;
}

std::unique_ptr<partition::Partition> provisioned(const std::string& path) {
    auto token = partition_at(path);
    partition::CreateOptions options;
    options.name = "contoso";
    options.administrators = {"alice", "bob"};
    options.so_pin = pin(so_pin);
    options.user_pin = pin(user_pin);
    options.kdf_cost = partition::least_kdf_cost;
    REQUIRE_OK(token->create(options));
    return token;
}

NewKey new_key(KeyType type, std::uint32_t bits, const std::string& label) {
    const bool is_pair = type == KeyType::Rsa || type == KeyType::Ec;
    NewKey key;
    key.spec.type = type;
    key.spec.bits = bits;
    key.ops = is_pair ? KeyOps::Sign | KeyOps::Verify : KeyOps::Encrypt | KeyOps::Decrypt;
    if (type == KeyType::Rsa) key.ops = key.ops | KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
    if (type == KeyType::GenericSecret) key.ops = KeyOps::Sign | KeyOps::Verify;
    key.face.label = copy_of(bytes_of(label));
    key.face.id = copy_of(bytes_of("id of " + label));
    key.face.extras[0x8000'0001] = {1, 2, 3};
    if (is_pair) {
        key.public_face = key.face;
        key.public_face->is_private = false;
    }
    return key;
}

void check_signs(Backend& backend, const KeyId& id) {
    const auto key = backend.open(id);
    REQUIRE_OK(key);
    const bool is_rsa = key.value()->record().spec.type == KeyType::Rsa;
    const SignatureAlgorithm algorithm{.scheme = is_rsa ? SignatureScheme::RsaPkcs1 : SignatureScheme::Ecdsa};
    const Bytes digest(32, 7);
    const auto signer = key.value()->signer(algorithm);
    REQUIRE_OK(signer);
    Bytes signature(signer.value()->size());
    REQUIRE_OK(signer.value()->sign(digest, signature));
    const auto verifier = key.value()->verifier(algorithm);
    REQUIRE_OK(verifier);
    CHECK_OK(verifier.value()->verify(digest, signature));
}

int in_child(const std::function<int()>& work) {
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) _exit(work());
    int status = 0;
    BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// In a child: a second SQLite user in this process would drop the partition's locks.
void tamper(const std::string& database, const std::string& sql) {
    const int done = in_child([&] {
        sqlite3* handle = nullptr;
        if (sqlite3_open(database.c_str(), &handle) != SQLITE_OK) return 1;
        sqlite3_busy_timeout(handle, 5000);
        if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return 2;
        return sqlite3_close(handle) == SQLITE_OK ? 0 : 3;
    });
    BOOST_REQUIRE_EQUAL(done, 0);
}

}  // namespace kvp11::test
