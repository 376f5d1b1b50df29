// Full backup and restore over the wire.
#include <filesystem>
#include <fstream>
#include <regex>

#include "administration.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string container_uri = "https://contoso.blob.core.windows.net/backups";
const std::string valid_token = "?sv=2023-01-03&se=2099-01-01T00%3A00Z&sp=rwdl&sig=x";

std::string storage_json(const std::string& token = valid_token, const std::string& uri = container_uri) {
    return R"({"storageResourceUri":")" + uri + R"(","token":")" + token + R"("})";
}
std::string restore_json(const std::string& folder, const std::string& token = valid_token) {
    return R"({"sasTokenParameters":)" + storage_json(token) + R"(,"folderToRestore":")" + folder + R"("})";
}
std::string key_restore_json(const std::string& folder) {
    return R"({"sasTokenParameters":)" + storage_json() + R"(,"folder":")" + folder + R"("})";
}

Answer put(ServiceCase& hsm, const std::string& target, const std::string& body, const std::string& token = "admin") {
    return hsm.ask({.method = "PUT", .target = target, .body = body, .token = token});
}

/// The job's status when it is over.
boost::json::value outcome(ServiceCase& hsm, const Answer& begun) {
    BOOST_REQUIRE_MESSAGE(begun.status == 202, begun.text);
    settle(hsm);
    const Answer status = hsm.get(status_path(begun), "admin");
    BOOST_REQUIRE_MESSAGE(status.status == 200, status.text);
    return status.json();
}
std::string status_of(const boost::json::value& job) { return string_of(job.at("status")); }

