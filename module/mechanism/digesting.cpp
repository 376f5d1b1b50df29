// What C_DigestInit starts. Digests run in the module, whatever the slot's backend.
#include "crypto/digest.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

class Digesting final : public DigestOperation {
public:
    Digesting(const Mechanism& row, crypto::Hash hash, bool fed) : row_(&row), hash_(std::move(hash)), fed_(fed) {}

    std::size_t size() const noexcept override { return hash_.size(); }
    Result<void> update(ByteView data) override {
        fed_ = true;
        hash_.update(data);
        return {};
    }
    Result<std::size_t> finish(MutableBytes digest) override {
        if (digest.size() < size()) return fail(Errc::BufferTooSmall, "digest buffer too small");
        hash_.finish(digest);
        fed_ = false;
        return size();
    }
    bool restart(const Request& request) override {
        if (request.row != row_ || !request.parameter.empty()) return false;
        if (fed_) hash_.restart();
        fed_ = false;
        return true;
    }
    // FIPS 180-4, all of them: SHA-1 is unapproved in new signatures only (SP 800-131A r2 section 9).
    bool was_approved() const noexcept override { return true; }
    std::unique_ptr<DigestOperation> clone() const override {
        return std::make_unique<Digesting>(*row_, hash_.clone(), fed_);
    }

private:
    const Mechanism* row_;
    crypto::Hash hash_;
    bool fed_;
};

}  // namespace

Result<std::unique_ptr<DigestOperation>> start_digesting(const Request& request) {
    if (request.row == nullptr || !request.row->digest) {
        return fail(Errc::MechanismInvalid, "the mechanism is no digest");
    }
    if (!request.parameter.empty()) return fail(Errc::MechanismParamInvalid, "a digest takes no parameter");
    return std::make_unique<Digesting>(*request.row, crypto::Hash(*request.row->digest), false);
}

}  // namespace kvp11::mechanism
