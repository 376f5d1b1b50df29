#include "tools/private_key_file.hpp"

#include "tools/files.hpp"
#include "tools/pin_entry.hpp"

namespace kvp11::tools {
namespace {

bool is_encrypted(const SecretBytes& pem) {
    // "BEGIN ENCRYPTED PRIVATE KEY" of PKCS#8 and "Proc-Type: 4,ENCRYPTED" of the traditional form.
    return text_of(pem.expose_bytes()).find("ENCRYPTED") != std::string_view::npos;
}

}  // namespace

Result<std::shared_ptr<const crypto::PrivateHalf>> read_private_key(const std::string& path,
                                                                    const SecretBytes& password) {
    const SecretBytes pem = TRY(read_secret(path));
    SecretBytes opener;
    if (is_encrypted(pem)) {
        opener = password.empty() ? TRY(enter_pin({.file = {}, .environment = {}, .prompt = "password of " + path}))
                                  : password.clone();
    }
    auto key = crypto::parse_private_key_pem(pem, opener);
    if (!key) return fail(key.code(), path + ": " + key.error().message);
    return key;
}

}  // namespace kvp11::tools
