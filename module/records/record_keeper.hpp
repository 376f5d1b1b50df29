// RecordKeeper: a Backend that adds what is no key to one that keeps only keys: certificates, data objects and
// stand-alone public keys of a slot on a Managed HSM.
//
// Keys, roles and everything else go to the backend below; records go to a store of this machine: a SQLite file
// (hsm-sim/store) that processes share. Certificates of files (certificate_keeper.hpp) are records as well. Records are
// not secret: one with Face::is_private is refused with AttributeValueInvalid, and the log says why.
//
// Owns the backend below and the store. Thread-safe as a Backend is; fork-safe as the store is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"

namespace kvp11::records {

struct RecordSettings {
    std::string path;                       // of the store's file; made when the first record is created
    std::vector<std::string> certificates;  // absolute paths of PEM or DER files, may hold * and ?
};

Result<std::unique_ptr<Backend>> with_records(std::unique_ptr<Backend> keys, RecordSettings settings);

}  // namespace kvp11::records
