// kvp11 keys download.
#include <ostream>

#include "crypto/x509.hpp"
#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Download final : public Command {
public:
    std::string words() const override { return "keys download"; }
    std::string summary() const override { return "Write the public half of a key as PEM"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyGet);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--version", version_, "Its version, 32 hexadecimal digits (left out: the latest)");
        options.text("--file", file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(file_));
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->key_record({name_, version_}));
        const std::string pem = TRY(crypto::public_key_pem(key->public_key));
        TRY(write_new_file(file_, pem));
        out << "the public half of /keys/" << key->id.name << '/' << key->id.version << " is in " << file_ << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string version_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_keys_download() { return std::make_unique<Download>(); }

}  // namespace kvp11::tools