/// The folder of a new backup.
std::string back_up(ServiceCase& hsm) {
    const auto job = outcome(hsm, hsm.post("/backup", storage_json(), "admin"));
    BOOST_REQUIRE_MESSAGE(status_of(job) == "Succeeded", text(job));
    return string_of(job.at("azureStorageBlobContainerUri")).substr(container_uri.size() + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(backup)

BOOST_AUTO_TEST_CASE(each_backup_and_each_refusal_is_recorded_once) {
    ServiceCase hsm;
    back_up(hsm);
    BOOST_TEST(recorded(hsm, "BackupCreate", "Success") == 1U);
    BOOST_TEST(hsm.post("/backup", storage_json(), "user").status == 403U);
    BOOST_TEST(recorded(hsm, "BackupCreate", "AccessDenied") == 1U);
    outcome(hsm, put(hsm, "/restore", restore_json(back_up(hsm))));
    BOOST_TEST(recorded(hsm, "RestoreCreate", "Success") == 1U);
}

BOOST_AUTO_TEST_CASE(a_backup_is_a_job_in_the_services_shapes) {
    ServiceCase hsm;
    Answer begun;
    {
        const Standstill standstill(hsm);
        begun = hsm.post("/backup", storage_json(), "admin");
        BOOST_REQUIRE_EQUAL(begun.status, 202U);
        const std::string id = string_of(begun.json().at("jobId"));
        BOOST_TEST(std::regex_match(id, std::regex("[0-9a-f]{32}")));
        BOOST_TEST(begun.text == R"({"azureStorageBlobContainerUri":null,"endTime":null,"error":null,"jobId":")" + id +
                                     R"(","startTime":1800000000,"status":"InProgress","statusDetails":null})");
        BOOST_TEST(std::string(begun.headers.find("Azure-AsyncOperation").value_or("")) ==
                   std::string(ServiceCase::base_url) + "/backup/" + id + "/pending");
        BOOST_TEST(!begun.headers.find("Retry-After").value_or("").empty());
        BOOST_TEST(hsm.get(status_path(begun), "admin").text == begun.text);
        hsm.advance(7);
    }
    const auto job = outcome(hsm, begun);
    BOOST_TEST(status_of(job) == "Succeeded");
    BOOST_TEST(job.at("endTime").as_int64() == 1'800'000'007);
    BOOST_TEST(job.at("error").is_null());
    BOOST_TEST(std::regex_match(string_of(job.at("azureStorageBlobContainerUri")),
                                std::regex(container_uri + "/mhsm-lab-2027[0-9]{12}")));
    const std::string restore_status = "/restore/" + string_of(job.at("jobId")) + "/pending";
    BOOST_TEST(hsm.get(restore_status, "admin").status == 404U);
}

BOOST_AUTO_TEST_CASE(backups_of_one_second_have_different_folders) {
    ServiceCase hsm;
    BOOST_TEST(back_up(hsm) != back_up(hsm));
}

BOOST_AUTO_TEST_CASE(a_full_restore_replaces_everything) {
    ServiceCase hsm;
    const KeyId kept = make_key(hsm, "kept");
    const std::string folder = back_up(hsm);
    const KeyId later = make_key(hsm, "later");
    REQUIRE_OK(as(hsm, "user")->remove_key("kept"));
    const Answer begun = put(hsm, "/restore", restore_json(folder));
    BOOST_TEST(status_path(begun).starts_with("/restore/"));
    const auto job = outcome(hsm, begun);
    BOOST_TEST(status_of(job) == "Succeeded", text(job));
    BOOST_TEST(!job.as_object().contains("azureStorageBlobContainerUri"));
    BOOST_TEST(signs(hsm, kept));
    BOOST_TEST(!signs(hsm, later));
}

BOOST_AUTO_TEST_CASE(during_a_full_restore_only_its_status_is_answered) {
    ServiceCase hsm;
    const std::string folder = back_up(hsm);
    Answer begun;
    {
        const Standstill standstill(hsm);
        begun = put(hsm, "/restore", restore_json(folder));
        BOOST_REQUIRE_EQUAL(begun.status, 202U);
        const Answer random = hsm.post("/rng", R"({"count":1})");
        BOOST_TEST(random.status == 503U);
        BOOST_TEST(random.code() == "ServiceUnavailable");
        BOOST_TEST(random.headers.find("Retry-After").value_or("") == "1");
        BOOST_TEST(hsm.get("/settings", "admin").status == 503U);
        BOOST_TEST(hsm.get("/no/such/thing", "admin").status == 404U);
        BOOST_TEST(put(hsm, "/restore", restore_json(folder)).status == 503U);
        BOOST_TEST(hsm.ask({.target = "/settings", .token = ""}).status == 401U);
        BOOST_TEST(status_of(hsm.get(status_path(begun), "admin").json()) == "InProgress");
    }
    BOOST_TEST(status_of(outcome(hsm, begun)) == "Succeeded");
    BOOST_TEST(hsm.post("/rng", R"({"count":1})").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_restore_that_fails_changes_nothing_and_ends_the_standstill) {
    ServiceCase hsm;
    const KeyId key = make_key(hsm, "k");
    const auto job = outcome(hsm, put(hsm, "/restore", restore_json("mhsm-lab-none")));
    BOOST_TEST(status_of(job) == "Failed");
    BOOST_TEST(!string_of(job.at("error").at("code")).empty());
    BOOST_TEST(job.at("error").at("innererror").is_null());
    BOOST_TEST(signs(hsm, key));
    BOOST_TEST(hsm.post("/rng", R"({"count":1})").status == 200U);
}

BOOST_AUTO_TEST_CASE(backups_that_are_damaged_or_foreign_fail) {
    ServiceCase hsm;
    ServiceCase stranger;
    const KeyId key = make_key(hsm, "k");
    make_key(stranger, "k");
    const std::string own = back_up(hsm);
    const std::string foreign = back_up(stranger);
    const auto file_of = [](ServiceCase& one, const std::string& folder) {
        return one.folder() / "storage/contoso/backups" / folder / "partition.backup";
    };
    const auto into = [&](const std::string& name, const std::filesystem::path& file) {
        const auto folder = hsm.folder() / "storage/contoso/backups" / name;
        std::filesystem::create_directories(folder);
        std::filesystem::copy_file(file, folder / "partition.backup");
        return folder / "partition.backup";
    };
    into("foreign", file_of(stranger, foreign));
    const auto cut = into("cut", file_of(hsm, own));
    std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
    const auto empty = into("empty", file_of(hsm, own));
    std::filesystem::resize_file(empty, 0);
    for (const char* folder : {"foreign", "cut", "empty"}) {
        const auto job = outcome(hsm, put(hsm, "/restore", restore_json(folder)));
        BOOST_TEST(status_of(job) == "Failed", folder);
        BOOST_TEST(string_of(job.at("error").at("code")) == "BadParameter");
    }
    BOOST_TEST(signs(hsm, key));
}

BOOST_AUTO_TEST_CASE(one_key_comes_back_when_it_was_purged) {
    ServiceCase hsm;
    const KeyId key = make_key(hsm, "k");
    const KeyId other = make_key(hsm, "other");
    const std::string folder = back_up(hsm);
    const auto restore = [&](const std::string& name) {
        return outcome(hsm, put(hsm, "/keys/" + name + "/restore", key_restore_json(folder)));
    };
    const auto in_the_way = restore("k");
    BOOST_TEST(status_of(in_the_way) == "Failed");
    BOOST_TEST(string_of(in_the_way.at("error").at("code")) == "Conflict");
    REQUIRE_OK(as(hsm, "user")->remove_key("k"));
    BOOST_TEST(status_of(restore("k")) == "Failed");
    REQUIRE_OK(as(hsm, "officer")->purge_key("k"));
    const KeyId later = make_key(hsm, "later");
    BOOST_TEST(status_of(restore("K")) == "Succeeded");
    for (const KeyId& one : {key, other, later}) BOOST_TEST(signs(hsm, one));
    const auto unknown = restore("never");
    BOOST_TEST(string_of(unknown.at("error").at("code")) == "KeyNotFound");
    BOOST_TEST(put(hsm, "/keys/no_name/restore", key_restore_json(folder)).code() == "Invalidkeyidentifier");
}

BOOST_AUTO_TEST_CASE(checks_before_a_backup_and_a_restore_change_nothing) {
    ServiceCase hsm;
    const auto backup = outcome(hsm, hsm.post("/prebackup?api-version=7.6", storage_json(), "admin"));
    BOOST_TEST(status_of(backup) == "Succeeded", text(backup));
    BOOST_TEST(backup.at("azureStorageBlobContainerUri").is_null());
    BOOST_TEST(std::filesystem::is_empty(hsm.folder() / "storage/contoso/backups"));
    const std::string folder = back_up(hsm);
    const KeyId key = make_key(hsm, "k");
    const Answer begun = put(hsm, "/prerestore?api-version=7.6", restore_json(folder));
    BOOST_TEST(status_of(outcome(hsm, begun)) == "Succeeded");
    BOOST_TEST(signs(hsm, key));
    BOOST_TEST(status_of(outcome(hsm, put(hsm, "/prerestore?api-version=7.6", restore_json("none")))) == "Failed");
}

BOOST_AUTO_TEST_CASE(a_token_without_expiry_is_refused_in_the_recorded_words) {
    ServiceCase hsm;
    const Answer answer = hsm.post("/backup", storage_json("?sig=x"), "admin");
    BOOST_TEST(answer.status == 400U);
    BOOST_TEST(answer.text ==
               R"({"error":{"code":"BadRequest","innererror":null,"message":"The customer provided SAS token is )"
               R"(malformed. The SAS token does not contain the expiry field"}})");
    BOOST_TEST(put(hsm, "/restore", restore_json("x", "sig=x")).code() == "BadRequest");
}

