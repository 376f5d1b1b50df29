// What C_SignInit starts: one of three operations, by what the row says.
#include <array>

#include "crypto/digest.hpp"
#include "mechanism/collected.hpp"
#include "mechanism/operation.hpp"
#include "mechanism/prepared.hpp"

namespace kvp11::mechanism {

namespace {

/// Digests the message here and has the key sign the digest.
class PrehashSigning final : public SignOperation {
public:
    PrehashSigning(PreparedSignature prepared, std::unique_ptr<Signer> signer)
        : prepared_(std::move(prepared)), signer_(std::move(signer)), hash_(*prepared_.row->prehash) {}

    std::size_t size() const noexcept override { return signer_->size(); }
    Result<void> update(ByteView data) override {
        fed_ = true;
        hash_.update(data);
        return {};
    }
    Result<std::size_t> finish(MutableBytes signature) override {
        std::array<std::uint8_t, digest_size(Digest::Sha512)> digest;
        hash_.finish(digest);
        fed_ = false;
        return signer_->sign({digest.data(), hash_.size()}, signature);
    }
    Result<std::size_t> sign(ByteView data, MutableBytes signature) override {
        hash_.update(data);
        return finish(signature);
    }
    void abandon() override {
        if (fed_) hash_.restart();
        fed_ = false;
    }
    bool restart(const Request& request) override {
        if (!prepared_.matches(request)) return false;
        abandon();
        return true;
    }
    bool was_approved() const noexcept override { return prepared_.approved; }

private:
    PreparedSignature prepared_;
    std::unique_ptr<Signer> signer_;
    crypto::Hash hash_;
    bool fed_ = false;
};

/// Hands the data to the key as they are.
class PlainSigning final : public SignOperation {
public:
    PlainSigning(PreparedSignature prepared, std::unique_ptr<Signer> signer)
        : prepared_(std::move(prepared)), signer_(std::move(signer)), collected_(prepared_.row->most_collected) {}

    std::size_t size() const noexcept override { return signer_->size(); }
    Result<void> update(ByteView data) override { return collected_.append(data); }
    Result<std::size_t> finish(MutableBytes signature) override {
        auto written = sign(collected_.view(), signature);
        collected_.clear();
        return written;
    }
    Result<std::size_t> sign(ByteView data, MutableBytes signature) override {
        approved_ = prepared_.approves(data);
        return signer_->sign(data, signature);
    }
    void abandon() override { collected_.clear(); }
    bool restart(const Request& request) override {
        if (!prepared_.matches(request)) return false;
        abandon();
        return true;
    }
    bool was_approved() const noexcept override { return approved_; }

private:
    PreparedSignature prepared_;
    std::unique_ptr<Signer> signer_;
    Collected collected_;
    bool approved_ = false;
};

class MacSigning final : public SignOperation {
public:
    MacSigning(PreparedSignature prepared, std::unique_ptr<Mac> mac)
        : prepared_(std::move(prepared)), mac_(std::move(mac)) {}

    std::size_t size() const noexcept override { return mac_->size(); }
    Result<void> update(ByteView data) override {
        fed_ = true;
        return mac_->update(data);
    }
    Result<std::size_t> finish(MutableBytes signature) override {
        auto written = mac_->finish(signature);
        fed_ = !written.ok();
        return written;
    }
    Result<std::size_t> sign(ByteView data, MutableBytes signature) override {
        TRY(update(data));
        return finish(signature);
    }
    void abandon() override { fed_ = fed_ && !mac_->start().ok(); }
    bool restart(const Request& request) override {
        if (!prepared_.matches(request)) return false;
        abandon();
        return !fed_;
    }
    bool was_approved() const noexcept override { return prepared_.approved; }

private:
    PreparedSignature prepared_;
    std::unique_ptr<Mac> mac_;
    bool fed_ = false;
};

}  // namespace

Result<std::unique_ptr<SignOperation>> start_signing(const Request& request, std::shared_ptr<const Key> key) {
    auto prepared = TRY(prepare_signature(request, std::move(key), false));
    if (prepared.is_mac()) {
        auto mac = TRY(prepared.key->mac(prepared.algorithm, false));
        TRY(mac->start());
        return std::make_unique<MacSigning>(std::move(prepared), std::move(mac));
    }
    auto signer = TRY(prepared.key->signer(prepared.algorithm));
    if (request.row->prehash) return std::make_unique<PrehashSigning>(std::move(prepared), std::move(signer));
    return std::make_unique<PlainSigning>(std::move(prepared), std::move(signer));
}

}  // namespace kvp11::mechanism
