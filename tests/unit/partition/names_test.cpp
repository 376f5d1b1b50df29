// What a key is called when others are, or become so meanwhile.
#include "workplace.hpp"

#include "partition/partition_core.hpp"
#include "store/memory_store.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// A store in memory in which something else is done first when a change comes: what another process would do.
class OvertakingStore final : public store::Store {
public:
    std::function<void()> first;

    std::uint64_t generation() const noexcept override { return inner_.generation(); }
    void settle_generation() noexcept override {}
    Result<Bytes> meta(const std::string& name) override { return inner_.meta(name); }
    Result<std::optional<store::StoredItem>> item(store::ItemKind kind, const KeyId& id) override {
        return inner_.item(kind, id);
    }
    Result<std::vector<store::StoredItem>> versions(const std::string& name) override { return inner_.versions(name); }
    Result<store::NameState> name_state(const std::string& name) override { return inner_.name_state(name); }
    Result<std::vector<store::StoredItem>> latest(const store::NameQuery& query) override {
        return inner_.latest(query);
    }
    Result<std::vector<std::string>> due(store::Due what, std::int64_t now, std::size_t limit) override {
        return inner_.due(what, now, limit);
    }
    Result<std::vector<ObjectRef>> find(const ObjectQuery& query) override { return inner_.find(query); }
    Result<std::vector<store::StoredItem>> items(std::uint64_t after, std::size_t limit) override {
        return inner_.items(after, limit);
    }
    Result<std::vector<store::ItemCount>> counts() override { return inner_.counts(); }
    bool read_only() const noexcept override { return false; }
    Result<void> commit(const store::Batch& batch) override {
        if (const auto overtake = std::exchange(first, nullptr)) overtake();
        return inner_.commit(batch);
    }

private:
    store::MemoryStore inner_;
};

std::string name_made(Backend& token, const std::string& label) {
    const auto made = token.generate(new_key(KeyType::Aes, 128, label));
    REQUIRE_OK(made);
    return made.value()->id.name;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(a_key_takes_its_label_as_name_when_that_is_legal_and_free) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    BOOST_CHECK_EQUAL(name_made(*token, "Web-1"), "Web-1");
    for (const char* label : {"web-1", "", "has space", "ümlaut"}) {
        const std::string name = name_made(*token, label);
        BOOST_CHECK_EQUAL(name.substr(0, 4), "p11-");
        BOOST_CHECK_EQUAL(name.size(), 36U);
    }
    BOOST_CHECK_EQUAL(name_made(*token, std::string(127, 'a')), std::string(127, 'a'));
    BOOST_CHECK_EQUAL(name_made(*token, std::string(128, 'b')).size(), 36U);
}

BOOST_AUTO_TEST_CASE(an_explicit_name_must_be_legal_and_free) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    NewKey wanted = new_key(KeyType::Aes, 256, "label");
    wanted.name = "Named";
    const KeyId id = token->generate(wanted).value()->id;
    BOOST_CHECK_EQUAL(id.name, "Named");
    BOOST_CHECK_EQUAL(id.version.size(), 32U);
    wanted.name = "nAMED";
    CHECK_FAILS(token->generate(wanted), Errc::KeyExists);
    wanted.name = "no_underscore";
    CHECK_FAILS(token->generate(wanted), Errc::KeyNameInvalid);
    BOOST_CHECK(token->key_record({"NAMED", ""}).value()->id == id);
    CHECK_FAILS(token->key_record({"other", ""}), Errc::KeyNotFound);
    CHECK_FAILS(token->key_record({"Named", std::string(32, '0')}), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(a_label_that_another_took_meanwhile_gives_way_even_when_that_key_is_deleted_again) {
    for (const bool is_deleted : {false, true}) {
        auto owned = std::make_unique<OvertakingStore>();
        OvertakingStore& store = *owned;
        partition::PartitionSettings settings;
        settings.memory_retention_days = 7;
        partition::PartitionCore core(settings, std::move(owned));
        REQUIRE_OK(core.unseal_memory());
        store.first = [&] {
            REQUIRE_OK(core.generate(new_key(KeyType::Aes, 128, "wanted")));
            if (is_deleted) REQUIRE_OK(core.remove_key("wanted"));
        };
        const auto made = core.generate(new_key(KeyType::Aes, 128, "wanted"));
        REQUIRE_OK(made);
        BOOST_CHECK_NE(made.value()->id.name, "wanted");
    }
}

BOOST_AUTO_TEST_SUITE_END()
