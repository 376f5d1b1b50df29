// A list of OSSL_PARAM that owns its values and wipes them. One caller's at a time; of this room only.
#pragma once

#include <vector>

#include <openssl/bn.h>
#include <openssl/params.h>

#include "kvp11/secret.hpp"

namespace kvp11::crypto {

class Parameters {
public:
    Parameters& number(const char* name, const BIGNUM* value) {
        SecretBytes& room = values_.emplace_back(static_cast<std::size_t>(BN_num_bytes(value)) + 1);
        const MutableBytes bytes = room.expose_writable();
        BN_bn2nativepad(value, bytes.data(), static_cast<int>(bytes.size()));
        rows_.push_back(OSSL_PARAM_construct_BN(name, bytes.data(), bytes.size()));
        return *this;
    }
    Parameters& octets(const char* name, ByteView value) {
        SecretBytes& room = values_.emplace_back(value.size() + 1);
        if (!value.empty()) std::memcpy(room.expose_writable().data(), value.data(), value.size());
        rows_.push_back(OSSL_PARAM_construct_octet_string(name, room.expose_writable().data(), value.size()));
        return *this;
    }
    /// `value` outlives the list, here and below.
    Parameters& size(const char* name, std::size_t& value) {
        rows_.push_back(OSSL_PARAM_construct_size_t(name, &value));
        return *this;
    }
    Parameters& text(const char* name, const char* value) {
        rows_.push_back(OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0));
        return *this;
    }
    /// Ends the list.
    OSSL_PARAM* rows() {
        rows_.push_back(OSSL_PARAM_construct_end());
        return rows_.data();
    }

private:
    std::vector<SecretBytes> values_;
    std::vector<OSSL_PARAM> rows_;
};

}  // namespace kvp11::crypto
