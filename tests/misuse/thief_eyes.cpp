// What a Thief sees without changing anything: attributes, and what is in blobs.
#include <algorithm>
#include <array>

#include "misuse/thief.hpp"

namespace kvp11::test {
namespace {

constexpr CK_ATTRIBUTE_TYPE flags[] = {
    CKA_ENCRYPT,   CKA_DECRYPT,     CKA_WRAP,        CKA_UNWRAP,           CKA_SIGN,
    CKA_VERIFY,    CKA_DERIVE,      CKA_ENCAPSULATE, CKA_DECAPSULATE,      CKA_SIGN_RECOVER,
    CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_LOCAL,       CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE,
    CKA_TRUSTED,   CKA_MODIFIABLE,  CKA_COPYABLE,    CKA_WRAP_WITH_TRUSTED};
constexpr CK_ATTRIBUTE_TYPE secrets[] = {CKA_VALUE, CKA_PRIVATE_EXPONENT, CKA_PRIME_1};

}  // namespace

/// Class and type, and a character for each flag: 0, 1 or, where there is none, a dash.
std::string Thief::look_of(CK_OBJECT_HANDLE handle) const {
    CK_ULONG object_class = 0;
    CK_ULONG type = 0;
    std::array<CK_BBOOL, std::size(flags)> values{};
    std::array<CK_ATTRIBUTE, std::size(flags) + 2> wanted;
    for (std::size_t i = 0; i < std::size(flags); ++i) wanted[i] = {flags[i], &values[i], 1};
    wanted[std::size(flags)] = {CKA_CLASS, &object_class, sizeof object_class};
    wanted[std::size(flags) + 1] = {CKA_KEY_TYPE, &type, sizeof type};
    (void)session_.f()->C_GetAttributeValue(session_.handle(), handle, wanted.data(), wanted.size());
    std::string look = std::to_string(object_class) + "/" + std::to_string(type) + "/";
    for (std::size_t i = 0; i < std::size(flags); ++i)
        look += wanted[i].ulValueLen != 1 ? '-' : values[i] == CK_TRUE ? '1' : '0';
    return look;
}

bool Thief::shows_target(const Bytes& output) const {
    constexpr std::size_t window = 8;
    for (std::size_t at = 0; at + window <= value_.size(); ++at) {
        const auto first = value_.begin() + static_cast<std::ptrdiff_t>(at);
        if (std::search(output.begin(), output.end(), first, first + window) != output.end()) return true;
    }
    return false;
}

bool Thief::is_allowed(Weakness weakness) const {
    if (weakness == Weakness::DerivesOtherType) return !approved_ && target_.derives;
    // The private half of the trusted key is not here.
    if (!target_.extractable || target_.wrap_with_trusted || weakness == Weakness::None) return false;
    // A wrapped private key says what it is.
    const bool is_secret = target_.type != CKK_EC && target_.type != CKK_RSA;
    return !approved_ || (weakness == Weakness::OtherType && is_secret);
}

void Thief::find(Weakness weakness, const std::string& what, const std::string& story) {
    if (is_allowed(weakness)) {
        ++finds_[static_cast<std::size_t>(weakness)];
    } else if (accusation_.empty()) {
        accusation_ = what + " (way " + std::to_string(static_cast<int>(weakness)) + "): " + story;
    }
}

void Thief::observe(const Thing& thing) {
    const Weakness how = thing.unwrapped ? Weakness::UnwrapsReadable : Weakness::None;
    for (const CK_ATTRIBUTE_TYPE type : secrets) {
        Bytes value;
        if (session_.try_attribute(thing.handle, type, &value) != CKR_OK) continue;
        if (shows_target(value)) find(how, "the value was read", thing.story);
        known_.emplace(thing.material, Knowledge{thing.unwrapped ? how : Weakness::KnownWrappingKey, thing.story});
    }
    if (thing.material == "T") return observe_target(thing);
    Bytes check_value;
    if (session_.try_attribute(thing.handle, CKA_CHECK_VALUE, &check_value) != CKR_OK) return;
    if (check_values_.count(check_value) != 0 && session_.number(thing.handle, CKA_KEY_TYPE) != target_.type)
        find(Weakness::DerivesOtherType, "a derived key of another type has its value", thing.story);
}

void Thief::observe_target(const Thing& thing) {
    if (session_.number(thing.handle, CKA_CLASS) == CKO_PUBLIC_KEY) return;
    if (session_.number(thing.handle, CKA_KEY_TYPE) != target_.type)
        find(thing.unwrapped ? Weakness::OtherType : Weakness::None, "the type became another", thing.story);
    if (thing.unwrapped) return;
    const bool closed = session_.flag(thing.handle, CKA_SENSITIVE);
    const bool open = session_.flag(thing.handle, CKA_EXTRACTABLE);
    const bool bound = session_.flag(thing.handle, CKA_WRAP_WITH_TRUSTED);
    if (!closed || (open && !target_.extractable) || (!bound && target_.wrap_with_trusted))
        find(Weakness::None, "it was loosened", thing.story);
    const CK_FUNCTION_LIST* f = session_.f();
    Bytes digest(32);
    CK_ULONG size = digest.size();
    if (f->C_DigestInit(session_.handle(), Mechanism(CKM_SHA256).get()) != CKR_OK) return;
    const CK_RV code = f->C_DigestKey(session_.handle(), thing.handle);
    (void)f->C_DigestFinal(session_.handle(), digest.data(), &size);
    if (code == CKR_OK) find(Weakness::None, "a digest of it was given out", thing.story);
}

void Thief::observe_departure(const Thing& under, const std::string& story) {
    if (!target_.extractable || (target_.wrap_with_trusted && under.material != "Q"))
        find(Weakness::None, "it left the token", story);
}

bool Thief::decrypts(CK_OBJECT_HANDLE handle, const Mechanism& mechanism, const Bytes& sealed) {
    Bytes plain;
    const bool done = session_.try_decrypt(mechanism, handle, sealed, &plain) == CKR_OK;
    return done && !plain.empty();
}

/// Whether the key shows what is in the blob. AES-KW and AES-KWP are undone by hand where single blocks are decrypted:
/// SP 800-38F section 6 has the steps.
bool Thief::opens(const Blob& blob, const Thing& thing) {
    const Bytes block(16, 0);
    switch (blob.mechanism.type()) {
        case CKM_AES_KEY_WRAP:
        case CKM_AES_KEY_WRAP_KWP:
        case CKM_AES_CBC_PAD:
            return decrypts(thing.handle, CKM_AES_ECB, block) ||
                   decrypts(thing.handle, Mechanism(CKM_AES_CBC, block), block) ||
                   decrypts(thing.handle, blob.mechanism, blob.bytes);
        case CKM_AES_GCM:
        case CKM_AES_CCM:
            // What hides the key are encrypted counters.
            return session_.try_encrypt(CKM_AES_ECB, thing.handle, block) == CKR_OK ||
                   session_.try_encrypt(Mechanism(CKM_AES_CBC, block), thing.handle, block) == CKR_OK ||
                   decrypts(thing.handle, blob.mechanism, blob.bytes);
        case CKM_RSA_PKCS:
        case CKM_RSA_PKCS_OAEP:
            return decrypts(thing.handle, blob.mechanism, blob.bytes) ||
                   decrypts(thing.handle, CKM_RSA_X_509, blob.bytes) ||
                   session_.try_sign(CKM_RSA_X_509, thing.handle, blob.bytes) == CKR_OK;
        default: return false;
    }
}

void Thief::open(const Blob& blob) {
    for (const Thing& thing : things_) {
        if (thing.material != blob.under || (blob.round != round_ && thing.round != round_) || !opens(blob, thing))
            continue;
        known_.emplace(blob.content,
                       Knowledge{Weakness::DecryptsBlobs, "(" + blob.story + " decrypted by " + thing.story + ")"});
        return;
    }
}

/// Two keys under one IV hide each other: whoever knows one of them knows the other.
bool Thief::shares_iv(const Blob& one, const Blob& other) const {
    const CK_MECHANISM_TYPE type = one.mechanism.type();
    const bool is_given = type == CKM_AES_CCM || (type == CKM_AES_GCM && !approved_);
    return is_given && type == other.mechanism.type() && one.under == other.under;
}

/// Whoever knows a key knows what is under it.
void Thief::observe_blobs() {
    for (const Blob& blob : blobs_) {
        if (known_.count(blob.content) == 0) open(blob);
    }
    for (bool more = true; more;) {
        more = false;
        for (const Blob& blob : blobs_) {
            const auto twin = std::find_if(blobs_.begin(), blobs_.end(), [&](const Blob& other) {
                return shares_iv(blob, other) && known_.count(other.content) != 0;
            });
            const auto by = known_.find(twin != blobs_.end() ? twin->content : blob.under);
            if (by == known_.end()) continue;
            const Knowledge how{by->second.by, "(" + blob.story + ", known by " + by->second.story + ")"};
            more = known_.emplace(blob.content, how).second || more;
        }
    }
    const auto target = known_.find("T");
    if (target != known_.end()) find(target->second.by, "a blob was opened", target->second.story);
}

}  // namespace kvp11::test
