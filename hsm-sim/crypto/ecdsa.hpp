// ECDSA with signatures r || s, as PKCS#11 and JWS want them. Of this room only.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// A context ready to sign (or to verify) with the key; copies of it are cheaper than new ones.
Result<EvpPkeyCtx> ecdsa_context(EVP_PKEY* key, bool signing);

/// Contexts that are ready to sign with one key. A signer takes one and gives it back when it goes, because a copy for
/// each signature costs a dozen allocations and as many counters that all threads write. Thread-safe.
class EcdsaContexts {
public:
    explicit EcdsaContexts(EvpPkeyCtx ready) : ready_(std::move(ready)) {}
    EcdsaContexts(const EcdsaContexts&) = delete;
    EcdsaContexts& operator=(const EcdsaContexts&) = delete;
    ~EcdsaContexts();

    /// Null when there is no memory.
    [[nodiscard]] EvpPkeyCtx take();
    void give_back(EvpPkeyCtx context) noexcept;

private:
    EvpPkeyCtx ready_;  // only copied
    // A thread looks at its own place first: what it finds there was last used by itself.
    struct alignas(64) Place {  // a cache line's size
        std::atomic<EVP_PKEY_CTX*> context{nullptr};
    };
    std::array<Place, 4> spare_{};
};

Result<std::unique_ptr<Signer>> ecdsa_signer(std::shared_ptr<EcdsaContexts> contexts, Curve curve);
Result<std::unique_ptr<Verifier>> ecdsa_verifier(const EVP_PKEY_CTX* ready, Curve curve);

}  // namespace kvp11::crypto
