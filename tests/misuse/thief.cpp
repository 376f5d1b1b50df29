#include "misuse/thief.hpp"

#include "misuse/thief_choices.hpp"
#include "support/key_derivation.hpp"

namespace kvp11::test {
namespace {

bool is_derived(const std::string& material) { return material.find(" of ") != std::string::npos; }

}  // namespace

void Thief::go_on() {
    ++round_;
    const std::size_t things = things_.size();
    const std::vector<Blob> blobs = blobs_;
    if (round_ == 1) change_pairs();
    for (std::size_t at = 0; at < things; ++at) {
        if (is_new(things_[at].round)) {
            copy(at);
            change_copy(at);
            derive(at);
            encapsulate(at);
        }
        for (std::size_t under = 0; under < things; ++under) {
            if (is_new(things_[at].round) || is_new(things_[under].round)) wrap(at, under);
        }
    }
    for (const Blob& blob : blobs) {
        for (std::size_t under = 0; under < things; ++under) {
            if (is_new(blob.round) || is_new(things_[under].round)) unwrap(blob, under);
        }
    }
    observe_blobs();
}

void Thief::add(CK_OBJECT_HANDLE handle, const std::string& material, bool unwrapped, const std::string& story) {
    Thing thing{handle, material, look_of(handle), unwrapped, story, round_};
    const bool is_first = seen_.insert(material + ":" + thing.look + (unwrapped ? "!" : "")).second;
    if (!is_first) {
        (void)session_.try_destroy(handle);
        return;
    }
    observe(thing);
    things_.push_back(std::move(thing));
}

void Thief::add_blob(Blob blob) {
    blob.round = round_;
    if (!seen_.insert(blob.content + "<" + blob.under + "<" + std::to_string(blob.mechanism.type())).second) return;
    if (blob.mechanism.type() == CKM_RSA_AES_KEY_WRAP) {
        // What everybody can take apart: an AES key under RSA-OAEP, and the rest under that key.
        constexpr std::ptrdiff_t modulus = 256;
        const auto cut = blob.bytes.begin() + modulus;
        const std::string passing = "the passing key around " + blob.content;
        add_blob({Bytes(blob.bytes.begin(), cut), passing, blob.under, oaep(CKM_SHA256, CKM_SHA256), blob.story});
        add_blob({Bytes(cut, blob.bytes.end()), blob.content, passing, CKM_AES_KEY_WRAP_KWP, blob.story});
    }
    blobs_.push_back(std::move(blob));
}

void Thief::copy(std::size_t at) {
    const Thing from = things_[at];
    for (const auto& [name, change] : changes()) {
        CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
        ++calls_;
        if (session_.try_copy(from.handle, change, &made) == CKR_OK)
            add(made, from.material, from.unwrapped, "(" + from.story + ", copied: " + name + ")");
    }
}

void Thief::change_copy(std::size_t at) {
    const Thing from = things_[at];
    CK_OBJECT_HANDLE copied = CK_INVALID_HANDLE;
    for (const auto& [name, change] : changes()) {
        const bool is_alike = copied != CK_INVALID_HANDLE || session_.try_copy(from.handle, {}, &copied) == CKR_OK;
        if (!is_alike || look_of(copied) != from.look) return;
        ++calls_;
        if (session_.try_set(copied, change) != CKR_OK || look_of(copied) == from.look) continue;
        add(copied, from.material, from.unwrapped, "(" + from.story + ", changed: " + name + ")");
        copied = CK_INVALID_HANDLE;
    }
    if (copied != CK_INVALID_HANDLE) (void)session_.try_destroy(copied);
}

/// A copy of a half is no half of a pair any more. So each change is made to a new pair that the target went under.
void Thief::change_pairs() {
    KeyPair pair;
    int made = 0;
    for (const bool is_private : {false, true}) {
        for (const auto& [name, change] : changes()) {
            const std::string material = "R" + std::to_string(made);
            if (pair.private_key == CK_INVALID_HANDLE) {
                pair = new_rsa_pair();
                const std::size_t from = things_.size();
                add(pair.public_key, material, false, material);
                add(pair.private_key, material, false, material);
                wrap(0, from);
            }
            const CK_OBJECT_HANDLE half = is_private ? pair.private_key : pair.public_key;
            const std::string before = look_of(half);
            ++calls_;
            if (session_.try_set(half, change) != CKR_OK || look_of(half) == before) continue;
            for (Thing& thing : things_) {
                if (thing.material == material) thing.look = look_of(thing.handle);
                if (thing.handle == half) thing.story = "(" + material + ", changed: " + name + ")";
            }
            pair = {};
            ++made;
        }
    }
}

void Thief::wrap(std::size_t at, std::size_t under) {
    const Thing& what = things_[at];
    const Thing& by = things_[under];
    // What is derived is nothing that he wants, nor anything that others stand on.
    if (is_derived(what.material)) return;
    for (const auto& [name, make] : wrappings()) {
        const Mechanism mechanism = make();
        if (seen_.count(what.material + "<" + by.material + "<" + std::to_string(mechanism.type())) != 0) continue;
        Bytes wrapped;
        ++calls_;
        if (session_.try_wrap(mechanism, by.handle, what.handle, &wrapped) != CKR_OK) continue;
        const std::string story = "[" + what.story + " wrapped under " + by.story + " with " + name + "]";
        if (what.material == "T") observe_departure(by, story);
        if (what.material == "T" && known_.count(by.material) != 0)
            find(known_.at(by.material).by, "it went under a known key", story);
        add_blob({std::move(wrapped), what.material, by.material, mechanism, story});
    }
}

void Thief::unwrap(const Blob& blob, std::size_t under) {
    const Thing by = things_[under];
    if (by.material != blob.under) return;
    for (const auto& [name, wanted] : unwrapped_keys()) {
        CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
        ++calls_;
        if (session_.try_unwrap(blob.mechanism, by.handle, blob.bytes, wanted, &made) == CKR_OK)
            add(made, blob.content, true, "(" + blob.story + " unwrapped by " + by.story + " as " + name + ")");
    }
}

void Thief::derive(std::size_t at) {
    const Thing base = things_[at];
    // Keys of keys of keys are no news.
    if (is_derived(base.material)) return;
    for (const auto& [name, row] : derivations()) {
        const Mechanism mechanism = row.type() == CKM_CONCATENATE_BASE_AND_KEY ? concatenation_with(known_key_) : row;
        const std::string material =
            row.type() == CKM_PUB_KEY_FROM_PRIV_KEY ? base.material : name + " of " + base.material;
        for (const auto& [kind, key] : derived_keys()) {
            Template wanted = key;
            if (row.type() == CKM_PUB_KEY_FROM_PRIV_KEY) wanted = Template().flag(CKA_WRAP, true);
            if (row.type() == CKM_HKDF_DATA) wanted = Template().set(CKA_CLASS, CKO_DATA).set(CKA_VALUE_LEN, 32);
            CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
            ++calls_;
            if (session_.try_derive(mechanism, base.handle, wanted, &made) != CKR_OK) continue;
            const std::string story = "(" + name + " of " + base.story + " as " + kind + ")";
            // The other side of the agreement is his.
            if (row.type() == CKM_ECDH1_DERIVE) known_.emplace(material, Knowledge{Weakness::KnownWrappingKey, story});
            add(made, material, base.unwrapped, story);
        }
    }
}

void Thief::encapsulate(std::size_t at) {
    const Thing key = things_[at];
    for (const auto& [kind, wanted] : derived_keys()) {
        Template shared = wanted;
        Mechanism mechanism = ecdh({});
        Bytes sealed(256);
        CK_ULONG size = sealed.size();
        CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
        calls_ += 2;
        CK_RV code = later_.C_EncapsulateKey(session_.handle(), mechanism.get(), key.handle, shared.data(),
                                             shared.size(), sealed.data(), &size, &made);
        if (code == CKR_OK) add(made, "a secret with " + key.material, true, "(a secret for " + key.story + ")");
        Bytes point = ec_numbers(Curve::P256).point;
        code = later_.C_DecapsulateKey(session_.handle(), mechanism.get(), key.handle, shared.data(), shared.size(),
                                       point.data(), point.size(), &made);
        if (code != CKR_OK) continue;
        // He has his point's private half, so this one is no secret to him.
        const std::string material = "his secret with " + key.material;
        const std::string story = "(his secret for " + key.story + " as " + kind + ")";
        known_.emplace(material, Knowledge{Weakness::KnownWrappingKey, story});
        add(made, material, true, story);
    }
}

}  // namespace kvp11::test
