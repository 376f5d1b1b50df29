// What a slot on a Managed HSM or Key Vault is opened with. Values, made by slot_settings.hpp from the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "pipeline/pipeline.hpp"

namespace kvp11::managed_hsm {

/// How a key that a caller brings (C_CreateObject, C_UnwrapKey to a token object) travels.
enum class ImportWay : std::uint8_t {
    Plain,  // as a JSON Web Key inside TLS
    Byok    // wrapped for the key exchange key `exchange_key` of the pool
};

struct Settings {
    pipeline::PipelineSettings pipeline;
    std::string label;          // of the token; empty: the host's first label
    bool all_versions = false;  // older versions are objects, too
    ImportWay import_way = ImportWay::Plain;
    std::string exchange_key;             // name of an RSA key whose only operation is import
    bool software_keys = false;           // of a Key Vault: make "RSA" and "EC", not "RSA-HSM" and "EC-HSM"
    std::string cache_folder;             // of the directory's file; empty: $XDG_CACHE_HOME/kvp11
    bool cache_on_disk = true;            // nothing secret is in it (docs/remote.md)
    std::chrono::seconds cache_age{300};  // a list older than this is read again when somebody searches
};

}  // namespace kvp11::managed_hsm
