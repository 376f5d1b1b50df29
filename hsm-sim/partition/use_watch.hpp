// UseWatch: what happens around every single use of a prepared operation whose key has a time, or whose uses are
// recorded: the time is checked before, the record is written after. One caller's at a time.
#pragma once

#include <chrono>

#include "partition/guarded_key.hpp"

namespace kvp11::partition {

class UseWatch {
public:
    /// Keeps the key. Not core, key and caller one by one: whoever else uses these counts in the same cache lines.
    UseWatch(std::shared_ptr<const GuardedKey> key, Operation operation, KeyOps wanted, bool approved)
        : key_(std::move(key)), operation_(operation), wanted_(wanted), approved_(approved) {}

    [[nodiscard]] Result<void> before();
    /// Gives `result` back unless it could not be recorded.
    template <class T>
    Result<T> after(Result<T> result) const {
        TRY(note(result.ok() ? nullptr : &result.error()));
        return result;
    }

private:
    Result<void> note(const Error* error) const;

    std::shared_ptr<const GuardedKey> key_;
    Operation operation_;
    KeyOps wanted_;
    bool approved_;
    std::chrono::steady_clock::time_point begun_;  // the use, for its record
};

class WatchedSigner final : public Signer {
public:
    WatchedSigner(std::unique_ptr<Signer> work, UseWatch watch) : work_(std::move(work)), watch_(std::move(watch)) {}
    [[nodiscard]] std::size_t size() const noexcept override { return work_->size(); }
    Result<std::size_t> sign(ByteView input, MutableBytes signature) override;

private:
    std::unique_ptr<Signer> work_;
    UseWatch watch_;
};

class WatchedVerifier final : public Verifier {
public:
    WatchedVerifier(std::unique_ptr<Verifier> work, UseWatch watch)
        : work_(std::move(work)), watch_(std::move(watch)) {}
    Result<void> verify(ByteView input, ByteView signature) override;
    [[nodiscard]] std::size_t size() const noexcept override { return work_->size(); }

private:
    std::unique_ptr<Verifier> work_;
    UseWatch watch_;
};

class WatchedMac final : public Mac {
public:
    WatchedMac(std::unique_ptr<Mac> work, UseWatch watch) : work_(std::move(work)), watch_(std::move(watch)) {}
    [[nodiscard]] std::size_t size() const noexcept override { return work_->size(); }
    Result<void> start() override;
    Result<void> update(ByteView input) override { return work_->update(input); }
    Result<std::size_t> finish(MutableBytes mac) override { return watch_.after(work_->finish(mac)); }

private:
    std::unique_ptr<Mac> work_;
    UseWatch watch_;
};

class WatchedCipher final : public Cipher {
public:
    WatchedCipher(std::unique_ptr<Cipher> work, UseWatch watch) : work_(std::move(work)), watch_(std::move(watch)) {}
    Result<void> start(const CipherAlgorithm& algorithm) override;
    [[nodiscard]] ByteView made_iv() const noexcept override { return work_->made_iv(); }
    [[nodiscard]] std::size_t output_bound(std::size_t input_size) const noexcept override {
        return work_->output_bound(input_size);
    }
    [[nodiscard]] bool output_exact() const noexcept override { return work_->output_exact(); }
    Result<std::size_t> update(ByteView input, MutableBytes output) override { return work_->update(input, output); }
    Result<std::size_t> finish(MutableBytes output) override { return watch_.after(work_->finish(output)); }

private:
    std::unique_ptr<Cipher> work_;
    UseWatch watch_;
};

}  // namespace kvp11::partition
