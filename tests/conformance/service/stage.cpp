#include "conformance/service/stage.hpp"

#include "conformance/service/service_keys.hpp"
#include "support/results.hpp"

namespace kvp11::test {

Stage::Stage(TestPartition& home) : owner_(home.open()) {
    REQUIRE_OK(owner_->login(Role::User, SecretBytes::copy_of(bytes_of(partition_user_pin))));
    secret = key(aes_key("standing-secret"));
    NewKey wanted = signing_pair("standing-pair");
    wanted.ops = wanted.ops | KeyOps::Derive;
    pair = key(wanted);
}

std::unique_ptr<partition::Partition> Stage::as(const std::string& principal) const {
    return owner_->as_principal(principal_caller(principal));
}

KeyId Stage::key(NewKey wanted) {
    const auto record = owner_->generate(wanted);
    REQUIRE_OK(record);
    return (*record)->id;
}

std::string Stage::deleted_key() {
    const std::string name = key(aes_key(fresh_name())).name;
    REQUIRE_OK(owner_->remove_key(name));
    return name;
}

std::string Stage::backup() {
    const std::string name = key(aes_key(fresh_name())).name;
    const auto backup = owner_->backup_key(name);
    REQUIRE_OK(backup);
    REQUIRE_OK(owner_->remove_key(name));
    REQUIRE_OK(owner_->purge_key(name));
    return *backup;
}

std::string Stage::fresh_name() { return "stage-" + std::to_string(++names_); }

}  // namespace kvp11::test
