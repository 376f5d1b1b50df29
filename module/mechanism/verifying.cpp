// What C_VerifyInit starts: the mirror of signing.cpp.
#include <array>

#include "crypto/digest.hpp"
#include "mechanism/collected.hpp"
#include "mechanism/operation.hpp"
#include "mechanism/prepared.hpp"

namespace kvp11::mechanism {
namespace {

class PrehashVerifying final : public VerifyOperation {
public:
    PrehashVerifying(PreparedSignature prepared, std::unique_ptr<Verifier> verifier)
        : prepared_(std::move(prepared)), verifier_(std::move(verifier)), hash_(*prepared_.row->prehash) {}

    Result<void> update(ByteView data) override {
        fed_ = true;
        hash_.update(data);
        return {};
    }
    Result<void> finish(ByteView signature) override {
        std::array<std::uint8_t, digest_size(Digest::Sha512)> digest;
        hash_.finish(digest);
        fed_ = false;
        return verifier_->verify({digest.data(), hash_.size()}, signature);
    }
    Result<void> verify(ByteView data, ByteView signature) override {
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
    std::unique_ptr<Verifier> verifier_;
    crypto::Hash hash_;
    bool fed_ = false;
};

class PlainVerifying final : public VerifyOperation {
public:
    PlainVerifying(PreparedSignature prepared, std::unique_ptr<Verifier> verifier)
        : prepared_(std::move(prepared)), verifier_(std::move(verifier)), collected_(prepared_.row->most_collected) {}

    Result<void> update(ByteView data) override { return collected_.append(data); }
    Result<void> finish(ByteView signature) override {
        auto verdict = verify(collected_.view(), signature);
        collected_.clear();
        return verdict;
    }
    Result<void> verify(ByteView data, ByteView signature) override {
        approved_ = prepared_.approves(data);
        return verifier_->verify(data, signature);
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
    std::unique_ptr<Verifier> verifier_;
    Collected collected_;
    bool approved_ = false;
};

class MacVerifying final : public VerifyOperation {
public:
    MacVerifying(PreparedSignature prepared, std::unique_ptr<Mac> mac)
        : prepared_(std::move(prepared)), mac_(std::move(mac)) {}

    Result<void> update(ByteView data) override {
        fed_ = true;
        return mac_->update(data);
    }
    Result<void> finish(ByteView signature) override {
        const auto verdict = mac_->check(signature);
        fed_ = !verdict.ok();
        return verdict;
    }
    Result<void> verify(ByteView data, ByteView signature) override {
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

Result<std::unique_ptr<VerifyOperation>> start_verifying(const Request& request, std::shared_ptr<const Key> key) {
    auto prepared = TRY(prepare_signature(request, std::move(key), true));
    if (prepared.is_mac()) {
        auto mac = TRY(prepared.key->mac(prepared.algorithm, true));
        TRY(mac->start());
        return std::make_unique<MacVerifying>(std::move(prepared), std::move(mac));
    }
    auto verifier = TRY(prepared.key->verifier(prepared.algorithm));
    if (request.row->prehash) return std::make_unique<PrehashVerifying>(std::move(prepared), std::move(verifier));
    return std::make_unique<PlainVerifying>(std::move(prepared), std::move(verifier));
}

}  // namespace kvp11::mechanism
