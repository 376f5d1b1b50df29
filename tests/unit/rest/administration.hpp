// What the tests of administrative routes share: keys beside the wire, waiting for jobs, the officers' JSON.
#pragma once

#include <boost/test/unit_test.hpp>

#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "../partition/officers.hpp"
#include "crypto/jose.hpp"
#include "rest/wire_certificate.hpp"
#include "service_case.hpp"
#include "support/results.hpp"

namespace kvp11::test {

inline std::unique_ptr<partition::Partition> as(ServiceCase& hsm, std::string_view name) {
    partition::Caller caller;
    caller.kind = partition::CallerKind::Principal;
    caller.object_id = ServiceCase::object_id(name);
    return hsm.partition().as_principal(std::move(caller));
}

inline KeyId make_key(ServiceCase& hsm, const std::string& name) {
    NewKey key;
    key.name = name;
    key.spec.type = KeyType::Ec;
    key.ops = KeyOps::Sign | KeyOps::Verify;
    const auto made = as(hsm, "user")->generate(key);
    REQUIRE_OK(made);
    return made.value()->id;
}

/// A signature over 32 bytes that the key's own public half accepts.
inline bool signs(ServiceCase& hsm, const KeyId& id) {
    const auto key = as(hsm, "user")->open(id);
    if (!key.ok()) return false;
    const Bytes digest(32, 7);
    const SignatureAlgorithm algorithm{.scheme = SignatureScheme::Ecdsa};
    const auto signer = key.value()->signer(algorithm);
    if (!signer.ok()) return false;
    Bytes signature(signer.value()->size());
    return signer.value()->sign(digest, signature).ok() &&
           key.value()->verifier(algorithm).value()->verify(digest, signature).ok();
}

/// Returns when the one worker has done what it was given before.
inline void settle(ServiceCase& hsm) {
    std::promise<void> reached;
    hsm.site().workers.post([&] { reached.set_value(); });
    reached.get_future().wait();
}

/// Holds the one worker up, so that jobs stay in progress.
class Standstill {
public:
    explicit Standstill(ServiceCase& hsm) {
        hsm.site().workers.post([waiting = std::shared_future<void>(over_.get_future())] { waiting.wait(); });
    }
    ~Standstill() { over_.set_value(); }

private:
    std::promise<void> over_;
};

/// The path of an answer's Azure-AsyncOperation: without api-version, as the service's is.
inline std::string status_path(const Answer& answer) {
    const std::string url(answer.headers.find("azure-asyncoperation").value_or(""));
    const std::string base = ServiceCase::base_url;
    BOOST_REQUIRE_MESSAGE(url.starts_with(base + "/"), "got the URL '" << url << "'");
    return url.substr(base.size()) + "?";
}

inline std::string text(const boost::json::value& value) { return boost::json::serialize(value); }
inline std::string string_of(const boost::json::value& value) { return std::string(value.as_string()); }

/// How many lines of the audit log name this operation and this result; empty for any.
inline std::size_t recorded(ServiceCase& hsm, const std::string& operation, const std::string& result) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(hsm.folder() / "partition")) {
        if (entry.path().extension() != ".jsonl") continue;
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);) {
            const bool is_it = (operation.empty() || line.find('"' + operation + '"') != std::string::npos) &&
                               (result.empty() || line.find('"' + result + '"') != std::string::npos);
            count += is_it ? 1 : 0;
        }
    }
    return count;
}

/// The body of POST /securitydomain/download for the officers of tests/vectors.
inline boost::json::object officers_body(int quorum) {
    boost::json::array certificates;
    for (const auto& one : three_certificates()) certificates.push_back(rest::wire_of(one));
    return {{"certificates", std::move(certificates)}, {"required", quorum}};
}

}  // namespace kvp11::test
