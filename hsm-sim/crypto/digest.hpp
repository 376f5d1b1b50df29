// Message digests over the private library context. A Hash is one caller's at a time.
#pragma once

#include <memory>

#include "kvp11/algorithm.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// A running digest; reusable: finish() leaves it ready for the next message.
class Hash {
public:
    explicit Hash(Digest digest);
    Hash(Hash&&) noexcept;
    Hash& operator=(Hash&&) noexcept;
    ~Hash();

    [[nodiscard]] Digest digest() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return digest_size(digest()); }
    /// Forgets what was fed so far.
    void restart();
    void update(ByteView input);
    /// Writes size() bytes and restarts.
    void finish(MutableBytes output);
    /// Another one that was fed the same.
    [[nodiscard]] Hash clone() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The digest of one message, digest_size(digest) bytes.
Bytes hash(Digest digest, ByteView input);

}  // namespace kvp11::crypto
