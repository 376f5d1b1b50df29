#include "service_case.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <future>
#include <stdexcept>

#include "server/exchange_recorder.hpp"
#include "support/bytes.hpp"

namespace kvp11::test {
namespace {

constexpr std::int64_t beginning = 1'800'000'000;

SecretBytes pin(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

struct Person {
    std::string_view name;
    std::string_view object_id;
    std::string_view role;        // at "/"; empty: none
    std::string_view group = {};  // that the token names; empty: none
};
constexpr auto people = std::to_array<Person>({
    {"admin", "00000000-0000-4000-8000-00000000000a", access::role_id::administrator},
    {"officer", "00000000-0000-4000-8000-00000000000b", access::role_id::crypto_officer},
    {"user", "00000000-0000-4000-8000-00000000000c", access::role_id::crypto_user},
    {"auditor", "00000000-0000-4000-8000-00000000000d", "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3"},
    {"nobody", "00000000-0000-4000-8000-00000000000e", ""},
    {"member", "00000000-0000-4000-8000-00000000000f", "", ServiceCase::group_id},
});

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error("the case could not be set up: " + result.error().message);
    return std::move(*result);
}
void must(const Result<void>& result) {
    if (!result.ok()) throw std::runtime_error("the case could not be set up: " + result.error().message);
}

// Tokens are names here; what real ones are checked for is identity's matter and tested there.
class NamesAsTokens final : public identity::Authenticator {
    Result<identity::PrincipalPtr> authenticate(std::string_view token) override {
        for (const Person& person : people) {
            if (person.name != token) continue;
            auto principal = std::make_shared<identity::Principal>();
            principal->object_id = person.object_id;
            principal->application = std::string(person.name) + "-app";
            if (!person.group.empty()) principal->groups = {"another-group", std::string(person.group)};
            return identity::PrincipalPtr(std::move(principal));
        }
        return fail(Errc::UserNotLoggedIn, "there is no such token");
    }
};

// With KVP11_RECORD=FILE all that the tests ask and get is written there, for tests/schema/validate.py.
class Observer final : public rest::Observer {
    void observed(const rest::Observation& observation) noexcept override {
        static const auto recorder = open();
        if (recorder) recorder->observed(observation);
    }
    static std::unique_ptr<server::ExchangeRecorder> open() {
        const char* file = std::getenv("KVP11_RECORD");
        return file ? must(server::ExchangeRecorder::open(file)) : nullptr;
    }
};

std::filesystem::path temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kvp11-rest.XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    return name;
}

}  // namespace

boost::json::value Answer::json() const { return text.empty() ? boost::json::value() : boost::json::parse(text); }

std::string Answer::code() const {
    const auto body = json();
    const auto* error = body.is_object() ? body.get_object().if_contains("error") : nullptr;
    return error ? std::string(error->at("code").as_string()) : std::string{};
}

std::string Answer::message() const {
    const auto body = json();
    const auto* error = body.is_object() ? body.get_object().if_contains("error") : nullptr;
    return error ? std::string(error->at("message").as_string()) : std::string{};
}

struct ServiceCase::Parts {
    std::filesystem::path folder = temporary_folder();
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(beginning);
    std::unique_ptr<partition::Partition> partition;
    NamesAsTokens authenticator;
    std::unique_ptr<traffic::Traffic> traffic = traffic::Traffic::make();
    Observer observer;
    rest::Jobs jobs;
    std::unique_ptr<rest::Workers> workers = std::make_unique<rest::Workers>(1);
    std::unique_ptr<rest::Site> site;
    std::unique_ptr<rest::Service> service;
};

ServiceCase::ServiceCase(Life life) : parts_(std::make_unique<Parts>()) {
    Parts& parts = *parts_;
    parts.partition = must(partition::Partition::open({.path = (parts.folder / "partition").string(),
                                                       .group = {},
                                                       .kdf_cost = partition::least_kdf_cost,
                                                       .audit_level = audit::Level::All,
                                                       .clock = parts.clock}));
    if (life == Life::Active) {
        must(parts.partition->initialise(pin("officer-pin"), "lab"));
    } else {
        must(parts.partition->create({.name = "lab",
                                      .administrators = {object_id("admin")},
                                      .so_pin = pin("officer-pin"),
                                      .user_pin = {},
                                      .group = {},
                                      .kdf_cost = partition::least_kdf_cost}));
    }
    must(parts.partition->login(Role::SecurityOfficer, pin("officer-pin")));
    for (std::size_t i = 0; life == Life::Active && i < people.size(); ++i) {
        if (people[i].role.empty()) continue;
        const std::string id = "00000000-0000-4000-9000-00000000000" + std::to_string(i);
        must(parts.partition->assign_role({id, std::string(people[i].object_id), std::string(people[i].role), "/"}));
    }
    rest::SiteSettings settings{.authority = "https://localhost:8443/tenant",
                                .resource = "https://managedhsm.localhost:8443",
                                .storage = (parts.folder / "storage").string(),
                                .clock = parts.clock};
    parts.site =
        std::make_unique<rest::Site>(rest::Site{std::move(settings), *parts.partition, parts.authenticator, nullptr,
                                                *parts.traffic, *parts.workers, parts.observer, parts.jobs});
    parts.service = std::make_unique<rest::Service>(*parts.site);
}

ServiceCase::~ServiceCase() {
    parts_->workers.reset();
    parts_->service.reset();
    parts_->partition.reset();
    std::error_code ignored;
    std::filesystem::remove_all(parts_->folder, ignored);
}

Answer ServiceCase::ask(Ask ask) {
    http::Request request;
    request.method = ask.method;
    request.target = ask.target.find('?') == std::string::npos ? ask.target + "?api-version=7.4" : ask.target;
    request.headers = ask.headers;
    request.headers.add("Host", "lab.managedhsm.localhost:8443");
    if (!ask.token.empty()) request.headers.add("Authorization", "Bearer " + ask.token);
    request.body = http::Body(std::move(ask.body));
    request.peer = {.address = "127.0.0.1", .port = 50000};
    std::promise<http::Response> answered;
    parts_->service->handle(std::move(request),
                            [&](http::Response response) { answered.set_value(std::move(response)); });
    http::Response response = answered.get_future().get();
    return {response.status, std::move(response.headers), std::move(response.body), response.delivery};
}

std::string ServiceCase::object_id(std::string_view name) {
    for (const Person& person : people) {
        if (person.name == name) return std::string(person.object_id);
    }
    throw std::runtime_error("nobody is called " + std::string(name));
}

partition::Partition& ServiceCase::partition() noexcept { return *parts_->partition; }
const std::filesystem::path& ServiceCase::folder() const noexcept { return parts_->folder; }
rest::Site& ServiceCase::site() noexcept { return *parts_->site; }
rest::Service& ServiceCase::service() noexcept { return *parts_->service; }
void ServiceCase::advance(std::int64_t seconds) { parts_->clock->advance(seconds); }

}  // namespace kvp11::test
