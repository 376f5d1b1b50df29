// Front: what listens where clients come: the HSM, and beside it the test authority, told apart by their paths.
// Threads: as http::Handler. Both outlive it.
#pragma once

#include "http/handler.hpp"
#include "server/authority_handler.hpp"

namespace kvp11::server {

class Front final : public http::Handler {
public:
    /// `authority` is null where tokens come from elsewhere.
    Front(http::Handler& hsm, AuthorityHandler* authority) : hsm_(hsm), authority_(authority) {}
    void handle(http::Request request, http::Respond respond) override;
    void gather(http::Request request, http::Respond respond) override;
    [[nodiscard]] bool work_off() override { return hsm_.work_off(); }
    [[nodiscard]] bool settle() override { return hsm_.settle(); }
    [[nodiscard]] http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override {
        return hsm_.refuse(status, why, peer);
    }

private:
    [[nodiscard]] bool is_for_authority(const http::Request& request) const;

    http::Handler& hsm_;
    AuthorityHandler* authority_;
};

}  // namespace kvp11::server
