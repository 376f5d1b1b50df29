#include "misuse/leak_search.hpp"

#include <algorithm>
#include <array>

namespace kvp11::test {
namespace {

constexpr CK_ATTRIBUTE_TYPE usages[] = {CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP,  CKA_UNWRAP,
                                        CKA_SIGN,    CKA_VERIFY,  CKA_DERIVE};
constexpr CK_ATTRIBUTE_TYPE protections[] = {CKA_SENSITIVE,        CKA_EXTRACTABLE,       CKA_WRAP_WITH_TRUSTED,
                                             CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE, CKA_TRUSTED,
                                             CKA_PRIVATE,          CKA_MODIFIABLE,        CKA_COPYABLE};
constexpr CK_KEY_TYPE types[] = {CKK_AES, CKK_GENERIC_SECRET, CKK_SHA256_HMAC, CKK_DES3};
/// Everything that could hold a value, or a piece of one.
constexpr CK_ATTRIBUTE_TYPE readable[] = {CKA_VALUE,   CKA_LABEL,    CKA_ID, CKA_PRIVATE_EXPONENT,
                                          CKA_PRIME_1, CKA_UNIQUE_ID};

Bytes iv() { return Bytes(16, 0); }

}  // namespace

LeakSearch::LeakSearch(Session& session, bool approved, CK_OBJECT_HANDLE trusted)
    : session_(session), approved_(approved), trusted_(trusted) {}

std::size_t LeakSearch::below(std::size_t limit) {
    return limit == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
}

void LeakSearch::tell(const std::string& what, CK_RV code) {
    ++calls_;
    history_ += "  " + what + " " + ckr_name(code) + "\n";
}

void LeakSearch::accuse(const std::string& what) {
    if (accusation_.empty()) accusation_ = what + " after\n" + history_;
}

bool LeakSearch::shows_target(const Bytes& output) const {
    constexpr std::size_t window = 8;
    for (std::size_t at = 0; at + window <= value_.size(); ++at) {
        const auto first = value_.begin() + static_cast<std::ptrdiff_t>(at);
        if (std::search(output.begin(), output.end(), first, first + window) != output.end()) return true;
    }
    return false;
}

bool LeakSearch::is_allowed(Weakness weakness) const {
    // The private half of the trusted key is not here.
    if (!target_.extractable || target_.wrap_with_trusted || weakness == Weakness::None) return false;
    return !approved_ || weakness == Weakness::OtherType;
}

void LeakSearch::look(const Bytes& output, Weakness why) {
    if (!shows_target(output)) return;
    if (!is_allowed(why)) return accuse("the value was given out");
    ++allowed_[static_cast<std::size_t>(why)];
}

void LeakSearch::add(const Thing& thing) {
    things_.push_back(thing);
    if (thing.is_target) look_at_type(thing);
}

CK_ULONG LeakSearch::number_of(CK_OBJECT_HANDLE handle, CK_ATTRIBUTE_TYPE type) {
    CK_ULONG number = CK_UNAVAILABLE_INFORMATION;
    CK_ATTRIBUTE attribute{type, &number, sizeof number};
    (void)session_.f()->C_GetAttributeValue(session_.handle(), handle, &attribute, 1);
    return number;
}

void LeakSearch::look_at_type(const Thing& thing) {
    const CK_ULONG number = number_of(thing.handle, CKA_KEY_TYPE);
    if (number == CK_UNAVAILABLE_INFORMATION) return;
    if (number != target_.type) {
        if (!thing.unwrapped || !is_allowed(Weakness::OtherType)) accuse("the type became another");
        ++allowed_[static_cast<std::size_t>(Weakness::OtherType)];
    }
    if (thing.unwrapped) return;
    const bool closed = session_.flag(thing.handle, CKA_SENSITIVE);
    const bool open = session_.flag(thing.handle, CKA_EXTRACTABLE);
    const bool bound = session_.flag(thing.handle, CKA_WRAP_WITH_TRUSTED);
    if (!closed || (open && !target_.extractable) || (!bound && target_.wrap_with_trusted)) accuse("it was loosened");
}

void LeakSearch::begin(const Target& target) {
    target_ = target;
    things_.clear();
    blobs_.clear();
    history_.clear();
    value_.resize(32);
    for (std::uint8_t& byte : value_) byte = static_cast<std::uint8_t>(below(256));
    Template wanted = target.type == CKK_AES ? aes_key(value_) : generic_secret(value_);
    wanted.flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, target.extractable)
        .flag(CKA_WRAP_WITH_TRUSTED, target.wrap_with_trusted)
        .flag(CKA_DERIVE, target.derives)
        .flag(CKA_MODIFIABLE, target.modifiable);
    if (approved_) wanted.flag(CKA_DECRYPT, false).flag(CKA_ENCRYPT, false);
    add({session_.create(wanted), true});
    if (trusted_ != 0) add({.handle = trusted_, .trusted = true});
    generate();
    create_known();
}

