// What one P-256 sign request costs the REST service beside its signature: the same key used through the partition
// and through Service::handle, in process, without sockets.
//
//   kvp11-rest-bench [seconds]     microseconds per operation, of one thread
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "crypto/jose.hpp"
#include "rest/jobs.hpp"
#include "rest/service.hpp"

namespace {

using namespace kvp11;

constexpr const char* object_id = "00000000-0000-4000-8000-00000000000c";

class OnePrincipal final : public identity::Authenticator {
public:
    OnePrincipal() {
        auto principal = std::make_shared<identity::Principal>();
        principal->object_id = object_id;
        principal->application = "bench";
        principal_ = std::move(principal);
    }
    Result<identity::PrincipalPtr> authenticate(std::string_view) override { return principal_; }

private:
    identity::PrincipalPtr principal_;
};

class NoObserver final : public rest::Observer {
    void observed(const rest::Observation&) noexcept override {}
};

template <class T>
T must(Result<T> result) {
    if (!result.ok()) {
        std::fprintf(stderr, "kvp11-rest-bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}
void must(const Result<void>& result) {
    if (!result.ok()) std::fprintf(stderr, "kvp11-rest-bench: %s\n", result.error().message.c_str()), std::exit(1);
}

template <class Work>
double microseconds_each(double seconds, Work work) {
    using Clock = std::chrono::steady_clock;
    for (int i = 0; i < 500; ++i) work();  // warm
    const auto begun = Clock::now();
    std::size_t count = 0;
    std::chrono::duration<double, std::micro> spent{0};
    do {
        for (int i = 0; i < 100; ++i) work();
        count += 100;
        spent = Clock::now() - begun;
    } while (spent.count() < seconds * 1e6);
    return spent.count() / static_cast<double>(count);
}

std::unique_ptr<partition::Partition> made_partition(const std::filesystem::path& folder) {
    partition::PartitionSettings settings;
    settings.path = (folder / "partition").string();
    settings.kdf_cost = partition::least_kdf_cost;
    settings.audit_level = audit::Level::All;
    auto partition = must(partition::Partition::open(settings));
    const SecretBytes pin = SecretBytes::copy_of(bytes_of("officer-pin"));
    must(partition->initialise(pin, "bench"));
    must(partition->login(Role::SecurityOfficer, pin));
    must(
        partition->assign_role({"00000000-0000-4000-9000-000000000001", object_id, access::role_id::crypto_user, "/"}));
    return partition;
}

partition::Caller bench_caller() {
    partition::Caller caller;
    caller.object_id = object_id;
    caller.application = "bench";
    caller.address = "127.0.0.1";
    return caller;
}

http::Request sign_request(const std::string& body) {
    http::Request request;
    request.method = "POST";
    request.target = "/keys/bench//sign?api-version=7.4";
    request.headers = {{"Host", "lab.managedhsm.localhost:8443"},
                       {"Authorization", "Bearer " + std::string(1200, 'x')},
                       {"Content-Type", "application/json"},
                       {"User-Agent", "azsdk-js-keyvault-keys/4.10.2"}};
    request.body = http::Body(body);
    request.peer = {.address = "127.0.0.1", .port = 50000};
    return request;
}

void measure(const std::filesystem::path& folder, double seconds) {
    const auto partition = made_partition(folder);
    const auto principal = partition->as_principal(bench_caller());
    NewKey key;
    key.name = "bench";
    key.spec.type = KeyType::Ec;
    key.ops = KeyOps::Sign | KeyOps::Verify;
    must(principal->generate(key));
    OnePrincipal authenticator;
    NoObserver observer;
    rest::Jobs jobs;
    rest::Workers workers(1);
    const auto traffic = traffic::Traffic::make();
    rest::Site site{{}, *partition, authenticator, nullptr, *traffic, workers, observer, jobs};
    rest::Service service(site);

    const KeyId id{"bench", ""};
    const SignatureAlgorithm algorithm{SignatureScheme::Ecdsa};
    const Bytes digest(32, 7);
    Bytes signature(64);
    const auto opened = must(principal->open(id));
    const auto signer = must(opened->signer(algorithm));
    const double raw = microseconds_each(seconds, [&] { must(signer->sign(digest, signature)); });
    const double through_partition = microseconds_each(seconds, [&] {
        const auto as_caller = partition->as_principal(bench_caller());
        const auto found = must(as_caller->open(id));
        const auto prepared = must(found->signer(algorithm));
        must(prepared->sign(digest, signature));
    });
    const std::string body = R"({"alg":"ES256","value":")" + crypto::base64url(digest) + R"("})";
    const double through_service = microseconds_each(seconds, [&] {
        service.handle(sign_request(body), [](http::Response response) {
            if (response.status != 200) std::fprintf(stderr, "%s\n", response.body.c_str()), std::exit(1);
        });
    });
    std::printf("prepared signer, audit        %7.2f us\n", raw);
    std::printf("principal, open, sign, audit  %7.2f us\n", through_partition);
    std::printf("Service::handle               %7.2f us   (+%.2f)\n", through_service,
                through_service - through_partition);
}

}  // namespace

int main(int count, char** arguments) {
    const double seconds = count > 1 ? std::atof(arguments[1]) : 2;
    std::string folder = (std::filesystem::temp_directory_path() / "kvp11-rest-bench.XXXXXX").string();
    if (!mkdtemp(folder.data())) return 1;
    measure(folder, seconds);
    std::filesystem::remove_all(folder);
}
