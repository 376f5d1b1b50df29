// Template: CK_ATTRIBUTEs together with the bytes they point to.
//
//   Template().set(CKA_CLASS, CKO_SECRET_KEY).flag(CKA_TOKEN, false).bytes(CKA_VALUE, key)
//
// A Template owns its values; data() stays valid until the Template changes or dies.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "kvp11/pkcs11.h"
#include "support/bytes.hpp"

namespace kvp11::test {

class Template {
public:
    Template() = default;
    Template(const Template& other) : values_(other.values_), attributes_(other.attributes_) { point_at_values(); }
    Template& operator=(const Template& other) {
        values_ = other.values_;
        attributes_ = other.attributes_;
        point_at_values();
        return *this;
    }

    Template& bytes(CK_ATTRIBUTE_TYPE type, Bytes value) {
        erase(type);
        values_.push_back(std::move(value));
        attributes_.push_back({type, nullptr, static_cast<CK_ULONG>(values_.back().size())});
        point_at_values();
        return *this;
    }
    Template& set(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
        const auto* first = reinterpret_cast<const CK_BYTE*>(&value);
        return bytes(type, Bytes(first, first + sizeof value));
    }
    Template& flag(CK_ATTRIBUTE_TYPE type, bool value) {
        return bytes(type, Bytes{static_cast<std::uint8_t>(value ? CK_TRUE : CK_FALSE)});
    }
    Template& text(CK_ATTRIBUTE_TYPE type, std::string_view value) { return bytes(type, text_bytes(value)); }
    /// A nested template (CKA_UNWRAP_TEMPLATE): `inner` must outlive this.
    Template& nested(CK_ATTRIBUTE_TYPE type, Template& inner) {
        const auto* first = reinterpret_cast<const CK_BYTE*>(inner.data());
        return bytes(type, Bytes(first, first + inner.size() * sizeof(CK_ATTRIBUTE)));
    }
    /// All of `other`, replacing what is already here.
    Template& with(const Template& other) {
        for (std::size_t i = 0; i < other.attributes_.size(); ++i) {
            bytes(other.attributes_[i].type, other.values_[i]);
        }
        return *this;
    }
    Template& without(CK_ATTRIBUTE_TYPE type) {
        erase(type);
        point_at_values();
        return *this;
    }

    CK_ATTRIBUTE_PTR data() { return attributes_.empty() ? nullptr : attributes_.data(); }
    CK_ULONG size() const { return static_cast<CK_ULONG>(attributes_.size()); }

private:
    void erase(CK_ATTRIBUTE_TYPE type) {
        for (std::size_t i = 0; i < attributes_.size(); ++i) {
            if (attributes_[i].type == type) {
                attributes_.erase(attributes_.begin() + static_cast<std::ptrdiff_t>(i));
                values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(i));
                return;
            }
        }
    }
    void point_at_values() {
        for (std::size_t i = 0; i < attributes_.size(); ++i) {
            attributes_[i].pValue = values_[i].empty() ? nullptr : values_[i].data();
        }
    }

    std::deque<Bytes> values_;
    std::vector<CK_ATTRIBUTE> attributes_;
};

}  // namespace kvp11::test