BOOST_AUTO_TEST_CASE(a_token_that_expired_or_permits_too_little_makes_the_job_fail) {
    ServiceCase hsm;
    const auto expired = outcome(hsm, hsm.post("/backup", storage_json("se=2018-02-01T00%3A00Z&sig=x"), "admin"));
    BOOST_TEST(status_of(expired) == "Failed");
    BOOST_TEST(string_of(expired.at("error").at("message")).find("2018-02-01T00:00Z") != std::string::npos);
    const auto reader = outcome(hsm, hsm.post("/backup", storage_json("se=2099-01-01&sp=rl"), "admin"));
    BOOST_TEST(status_of(reader) == "Failed");
    BOOST_TEST(!std::filesystem::exists(hsm.folder() / "storage"));
}

BOOST_AUTO_TEST_CASE(a_managed_identity_needs_no_token_from_version_7_5_on) {
    ServiceCase hsm;
    const std::string body = R"({"storageResourceUri":")" + container_uri + R"(","useManagedIdentity":true})";
    const std::string plain = R"({"storageResourceUri":")" + container_uri + R"("})";
    BOOST_TEST(hsm.post("/backup?api-version=7.4", body, "admin").status == 400U);
    BOOST_TEST(hsm.post("/backup?api-version=7.5", plain, "admin").message().find("'token'") != std::string::npos);
    BOOST_TEST(status_of(outcome(hsm, hsm.post("/backup?api-version=7.5", body, "admin"))) == "Succeeded");
}

