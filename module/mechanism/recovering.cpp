// What C_SignRecoverInit and C_VerifyRecoverInit start. Signing is as ever; only its key is asked for another
// attribute.
#include <algorithm>

#include "crypto/rsa_recovery.hpp"
#include "mechanism/operation.hpp"
#include "mechanism/prepared.hpp"

namespace kvp11::mechanism {
namespace {

Result<void> check_row(const Request& request) {
    if (request.row != nullptr && request.row->recovers) return {};
    return fail(Errc::MechanismInvalid, "nothing can be recovered from signatures of this mechanism");
}

/// The public operation runs here; then the key, whose policy and times it obeys, verifies what came out.
class Recovering final : public RecoverOperation {
public:
    Recovering(PreparedSignature prepared, std::unique_ptr<Verifier> verifier)
        : prepared_(std::move(prepared)), verifier_(std::move(verifier)) {}

    std::size_t output_bound() const noexcept override { return verifier_->size(); }
    Result<std::size_t> recover(ByteView signature, MutableBytes data) override {
        const PublicKey& key = prepared_.key->record().public_key;
        const Bytes signed_data = TRY(crypto::recover_signed(key, prepared_.algorithm.scheme, signature));
        approved_ = prepared_.approves(signed_data);
        TRY(verifier_->verify(signed_data, signature));
        if (data.size() < signed_data.size()) return fail(Errc::BufferTooSmall, "the recovered data does not fit");
        std::copy(signed_data.begin(), signed_data.end(), data.begin());
        return signed_data.size();
    }
    bool restart(const Request& request) override { return prepared_.matches(request); }
    bool was_approved() const noexcept override { return approved_; }

private:
    PreparedSignature prepared_;
    std::unique_ptr<Verifier> verifier_;
    bool approved_ = false;
};

}  // namespace

Result<std::unique_ptr<SignOperation>> start_sign_recovering(const Request& request, std::shared_ptr<const Key> key) {
    TRY(check_row(request));
    return start_signing(request, std::move(key));
}

Result<std::unique_ptr<RecoverOperation>> start_verify_recovering(const Request& request,
                                                                  std::shared_ptr<const Key> key) {
    TRY(check_row(request));
    auto prepared = TRY(prepare_signature(request, std::move(key), true));
    auto verifier = TRY(prepared.key->verifier(prepared.algorithm));
    return std::make_unique<Recovering>(std::move(prepared), std::move(verifier));
}

}  // namespace kvp11::mechanism
