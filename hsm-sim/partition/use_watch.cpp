#include "partition/use_watch.hpp"

#include "fips/error_state.hpp"
#include "partition/operation_guard.hpp"

namespace kvp11::partition {

Result<void> UseWatch::before() {
    begun_ = std::chrono::steady_clock::now();
    TRY(fips::require_operational(key_->core().settings().mode));
    return key_->check_time(wanted_);
}

Result<void> UseWatch::note(const Error* error) const {
    OperationGuard guard(key_->core(), operation_, key_->record().id.name, key_->caller(), begun_);
    return guard.close(error, approved_);
}

Result<std::size_t> WatchedSigner::sign(ByteView input, MutableBytes signature) {
    if (const Result<void> may = watch_.before(); !may.ok())
        return watch_.after(Result<std::size_t>(fail(may.error())));
    return watch_.after(work_->sign(input, signature));
}

Result<void> WatchedVerifier::verify(ByteView input, ByteView signature) {
    if (Result<void> may = watch_.before(); !may.ok()) return watch_.after(std::move(may));
    return watch_.after(work_->verify(input, signature));
}

Result<void> WatchedMac::start() {
    if (Result<void> may = watch_.before(); !may.ok()) return watch_.after(std::move(may));
    return work_->start();
}

Result<void> WatchedCipher::start(const CipherAlgorithm& algorithm) {
    if (Result<void> may = watch_.before(); !may.ok()) return watch_.after(std::move(may));
    return work_->start(algorithm);
}

}  // namespace kvp11::partition
