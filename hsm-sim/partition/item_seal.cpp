#include "partition/item_seal.hpp"

#include "crypto/derivation.hpp"
#include "crypto/digest.hpp"
#include "crypto/sealing.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t key_size = 32;

Bytes binding_of(const StoredItem& item, bool has_box) {
    store::BinaryWriter writer;
    writer.text("kvp11 item 1").integer(static_cast<std::uint8_t>(item.kind)).integer(item.detail);
    writer.text(item.id.name).text(item.id.version).integer(item.revision).flag(has_box);
    writer.bytes(crypto::hash(Digest::Sha256, item.metadata));
    return writer.take();
}

Failure damaged(const StoredItem& item) {
    return fail(Errc::StoreDamaged, "the store is damaged: '" + item.id.name +
                                        "' was changed outside, moved, or sealed by another partition");
}

}  // namespace

bool same_tag(ByteView left, ByteView right) noexcept {
    if (left.size() != right.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) difference |= static_cast<unsigned>(left[i] ^ right[i]);
    return difference == 0;
}

Result<ItemSeal> ItemSeal::derive(const SecretBytes& partition_key) {
    SecretBytes material = TRY(crypto::hkdf(Digest::Sha256, partition_key, {}, bytes_of("kvp11 material"), key_size));
    SecretBytes metadata = TRY(crypto::hkdf(Digest::Sha256, partition_key, {}, bytes_of("kvp11 metadata"), key_size));
    return ItemSeal(std::move(material), std::move(metadata));
}

Result<void> ItemSeal::seal(StoredItem& item, const SecretBytes& plain) const {
    const Bytes binding = binding_of(item, !plain.empty());
    item.tag = TRY(crypto::authenticate(metadata_key_, binding));
    item.sealed.clear();
    if (!plain.empty()) item.sealed = TRY(crypto::seal(material_key_, binding, plain));
    return {};
}

Result<void> ItemSeal::verify(const StoredItem& item) const {
    const Bytes tag = TRY(crypto::authenticate(metadata_key_, binding_of(item, !item.sealed.empty())));
    if (!same_tag(tag, item.tag)) return damaged(item);
    return {};
}

Result<SecretBytes> ItemSeal::unseal(const StoredItem& item) const {
    Result<SecretBytes> plain = crypto::unseal(material_key_, binding_of(item, true), item.sealed);
    if (!plain.ok() && plain.code() == Errc::StoreDamaged) return damaged(item);
    return plain;
}

Result<Bytes> ItemSeal::tag_of(std::string_view what, ByteView message) const {
    store::BinaryWriter writer;
    writer.text("kvp11 meta 1").text(what).bytes(message);
    return crypto::authenticate(metadata_key_, writer.view());
}

}  // namespace kvp11::partition
