#include "server/front.hpp"

#include "server/request_log.hpp"

namespace kvp11::server {

bool Front::is_for_authority(const http::Request& request) const {
    return authority_ != nullptr && authority_->answers(path_of(request.target));
}

void Front::handle(http::Request request, http::Respond respond) {
    if (is_for_authority(request)) return authority_->handle(std::move(request), std::move(respond));
    hsm_.handle(std::move(request), std::move(respond));
}

void Front::gather(http::Request request, http::Respond respond) {
    if (is_for_authority(request)) return authority_->handle(std::move(request), std::move(respond));
    hsm_.gather(std::move(request), std::move(respond));
}

}  // namespace kvp11::server
