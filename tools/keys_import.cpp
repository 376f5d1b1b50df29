// kvp11 keys import.
#include <ostream>

#include "crypto/asymmetric.hpp"
#include "tools/attribute_options.hpp"
#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/key_output.hpp"
#include "tools/key_words.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/pin_entry.hpp"
#include "tools/private_key_file.hpp"

namespace kvp11::tools {
namespace {

class Import final : public Command {
public:
    std::string words() const override { return "keys import"; }
    std::string summary() const override {
        return "Take in a private key of a PEM file, or a wrapped key of a BYOK file";
    }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyImport);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--pem-file", pem_file_, "File with an RSA or EC private key (PEM)");
        options.text("--pem-password-file", password_file_, "File with its password (else asked for)");
        options.text("--byok-file", byok_file_,
                     "File that make-transfer-blob, or another tool of the service's format, wrote");
        options.exactly_one({"--pem-file", "--byok-file"});
        options.text("--kty", kty_, "With --byok-file, the type: RSA (left out), EC or oct (AES)");
        options.text("--curve", curve_, "With --byok-file of an EC key: P-256 (left out), P-384, P-521 or P-256K");
        options.flag("--exportable", exportable_, "It may be released under its release policy");
        attributes_.declare(options);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        NewKey key;
        key.name = name_;
        key.name_use = NameUse::MayAddVersion;
        key.exportable = exportable_;
        return pem_file_.empty() ? import_wrapped(std::move(key), out) : import_plain(std::move(key), out);
    }

private:
    Result<void> import_plain(NewKey key, std::ostream& out) const {
        SecretBytes password;
        if (!password_file_.empty()) {
            password =
                TRY(enter_pin({.file = password_file_, .environment = {}, .prompt = "password of " + pem_file_}));
        }
        const auto half = TRY(read_private_key(pem_file_, password));
        key.spec = half->spec();
        TRY(attributes_.apply(key));
        const SecretMaterial material = TRY(half->expose_pkcs8());
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr made = TRY(partition->import_key(key, material));
        return output_.one(out, *partition, *made);
    }

    Result<void> import_wrapped(NewKey key, std::ostream& out) const {
        const std::string blob = TRY(read_text(byok_file_));
        key.spec.type = TRY(type_of_kty(kty_));
        key.spec.curve = TRY(curve_named(curve_));
        TRY(attributes_.apply(key));
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr made = TRY(partition->import_wrapped_key(key, blob));
        return output_.one(out, *partition, *made);
    }

    PartitionAccess access_;
    std::string name_;
    std::string pem_file_;
    std::string password_file_;
    std::string byok_file_;
    std::string kty_ = "RSA";
    std::string curve_ = "P-256";
    bool exportable_ = false;
    AttributeOptions attributes_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_import() { return std::make_unique<Import>(); }

}  // namespace kvp11::tools
