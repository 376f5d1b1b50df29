// The people and files of tests/vectors/security-domain: three officers and the exchange key.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "partition/security_domain.hpp"
#include "support/bytes.hpp"

namespace kvp11::test {

inline std::string vector_path(const std::string& name) {
    return std::string(KVP11_VECTORS) + "/security-domain/" + name;
}

inline std::string vector_file(const std::string& name) {
    std::ifstream file(vector_path(name), std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + vector_path(name));
    return {std::istreambuf_iterator<char>(file), {}};
}

inline crypto::Certificate certificate(const std::string& name) {
    return crypto::parse_certificate(bytes_of(vector_file(name + ".cer"))).value();
}

inline std::shared_ptr<const crypto::PrivateHalf> private_key(const std::string& name) {
    const SecretBytes pem = SecretBytes::copy_of(bytes_of(vector_file(name + ".key")));
    return crypto::parse_private_key_pem(pem, {}).value();
}

/// wrap1, wrap2 or wrap3.
inline partition::OfficerKey officer(const std::string& name) {
    return {certificate(name), private_key(name), name + ".key"};
}

inline std::vector<crypto::Certificate> three_certificates() {
    return {certificate("wrap1"), certificate("wrap2"), certificate("wrap3")};
}

inline std::vector<partition::OfficerKey> officers(const std::vector<std::string>& names) {
    std::vector<partition::OfficerKey> all;
    for (const std::string& name : names) all.push_back(officer(name));
    return all;
}

}  // namespace kvp11::test