void LeakSearch::end() {
    for (const Thing& thing : things_) {
        if (thing.handle != trusted_) (void)session_.try_destroy(thing.handle);
    }
}

Template LeakSearch::key_template(CK_KEY_TYPE type) {
    Template wanted = Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, type).flag(CKA_TOKEN, false);
    for (const CK_ATTRIBUTE_TYPE usage : usages) wanted.flag(usage, below(2) == 1);
    // Else nearly no key would be made.
    if (approved_)
        wanted.flag(below(2) == 1 ? CKA_WRAP : CKA_DECRYPT, false)
            .flag(below(2) == 1 ? CKA_UNWRAP : CKA_ENCRYPT, false);
    wanted.flag(CKA_EXTRACTABLE, below(4) != 0);
    if (below(3) != 0) wanted.flag(CKA_SENSITIVE, approved_ && below(2) == 1);
    return wanted;
}

Template LeakSearch::random_changes() {
    Template changes;
    for (std::size_t count = 1 + below(2); count > 0; --count) {
        switch (below(5)) {
            case 0: changes.flag(usages[below(std::size(usages))], below(2) == 1); break;
            case 1: changes.set(CKA_KEY_TYPE, types[below(std::size(types))]); break;
            case 2: changes.set(CKA_CLASS, below(2) == 1 ? CKO_DATA : CKO_PUBLIC_KEY); break;
            default: changes.flag(protections[below(std::size(protections))], below(2) == 1); break;
        }
    }
    return changes;
}

void LeakSearch::create_known() {
    const Bytes bytes = pattern(32);
    CK_OBJECT_HANDLE made = 0;
    switch (below(4)) {
        case 0: {
            Template open = rsa_public();
            const CK_RV code = session_.try_create(open, &made);
            tell("create a known RSA public key", code);
            if (code == CKR_OK) add({.handle = made, .known = true});
            return;
        }
        case 1: {
            Template hidden = rsa_private();
            if (approved_) hidden.flag(CKA_UNWRAP, below(2) == 1).flag(CKA_DECRYPT, below(2) == 1);
            const CK_RV code = session_.try_create(hidden, &made);
            tell("create a known RSA private key", code);
            if (code == CKR_OK) add({.handle = made, .known = true});
            return;
        }
        default: break;
    }
    Template wanted = key_template(types[below(2)]).bytes(CKA_VALUE, bytes);
    const CK_RV code = session_.try_create(wanted, &made);
    tell("create a known secret", code);
    if (code == CKR_OK) add({.handle = made, .known = true});
}

void LeakSearch::generate() {
    CK_OBJECT_HANDLE made = 0;
    const CK_RV code = session_.try_generate(CKM_AES_KEY_GEN, key_template(CKK_AES).set(CKA_VALUE_LEN, 32), &made);
    tell("generate", code);
    if (code == CKR_OK) add({.handle = made});
}

void LeakSearch::copy() {
    const Thing from = any_thing();
    CK_OBJECT_HANDLE made = 0;
    const CK_RV code = session_.try_copy(from.handle, random_changes(), &made);
    tell("copy " + std::to_string(from.handle), code);
    if (code == CKR_OK) add({made, from.is_target, from.unwrapped, from.known, from.trusted});
}

void LeakSearch::change() {
    const Thing thing = any_thing();
    const CK_RV code = session_.try_set(thing.handle, random_changes());
    tell("set " + std::to_string(thing.handle), code);
    if (thing.is_target) look_at_type(thing);
}

