// kvp11 mechanisms.
#include <ostream>

#include "managed_hsm/managed_hsm.hpp"
#include "mechanism/registry.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

/// A slot that is asked what it supports and never sends a request: nobody logs in.
Result<std::unique_ptr<Backend>> a_managed_hsm() {
    managed_hsm::Settings settings;
    settings.pipeline.members = {"https://a.managedhsm.azure.net"};
    settings.pipeline.credential_by_pin = true;
    settings.cache_on_disk = false;
    return managed_hsm::open_managed_hsm(std::move(settings));
}

std::string text_table(const Backend& managed_hsm) {
    std::vector<std::vector<std::string>> table{
        {"mechanism", "sizes", "approved", "managed-hsm", "what it does", "keys"}};
    for (const auto& row : mechanism::described_rows(managed_hsm)) {
        table.push_back({row.name, row.sizes, row.approved, row.remote, row.roles, row.keys});
    }
    return columns(table);
}

class Mechanisms final : public Command {
public:
    std::string words() const override { return "mechanisms"; }
    std::string summary() const override {
        return "List the mechanisms of the PKCS#11 module, which of them are approved, and what keys of a Managed HSM "
               "do";
    }
    void declare(Options& options) override {
        options.flag("--markdown", as_markdown_, "As the table of docs/mechanisms.md");
    }
    Result<void> run(std::ostream& out) override {
        const auto remote = TRY(a_managed_hsm());
        out << (as_markdown_ ? mechanism::markdown_table(*remote) : text_table(*remote));
        return {};
    }

private:
    bool as_markdown_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mechanisms() { return std::make_unique<Mechanisms>(); }

}  // namespace kvp11::tools
