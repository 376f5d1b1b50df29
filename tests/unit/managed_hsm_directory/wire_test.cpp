// A KeyDirectory over a pipeline to a service.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "managed_hsm/key_directory.hpp"
#include "support/remote_hsm.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr std::size_t count = 60;

/// A pool of sixty keys.
struct Wire {
    Wire() : settings(hsm.settings()) {
        settings.cache_on_disk = true;
        settings.cache_folder = hsm.folder() + "/directory";
        for (std::size_t i = 0; i < count; ++i)
            hsm.ask("POST", "/keys/key-" + std::to_string(i) + "/create", R"({"kty":"EC-HSM"})");
        pipeline = pipeline::Pipeline::open(settings.pipeline).value();
        (void)hsm.exchanges();
    }
    [[nodiscard]] std::unique_ptr<managed_hsm::KeyDirectory> directory() {
        return std::make_unique<managed_hsm::KeyDirectory>(settings, *pipeline);
    }
    /// "/keys" or "/keys/NAME…" of what was asked.
    [[nodiscard]] std::vector<std::string> asked() {
        std::vector<std::string> paths;
        for (const Exchange& exchange : hsm.exchanges()) {
            if (exchange.status == 200) paths.push_back(exchange.target.substr(0, exchange.target.find('?')));
        }
        return paths;
    }
    RemoteHsm hsm;
    managed_hsm::Settings settings;
    std::unique_ptr<pipeline::Pipeline> pipeline;
};

ObjectQuery named(const std::string& label) {
    ObjectQuery query;
    query.kind = ObjectKind::PrivateKey;
    query.label = copy_of(bytes_of(label));
    return query;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(a_name_is_one_request_and_a_list_is_its_pages) {
    Wire wire;
    const auto directory = wire.directory();
    const auto refs = directory->find(named("key-7"));
    REQUIRE_OK(refs);
    BOOST_REQUIRE_EQUAL(refs->size(), 1U);
    REQUIRE_OK(directory->record(refs->front().id));
    BOOST_TEST(wire.asked() == std::vector<std::string>{"/keys/key-7"});

    ObjectQuery every;
    every.kind = ObjectKind::PublicKey;
    const auto all = directory->find(every);
    REQUIRE_OK(all);
    BOOST_TEST(all->size() == count);
    const auto asked = wire.asked();
    BOOST_TEST(std::count(asked.begin(), asked.end(), "/keys") == 3);
    BOOST_TEST(asked.size() <= 3 + count);

    const auto another = wire.directory();
    BOOST_TEST(another->find(every)->size() == count);
    BOOST_TEST(another->find(named("key-9"))->size() == 1U);
    BOOST_TEST(wire.asked() == std::vector<std::string>{});
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
    Wire wire;
    const auto directory = wire.directory();
    BOOST_TEST(directory->find(named("nobody"))->empty());
    CHECK_FAILS(directory->record({"nobody", ""}), Errc::KeyNotFound);
    CHECK_FAILS(directory->fetch({"nobody", ""}), Errc::KeyNotFound);
    wire.hsm.ask("DELETE", "/keys/key-3");
    CHECK_FAILS(directory->fetch({"key-3", ""}), Errc::KeyNotFound);
    BOOST_TEST(directory->find(named("key-3"))->empty());
}

BOOST_AUTO_TEST_CASE(versions_are_listed_and_told_apart) {
    Wire wire;
    wire.hsm.ask("POST", "/keys/key-3/create", R"({"kty":"RSA-HSM","key_size":2048})");
    wire.settings.all_versions = true;
    const auto directory = wire.directory();
    ObjectQuery every;
    every.kind = ObjectKind::PrivateKey;
    const auto all = directory->find(every);
    REQUIRE_OK(all);
    BOOST_TEST(all->size() == count + 1);
    const auto latest = directory->record({"key-3", ""});
    REQUIRE_OK(latest);
    BOOST_TEST(((*latest)->spec.type == KeyType::Rsa));
    for (const ObjectRef& ref : *all) {
        if (ref.id.name != "key-3" || ref.id.version == (*latest)->id.version) continue;
        const auto older = directory->find(named("key-3/" + ref.id.version));
        REQUIRE_OK(older);
        BOOST_TEST(older->size() == 1U);
        BOOST_TEST(((*directory->record(ref.id))->spec.type == KeyType::Ec));
    }
}

BOOST_AUTO_TEST_SUITE_END()