Mechanism LeakSearch::wrapping_mechanism(CK_OBJECT_HANDLE under) {
    const bool rsa = number_of(under, CKA_KEY_TYPE) == CKK_RSA;
    switch (below(8) == 0 ? below(6) : below(3) + (rsa ? 3 : 0)) {
        case 0: return CKM_AES_KEY_WRAP;
        case 1: return CKM_AES_KEY_WRAP_KWP;
        case 2: return Mechanism(CKM_AES_CBC_PAD, iv());
        case 3: return CKM_RSA_PKCS;
        case 4: return oaep(CKM_SHA256, CKM_SHA256);
        default: return rsa_aes_key_wrap(256, CKM_SHA256);
    }
}

const LeakSearch::Thing& LeakSearch::opener_of(const Blob& blob) {
    if (below(4) == 0) return any_thing();
    const bool rsa = number_of(blob.under, CKA_KEY_TYPE) == CKK_RSA;
    for (const Thing& thing : things_) {
        if (!rsa && thing.handle == blob.under) return thing;
        if (rsa && thing.known && number_of(thing.handle, CKA_CLASS) == CKO_PRIVATE_KEY) return thing;
    }
    return any_thing();
}

void LeakSearch::wrap() {
    const Thing under = any_thing();
    const Thing what = below(2) == 0 ? things_.front() : any_thing();
    const Mechanism mechanism = wrapping_mechanism(under.handle);
    Bytes blob;
    const CK_RV code = session_.try_wrap(mechanism, under.handle, what.handle, &blob);
    tell("wrap " + std::to_string(what.handle) + " under " + std::to_string(under.handle) + " with " +
             ckm_name(mechanism.type()),
         code);
    if (code != CKR_OK) return;
    look(blob, Weakness::None);
    if (what.is_target && !what.unwrapped) {
        if (!target_.extractable || (target_.wrap_with_trusted && !under.trusted)) accuse("it left the token");
    }
    if (what.is_target && under.known && is_allowed(Weakness::KnownWrappingKey))
        ++allowed_[static_cast<std::size_t>(Weakness::KnownWrappingKey)];
    blobs_.push_back({std::move(blob), what.is_target, under.known, mechanism, under.handle});
}

void LeakSearch::unwrap() {
    if (blobs_.empty()) return;
    const Blob blob = blobs_[below(blobs_.size())];
    const Thing under = opener_of(blob);
    const Mechanism mechanism = below(4) == 0 ? wrapping_mechanism(under.handle) : blob.mechanism;
    Template wanted = key_template(types[below(std::size(types))]);
    CK_OBJECT_HANDLE made = 0;
    const CK_RV code = session_.try_unwrap(mechanism, under.handle, blob.bytes, wanted, &made);
    tell("unwrap under " + std::to_string(under.handle) + " with " + ckm_name(mechanism.type()), code);
    if (code == CKR_OK) add({made, blob.of_target, true, blob.under_known});
}

std::optional<Mechanism> LeakSearch::derivation() {
    const auto over = [&](CK_MECHANISM_TYPE type) {
        static const Bytes& zeros = *new Bytes(32, 0);
        CK_KEY_DERIVATION_STRING_DATA data{const_cast<CK_BYTE_PTR>(zeros.data()), zeros.size()};
        return Mechanism::with(type, data);
    };
    switch (below(8)) {
        case 0: return over(CKM_CONCATENATE_BASE_AND_DATA);
        case 1: return over(CKM_CONCATENATE_DATA_AND_BASE);
        case 2: return over(CKM_XOR_BASE_AND_DATA);
        case 3: return over(CKM_AES_ECB_ENCRYPT_DATA);
        case 4: {
            const CK_OBJECT_HANDLE other = any_thing().handle;
            return Mechanism::with(CKM_CONCATENATE_BASE_AND_KEY, other);
        }
        case 5: {
            const CK_EXTRACT_PARAMS bit = 8 * below(16);
            return Mechanism::with(CKM_EXTRACT_KEY_FROM_KEY, bit);
        }
        case 6: return CKM_SHA256_KEY_DERIVATION;
        default: return ecdh(ec_numbers(Curve::P256).point);
    }
}

void LeakSearch::derive() {
    const Thing base = below(2) == 0 ? things_.front() : any_thing();
    const auto mechanism = derivation();
    Template wanted = key_template(types[below(2)]).set(CKA_VALUE_LEN, 8 + 8 * below(5));
    CK_OBJECT_HANDLE made = 0;
    const CK_RV code = session_.try_derive(*mechanism, base.handle, wanted, &made);
    tell("derive from " + std::to_string(base.handle) + " with " + ckm_name(mechanism->type()), code);
    // What is derived is a key of its own; if it shows the base's value, read() will find it.
    if (code == CKR_OK) add({.handle = made, .unwrapped = base.unwrapped});
}

