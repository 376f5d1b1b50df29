#include "partition/role_credential.hpp"

#include <array>

#include "crypto/derivation.hpp"
#include "crypto/random.hpp"
#include "crypto/sealing.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t salt_size = 16;
constexpr std::size_t least_pin = 4;
constexpr std::size_t greatest_pin = 255;
constexpr unsigned block_size = 8;
constexpr unsigned parallelism = 1;

struct Cost {
    unsigned log2_n = default_kdf_cost;
    unsigned r = block_size;
    unsigned p = parallelism;
};

Result<SecretBytes> sealing_key(Role role, const SecretBytes& pin, const SecretBytes& root, ByteView salt, Cost cost) {
    const SecretBytes stretched = TRY(crypto::scrypt(pin, salt, cost.log2_n, cost.r, cost.p, secret_size));
    return crypto::hkdf(Digest::Sha256, stretched, root.expose_bytes(),
                        bytes_of(std::string("kvp11 role ") + role_word(role)), secret_size);
}

Bytes binding_of(Role role) {
    store::BinaryWriter writer;
    writer.text("kvp11 role secret 1").text(role_word(role));
    return writer.take();
}

}  // namespace

const char* role_word(Role role) noexcept { return role == Role::SecurityOfficer ? "so" : "user"; }

Result<void> check_new_pin(const SecretBytes& pin) {
    if (pin.size() >= least_pin && pin.size() <= greatest_pin) return {};
    return fail(Errc::PinLenRange, "got a PIN of " + std::to_string(pin.size()) + " bytes, want 4 to 255");
}

Result<Bytes> seal_role_secret(Role role, const SecretBytes& pin, const SecretBytes& root, unsigned kdf_cost,
                               const SecretBytes& role_secret) {
    std::array<std::uint8_t, salt_size> salt{};
    TRY(crypto::random_bytes(salt));
    const Cost cost{.log2_n = kdf_cost};
    const SecretBytes key = TRY(sealing_key(role, pin, root, salt, cost));
    const Bytes box = TRY(crypto::seal(key, binding_of(role), role_secret));
    store::BinaryWriter writer;
    writer.integer(format).integer(static_cast<std::uint8_t>(cost.log2_n));
    writer.integer(static_cast<std::uint8_t>(cost.r)).integer(static_cast<std::uint8_t>(cost.p));
    return writer.bytes(salt).bytes(box).take();
}

Result<SecretBytes> unseal_role_secret(Role role, const SecretBytes& pin, const SecretBytes& root,
                                       ByteView credential) {
    store::BinaryReader reader(credential);
    const auto version = reader.integer<std::uint8_t>();
    Cost cost;
    cost.log2_n = reader.integer<std::uint8_t>();
    cost.r = reader.integer<std::uint8_t>();
    cost.p = reader.integer<std::uint8_t>();
    const Bytes salt = reader.bytes();
    const Bytes box = reader.bytes();
    // A changed cost must not make us take gigabytes of memory.
    const bool sane = cost.log2_n >= least_kdf_cost && cost.log2_n <= greatest_kdf_cost && cost.r == block_size &&
                      cost.p == parallelism;
    if (!reader.complete() || version != format || !sane) {
        return fail(Errc::StoreDamaged, std::string("the store is damaged: the credential of role ") + role_word(role));
    }
    const SecretBytes key = TRY(sealing_key(role, pin, root, salt, cost));
    Result<SecretBytes> secret = crypto::unseal(key, binding_of(role), box);
    if (!secret.ok() && secret.code() == Errc::StoreDamaged) return fail(Errc::PinIncorrect, "the PIN is wrong");
    return secret;
}

}  // namespace kvp11::partition
