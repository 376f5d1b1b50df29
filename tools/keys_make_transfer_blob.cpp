// kvp11 keys make-transfer-blob: the offline step of "bring your own key". Needs no partition.
#include <ostream>

#include "crypto/asymmetric.hpp"
#include "partition/transfer_blob.hpp"
#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/pin_entry.hpp"
#include "tools/private_key_file.hpp"

namespace kvp11::tools {
namespace {

class MakeTransferBlob final : public Command {
public:
    std::string words() const override { return "keys make-transfer-blob"; }
    std::string summary() const override { return "Wrap a key for the key exchange key of a partition or Managed HSM"; }

    void declare(Options& options) override {
        options.text("--kek-file", kek_file_, "The public half of the key exchange key (PEM), as download wrote it",
                     Need::Required);
        options.text("--kid", kid_, "Its identifier: https://HOST/keys/NAME/VERSION", Need::Required);
        options.text("--pem-file", pem_file_, "File with the RSA or EC private key to wrap (PEM)");
        options.text("--secret-file", secret_file_, "File with the bytes of an AES key to wrap");
        options.exactly_one({"--pem-file", "--secret-file"});
        options.text("--pem-password-file", password_file_, "File with the private key's password (else asked for)");
        options.text("--file", file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(file_));
        const std::string text = TRY(read_text(kek_file_));
        const auto exchange_key = crypto::parse_public_key(bytes_of(text));
        if (!exchange_key) return fail(exchange_key.code(), kek_file_ + ": " + exchange_key.error().message);
        const SecretMaterial key = TRY(material());
        const std::string blob = TRY(partition::make_transfer_blob(*exchange_key, kid_, key));
        TRY(write_new_file(file_, blob));
        out << "the key is in " << file_ << ", wrapped for " << kid_ << '\n'
            << "next: kvp11 keys import --byok-file " << file_ << '\n';
        return {};
    }

private:
    Result<SecretMaterial> material() const {
        if (!secret_file_.empty()) return read_secret(secret_file_);
        SecretBytes password;
        if (!password_file_.empty()) {
            password =
                TRY(enter_pin({.file = password_file_, .environment = {}, .prompt = "password of " + pem_file_}));
        }
        const auto half = TRY(read_private_key(pem_file_, password));
        return half->expose_pkcs8();
    }

    std::string kek_file_;
    std::string kid_;
    std::string pem_file_;
    std::string secret_file_;
    std::string password_file_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_keys_make_transfer_blob() { return std::make_unique<MakeTransferBlob>(); }

}  // namespace kvp11::tools