void LeakSearch::decrypt() {
    if (blobs_.empty()) return;
    const Blob blob = blobs_[below(blobs_.size())];
    const Thing with = opener_of(blob);
    const Mechanism mechanisms[] = {CKM_AES_ECB,
                                    Mechanism(CKM_AES_CBC, iv()),
                                    Mechanism(CKM_AES_CBC_PAD, iv()),
                                    Mechanism(CKM_AES_CTR),
                                    CKM_RSA_PKCS,
                                    CKM_RSA_X_509,
                                    oaep(CKM_SHA256, CKM_SHA256),
                                    CKM_AES_KEY_WRAP,
                                    CKM_AES_KEY_WRAP_KWP};
    const Mechanism& mechanism = below(4) == 0 ? mechanisms[below(std::size(mechanisms))] : blob.mechanism;
    Bytes plain;
    const CK_RV code = session_.try_decrypt(mechanism, with.handle, blob.bytes, &plain);
    tell("decrypt with " + std::to_string(with.handle) + " and " + ckm_name(mechanism.type()), code);
    if (code == CKR_OK) look(plain, blob.under_known ? Weakness::KnownWrappingKey : Weakness::DecryptsBlobs);
}

void LeakSearch::encrypt() {
    const Thing with = any_thing();
    const Mechanism mechanisms[] = {CKM_AES_ECB, Mechanism(CKM_AES_CBC_PAD, iv()), oaep(CKM_SHA256, CKM_SHA256),
                                    CKM_RSA_PKCS};
    const Mechanism& mechanism = mechanisms[below(std::size(mechanisms))];
    Bytes sealed;
    const CK_RV code = session_.try_encrypt(mechanism, with.handle, pattern(32), &sealed);
    tell("encrypt known bytes with " + std::to_string(with.handle), code);
    // Unwrapped, this is a key that the thief knows.
    if (code == CKR_OK) blobs_.push_back({std::move(sealed), false, true, mechanism, with.handle});
}

void LeakSearch::read() {
    const Thing thing = below(2) == 0 ? things_.back() : any_thing();
    for (const CK_ATTRIBUTE_TYPE type : readable) {
        Bytes value(512);
        const CK_RV code = session_.try_attribute(thing.handle, type, &value);
        if (type == CKA_VALUE) tell("read " + std::to_string(thing.handle), code);
        if (code == CKR_OK) look(value, thing.unwrapped ? Weakness::UnwrapsReadable : Weakness::None);
    }
}

void LeakSearch::digest() {
    const Thing thing = any_thing();
    const CK_FUNCTION_LIST* f = session_.f();
    Bytes out(64);
    CK_ULONG size = out.size();
    if (f->C_DigestInit(session_.handle(), Mechanism(CKM_SHA256).get()) != CKR_OK) return;
    const CK_RV code = f->C_DigestKey(session_.handle(), thing.handle);
    tell("digest " + std::to_string(thing.handle), code);
    if (code == CKR_OK && thing.is_target && !thing.unwrapped) accuse("a digest of it was given out");
    if (code == CKR_OK) (void)f->C_DigestFinal(session_.handle(), out.data(), &size);
}

void LeakSearch::step(std::uint32_t choice) {
    using Step = void (LeakSearch::*)();
    constexpr Step steps[] = {
        &LeakSearch::wrap,    &LeakSearch::unwrap,       &LeakSearch::copy,   &LeakSearch::change,  &LeakSearch::derive,
        &LeakSearch::decrypt, &LeakSearch::encrypt,      &LeakSearch::read,   &LeakSearch::wrap,    &LeakSearch::unwrap,
        &LeakSearch::read,    &LeakSearch::create_known, &LeakSearch::digest, &LeakSearch::generate};
    (this->*steps[choice % std::size(steps)])();
}

std::string LeakSearch::walk(const Target& target, std::uint32_t seed, int steps) {
    random_.seed(seed);
    accusation_.clear();
    begin(target);
    for (int i = 0; i < steps && accusation_.empty(); ++i) step(static_cast<std::uint32_t>(below(1000)));
    end();
    return accusation_.empty() ? "" : "seed " + std::to_string(seed) + ": " + accusation_;
}

}  // namespace kvp11::test
