#include "server/front.hpp"

#include "server/request_log.hpp"

namespace kvp11::server {

void Front::handle(http::Request request, http::Respond respond) {
    if (authority_ != nullptr && authority_->answers(path_of(request.target))) {
        return authority_->handle(std::move(request), std::move(respond));
    }
    hsm_.handle(std::move(request), std::move(respond));
}

}  // namespace kvp11::server
