// kvp11 keys create.
#include <ostream>

#include "tools/attribute_options.hpp"
#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/key_words.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class CreateKey final : public Command {
public:
    std::string words() const override { return "keys create"; }
    std::string summary() const override { return "Make a key, or a new version of the key of this name"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyCreate);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text(
            "--kty", kty_,
            "Its type: RSA, EC, oct (AES), also with -HSM; OKP (Ed25519 ...), ChaCha20, AES-XTS; left out, RSA");
        options.number("--size", size_, "Bits: RSA 2048 (left out), 3072, 4096; oct 128, 192, 256 (left out)");
        options.text("--curve", curve_,
                     "EC: P-256 (left out), P-384, P-521, P-256K; OKP: Ed25519, Ed448, X25519, X448");
        options.flag("--exportable", exportable_, "It may be released under its release policy");
        attributes_.declare(options);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        NewKey key;
        key.name = name_;
        key.name_use = NameUse::MayAddVersion;
        key.exportable = exportable_;
        key.spec.type = TRY(type_of_kty(kty_));
        key.spec.curve = TRY(curve_named(curve_));
        // One word for two types, as in RFC 8037: the curve says which.
        if (key.spec.type == KeyType::EcEdwards && type_of(key.spec.curve) == KeyType::EcMontgomery) {
            key.spec.type = KeyType::EcMontgomery;
        }
        key.spec.bits = size_.value_or(usual_bits(key.spec.type));
        TRY(attributes_.apply(key));
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr made = TRY(partition->generate(key));
        return output_.one(out, *partition, *made);
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string kty_ = "RSA";
    std::optional<unsigned> size_;
    std::string curve_ = "P-256";
    bool exportable_ = false;
    AttributeOptions attributes_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_create() { return std::make_unique<CreateKey>(); }

}  // namespace kvp11::tools