BOOST_AUTO_TEST_CASE(requests_that_are_wrong_are_refused_at_once) {
    ServiceCase hsm;
    for (const char* wrong :
         {"{}", R"({"token":"se=2099-01-01"})", R"({"storageResourceUri":7,"token":"se=2099-01-01"})",
          R"({"storageResourceUri":"https://a.b/c","token":"se=2099-01-01"})",
          R"({"storageResourceUri":"https://contoso.blob.core.windows.net/../x","token":"se=2099-01-01"})"}) {
        BOOST_TEST(hsm.post("/backup", wrong, "admin").code() == "BadParameter", wrong);
    }
    BOOST_TEST(put(hsm, "/restore", R"({"folderToRestore":"x"})").code() == "BadParameter");
    BOOST_TEST(put(hsm, "/restore", R"({"sasTokenParameters":)" + storage_json() + "}").code() == "BadParameter");
    BOOST_TEST(put(hsm, "/restore", restore_json("../x")).code() == "BadParameter");
    BOOST_TEST(hsm.get("/backup/00000000000000000000000000000000/pending", "admin").status == 404U);
}

BOOST_AUTO_TEST_CASE(one_backup_or_restore_at_a_time) {
    ServiceCase hsm;
    const Standstill standstill(hsm);
    const Answer first = hsm.post("/backup", storage_json(), "admin");
    BOOST_TEST(first.status == 202U);
    const Answer second = hsm.post("/backup", storage_json(), "admin");
    BOOST_TEST(second.status == 409U);
    BOOST_TEST(second.code() == "Conflict");
    BOOST_TEST(second.message().find(string_of(first.json().at("jobId"))) != std::string::npos);
    BOOST_TEST(put(hsm, "/keys/k/restore", key_restore_json("x")).status == 409U);
}

BOOST_AUTO_TEST_CASE(backup_and_restore_are_for_those_who_may) {
    ServiceCase hsm;
    const std::string folder = back_up(hsm);
    for (const char* token : {"user", "officer", "nobody"}) {
        BOOST_TEST(hsm.post("/backup", storage_json(), token).code() == "AccessDenied");
        BOOST_TEST(put(hsm, "/restore", restore_json(folder), token).code() == "AccessDenied");
        BOOST_TEST(put(hsm, "/keys/k/restore", key_restore_json(folder), token).code() == "AccessDenied");
        BOOST_TEST(hsm.get("/backup/00000000000000000000000000000000/pending", token).code() == "AccessDenied");
        BOOST_TEST(hsm.get("/restore/00000000000000000000000000000000/pending", token).code() == "AccessDenied");
    }
    // Nothing was begun by those who may not.
    BOOST_TEST(status_of(outcome(hsm, hsm.post("/backup", storage_json(), "admin"))) == "Succeeded");
}

// backuprestore.json's examples. Their token expired in 2018: the job of one fails, its request does not.
BOOST_AUTO_TEST_CASE(the_examples_of_the_openapi_file_are_answered_as_documented) {
    ServiceCase hsm;
    const std::string parameters =
        R"({"storageResourceUri":"https://myaccount.blob.core.windows.net/sascontainer/sasContainer",)"
        R"("token":"se=2018-02-01T00%3A00Z&spr=https&sv=2017-04-17&sr=b&sig=)"
        R"(XXFNfuMCHYrBx0bhemJ7PWn0xGfImMXT6LfbXWvtRUk%3D"})";
    const std::string folder = "mhsm-mypool-20200303062926785";
    const Answer begun = hsm.post("/backup", parameters, "admin");
    BOOST_TEST(begun.status == 202U);
    BOOST_TEST(hsm.get(status_path(begun) + "api-version=7.4", "admin").status == 200U);
    settle(hsm);
    BOOST_TEST(
        put(hsm, "/restore", R"({"sasTokenParameters":)" + parameters + R"(,"folderToRestore":")" + folder + R"("})")
            .status == 202U);
    settle(hsm);
    const Answer selective = put(hsm, "/keys/hsm-mail-key/restore",
                                 R"({"sasTokenParameters":)" + parameters + R"(,"folder":")" + folder + R"("})");
    BOOST_TEST(selective.status == 202U);
    settle(hsm);
    BOOST_TEST(hsm.get(status_path(selective) + "api-version=7.4", "admin").status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
