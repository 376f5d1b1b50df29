#include "argument_maker.hpp"

#include <algorithm>

#include "parameter_maker.hpp"
#include "trace/names.hpp"

namespace kvp11::fuzz {
namespace {

/// The numbers of the header whose names begin like this.
std::vector<CK_ULONG> numbers_of(std::string_view family) {
    std::vector<CK_ULONG> numbers;
    for (const trace::Constant& constant : trace::constants()) {
        if (constant.name.starts_with(family)) numbers.push_back(constant.value);
    }
    return numbers;
}

CK_ULONG any_of_family(Dice& dice, std::string_view family) {
    static const std::vector<CK_ULONG> attributes = numbers_of("CKA_");
    static const std::vector<CK_ULONG> mechanisms = numbers_of("CKM_");
    static const std::vector<CK_ULONG> others = [] {
        std::vector<CK_ULONG> all;
        for (const char* name : {"CKO_", "CKK_", "CKC_", "CKG_", "CKD_", "CKZ_", "CKP_", "CKF_"}) {
            const std::vector<CK_ULONG> more = numbers_of(name);
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }();
    return dice.any_of(family == "CKA_" ? attributes : family == "CKM_" ? mechanisms : others);
}

constexpr CK_ATTRIBUTE_TYPE template_types[] = {CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE, CKA_DERIVE_TEMPLATE,
                                                CKA_ENCAPSULATE_TEMPLATE, CKA_DECAPSULATE_TEMPLATE};

bool holds_a_template(CK_ATTRIBUTE_TYPE type) {
    return std::find(std::begin(template_types), std::end(template_types), type) != std::end(template_types);
}

}  // namespace

CK_ULONG ArgumentMaker::number() {
    switch (dice_.below(6)) {
        case 0: return any_of_family(dice_, "CKM_");
        case 1: return any_of_family(dice_, "");
        case 2: return CK_UNAVAILABLE_INFORMATION;
        case 3: return CK_ULONG{1} << dice_.below(64);
        default: return dice_.below(40);
    }
}

MadeBytes ArgumentMaker::bytes(std::size_t most) {
    const std::size_t size = dice_.below(most + 1);
    if (dice_.one_in(16)) return {nullptr, dice_.one_in(2) ? 0 : number()};
    CK_BYTE* made = memory_.room(size);
    for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<CK_BYTE>(dice_.below(256));
    return {made, size};
}

/// What the mechanism takes, mostly; else nothing, bytes that are no structure, or NULL with a length.
MadeBytes ArgumentMaker::parameter_of(CK_MECHANISM_TYPE type) {
    const ParameterMaker make = parameter_maker(type);
    if (make != nullptr && !dice_.one_in(16)) return make(*this);
    if (dice_.one_in(6) && !may_have_pointers(type)) return bytes(64);
    return {nullptr, dice_.one_in(16) ? number() : 0};
}

CK_MECHANISM_TYPE ArgumentMaker::supported(CK_FLAGS use) {
    std::vector<CK_MECHANISM_TYPE> fitting;
    for (const SupportedMechanism& one : supported_) {
        if ((one.flags & use) != 0) fitting.push_back(one.type);
    }
    return fitting.empty() ? number() : dice_.any_of(fitting);
}

CK_MECHANISM* ArgumentMaker::mechanism(CK_FLAGS use) {
    if (dice_.one_in(40)) return nullptr;
    const CK_MECHANISM_TYPE type = dice_.one_in(30)  ? number()
                                   : dice_.one_in(8) ? any_of_family(dice_, "CKM_")
                                                     : supported(use);
    const MadeBytes parameter = parameter_of(type);
    return memory_.put(CK_MECHANISM{type, parameter.bytes, parameter.size});
}

CK_ATTRIBUTE_TYPE ArgumentMaker::attribute_type() { return dice_.one_in(30) ? number() : any_of_family(dice_, "CKA_"); }

CK_ATTRIBUTE ArgumentMaker::attribute(bool nested) {
    const CK_ATTRIBUTE_TYPE type = attribute_type();
    if (holds_a_template(type)) {
        std::vector<CK_ATTRIBUTE> inner;
        for (std::size_t left = nested ? 0 : dice_.below(4); left > 0; --left) inner.push_back(attribute(true));
        const CK_ULONG size = inner.size() * sizeof(CK_ATTRIBUTE);
        return {type, memory_.put_all(inner), dice_.one_in(8) && size > 0 ? size - 1 : size};
    }
    switch (dice_.below(5)) {
        case 0:
        case 1: return {type, memory_.put(static_cast<CK_BBOOL>(dice_.below(20) == 0 ? 2 : dice_.below(2))), 1};
        case 2:
        case 3: return {type, memory_.put(number()), sizeof(CK_ULONG)};
        default: break;
    }
    const MadeBytes value = bytes(140);
    return {type, value.bytes, value.size};
}

std::vector<CK_ATTRIBUTE> ArgumentMaker::likely_object() {
    constexpr CK_OBJECT_CLASS classes[] = {CKO_SECRET_KEY, CKO_SECRET_KEY,  CKO_SECRET_KEY, CKO_PRIVATE_KEY,
                                           CKO_PUBLIC_KEY, CKO_CERTIFICATE, CKO_DATA};
    constexpr CK_KEY_TYPE types[] = {CKK_AES, CKK_GENERIC_SECRET, CKK_EC,       CKK_EC_EDWARDS,
                                     CKK_RSA, CKK_EC_MONTGOMERY,  CKK_CHACHA20, CKK_SHA256_HMAC};
    const CK_OBJECT_CLASS object = dice_.any_of(classes);
    const CK_KEY_TYPE type = object == CKO_SECRET_KEY ? types[dice_.below(2)] : dice_.any_of(types);
    std::vector<CK_ATTRIBUTE> made{{CKA_CLASS, memory_.put(object), sizeof object}};
    if (object != CKO_DATA) made.push_back({CKA_KEY_TYPE, memory_.put(type), sizeof type});
    made.push_back({CKA_VALUE, memory_.room(32), 32});
    return made;
}

MadeTemplate ArgumentMaker::with_more(std::vector<CK_ATTRIBUTE> attributes) {
    for (std::size_t left = dice_.one_in(2) ? 0 : dice_.below(5); left > 0; --left)
        attributes.push_back(attribute(false));
    return {memory_.put_all(attributes), attributes.size()};
}

MadeTemplate ArgumentMaker::attributes() {
    if (dice_.one_in(40)) return {nullptr, dice_.one_in(2) ? 0 : number()};
    return with_more(dice_.one_in(3) ? std::vector<CK_ATTRIBUTE>{} : likely_object());
}

MadeTemplate ArgumentMaker::key_attributes() {
    if (dice_.one_in(8)) return attributes();
    constexpr CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    constexpr CK_KEY_TYPE types[] = {CKK_AES, CKK_GENERIC_SECRET, CKK_GENERIC_SECRET, CKK_CHACHA20, CKK_SHA256_HMAC};
    constexpr CK_ULONG lengths[] = {16, 16, 32, 32, 24, 64, 1};
    const CK_KEY_TYPE type = dice_.any_of(types);
    const CK_ULONG length = dice_.any_of(lengths);
    std::vector<CK_ATTRIBUTE> made{{CKA_CLASS, memory_.put(secret), sizeof secret}};
    if (!dice_.one_in(3)) made.push_back({CKA_KEY_TYPE, memory_.put(type), sizeof type});
    if (!dice_.one_in(3)) made.push_back({CKA_VALUE_LEN, memory_.put(length), sizeof length});
    return with_more(std::move(made));
}

MadeTemplate ArgumentMaker::questions() {
    if (dice_.one_in(40)) return {nullptr, dice_.one_in(2) ? 0 : number()};
    std::vector<CK_ATTRIBUTE> made;
    for (std::size_t left = dice_.below(8); left > 0; --left) {
        const CK_ATTRIBUTE_TYPE type = attribute_type();
        // The entries of an array belong to the caller, who must say what is behind them.
        const std::size_t size = holds_a_template(type) ? 0 : dice_.below(80);
        if (holds_a_template(type) || dice_.one_in(4)) {
            made.push_back({type, nullptr, number()});
        } else {
            made.push_back({type, memory_.room(size), size});
        }
    }
    return {memory_.put_all(made), made.size()};
}

}  // namespace kvp11::fuzz
