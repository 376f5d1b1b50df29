// kvp11-request-bench: what one signature costs a server that asks for it as its request's principal: caller, role
// check, key, signature, audit record. Beside it one raw signature by OpenSSL. P-256, one thread, processor time.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <vector>

#include "access/role.hpp"
#include "partition/partition.hpp"

namespace kvp11::bench {
namespace {

using partition::Partition;

struct Options {
    unsigned rounds = 41;
    unsigned requests = 500;
    int only = -1;  // row, for a profiler
};

constexpr const char* principal = "7b0a6f52-5d0c-4b3c-9d52-0a2f9be0a1c3";
const Bytes digest(32, 0x5A);

SecretBytes pin() { return SecretBytes::copy_of(bytes_of("bench-4711")); }

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "kvp11-request-bench-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string partition() const { return path_ / "partition"; }

private:
    std::filesystem::path path_;
};

std::unique_ptr<Partition> opened(const std::string& path, audit::Level level) {
    partition::PartitionSettings settings;
    settings.path = path;
    settings.kdf_cost = partition::least_kdf_cost;
    settings.audit_level = level;
    return must(Partition::open(std::move(settings)));
}

std::unique_ptr<Partition> serving(const std::string& path, audit::Level level) {
    auto process = opened(path, level);
    must(process->login(Role::SecurityOfficer, pin()));
    return process;
}

/// What the server knows of a request when it has checked the token.
partition::Caller caller_of_request() {
    partition::Caller caller;
    caller.kind = partition::CallerKind::Principal;
    caller.object_id = principal;
    caller.application = "99999999-0000-4000-8000-000000000001";
    caller.address = "127.0.0.1";
    caller.client_info = "azsdk-js-keyvault-keys/4.10.2 core-rest-pipeline/1.22.0 Node/20.19.2 OS/(x64-Linux-6.1)";
    caller.correlation_id = "cccccccc-0000-4000-8000-000000000002";
    caller.operation_version = "2025-07-01";
    caller.request_uri = "https://lab.managedhsm.localhost:8443/keys/signing//sign?api-version=2025-07-01";
    return caller;
}

void request(const Partition& process) {
    const auto caller = process.as_principal(caller_of_request());
    const auto key = must(caller->open(KeyId{"signing", ""}));
    const auto signer = must(key->signer({.scheme = SignatureScheme::Ecdsa}));
    Bytes signature(signer->size());
    must(signer->sign(digest, signature));
}

class RawKey {
public:
    RawKey() : key_(EVP_EC_gen("P-256")), context_(EVP_PKEY_CTX_new(key_, nullptr)) {
        if (context_ == nullptr || EVP_PKEY_sign_init(context_) != 1) throw std::runtime_error("OpenSSL");
    }
    RawKey(const RawKey&) = delete;
    RawKey& operator=(const RawKey&) = delete;
    ~RawKey() {
        EVP_PKEY_CTX_free(context_);
        EVP_PKEY_free(key_);
    }
    void sign() {
        unsigned char signature[80];
        std::size_t size = sizeof signature;
        if (EVP_PKEY_sign(context_, signature, &size, digest.data(), digest.size()) != 1)
            throw std::runtime_error("OpenSSL");
    }

private:
    EVP_PKEY* key_;
    EVP_PKEY_CTX* context_;
};

double processor_us() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

struct Row {
    const char* name;
    std::function<void()> once;
    std::vector<double> costs = {};

    void measure(unsigned count) {
        const double begin = processor_us();
        for (unsigned i = 0; i < count; ++i) once();
        costs.push_back((processor_us() - begin) / count);
    }
    /// Of all rounds, which take turns, so that drift of the machine meets all.
    [[nodiscard]] double median() {
        std::sort(costs.begin(), costs.end());
        return costs[costs.size() / 2];
    }
};

void prepare(const std::string& path) {
    const auto token = opened(path, audit::Level::Off);
    must(token->initialise(pin(), "bench"));
    must(token->login(Role::SecurityOfficer, pin()));
    must(token->assign_role({.id = "00000000-0000-4000-8000-000000000001",
                             .principal = principal,
                             .role = access::role_id::crypto_user,
                             .scope = "/"}));
    NewKey key;
    key.name = "signing";
    key.spec.type = KeyType::Ec;
    key.ops = KeyOps::Sign | KeyOps::Verify;
    must(token->as_principal(caller_of_request())->generate(key));
}

void run(const Options& options) {
    const TemporaryFolder folder;
    prepare(folder.partition());
    const auto off = serving(folder.partition(), audit::Level::Off);
    const auto management = serving(folder.partition(), audit::Level::Management);
    const auto all = serving(folder.partition(), audit::Level::All);
    RawKey raw;
    Row rows[] = {{"OpenSSL alone", [&] { raw.sign(); }},
                  {"request, audit off", [&] { request(*off); }},
                  {"request, audit management", [&] { request(*management); }},
                  {"request, audit all", [&] { request(*all); }}};
    for (Row& row : rows) row.once();
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (int i = 0; i < 4; ++i) {
            if (options.only < 0 || options.only == i) rows[i].measure(options.requests);
        }
    }
    if (options.only >= 0) return;
    const double alone = rows[0].median();
    std::printf("| P-256 signature           | processor, us | more than OpenSSL, us |\n|---|---|---|\n");
    for (Row& row : rows) std::printf("| %-25s | %13.2f | %21.2f |\n", row.name, row.median(), row.median() - alone);
}

}  // namespace
}  // namespace kvp11::bench

int main(int argc, char** argv) {
    kvp11::bench::Options options;
    CLI::App app("What one signature costs a server. The partition lies in TMPDIR.");
    app.add_option("--rounds", options.rounds, "how often; the median is printed")->capture_default_str();
    app.add_option("--requests", options.requests, "of each kind per round")->capture_default_str();
    app.add_option("--only", options.only, "this row alone, from 0, for a profiler; prints nothing");
    CLI11_PARSE(app, argc, argv);
    try {
        kvp11::bench::run(options);
    } catch (const std::exception& error) {
        std::cerr << "kvp11-request-bench: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
