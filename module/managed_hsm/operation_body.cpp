#include "managed_hsm/operation_body.hpp"

#include <cstring>

#include "crypto/jose.hpp"

namespace kvp11::managed_hsm {

OperationBody::OperationBody(std::string_view alg, std::size_t binary) {
    constexpr std::size_t around_values = 64;
    text_.reserve(around_values + alg.size() + (binary + 3) * 4 / 3);
    text_.append("{\"alg\":\"").append(alg).push_back('"');
    begun_ = text_.size();
}

OperationBody::~OperationBody() { explicit_bzero(text_.data(), text_.size()); }

void OperationBody::add(std::string_view name, ByteView bytes) {
    text_.append(",\"").append(name).append("\":\"");
    crypto::append_base64url(text_, bytes);
    text_.push_back('"');
}

std::string_view OperationBody::finish() {
    text_.push_back('}');
    return text_;
}

void OperationBody::restart() {
    explicit_bzero(text_.data() + begun_, text_.size() - begun_);
    text_.resize(begun_);
}

}  // namespace kvp11::managed_hsm
