#include "partition/shamir.hpp"

#include <algorithm>
#include <cstdint>

#include "crypto/random.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint32_t prime = 257;
constexpr unsigned most_shares = 126;  // x is what fits above nine bits of y, as Azure's tools limit it
constexpr std::size_t word_size = 2;

/// value mod 257 for value < 2^17, without a branch or a division: 256 is -1 modulo 257.
std::uint32_t reduce(std::uint32_t value) {
    const std::uint32_t shifted = (value & 0xff) + prime - (value >> 8);  // 1 … 512 for such values
    const std::uint32_t borrow = (shifted - prime) >> 31;                 // 1 when shifted < 257
    return shifted - (prime & (borrow - 1));
}

std::uint32_t multiply(std::uint32_t a, std::uint32_t b) { return reduce(a * b); }
std::uint32_t add(std::uint32_t a, std::uint32_t b) { return reduce(a + b); }

/// Only for public values: a to the power of 257 - 2.
std::uint32_t inverse(std::uint32_t a) {
    std::uint32_t result = 1;
    for (int i = 0; i < 255; ++i) result = multiply(result, a);
    return result;
}

std::uint32_t read_word(ByteView share, std::size_t index) {
    return static_cast<std::uint32_t>(share[word_size * index]) |
           static_cast<std::uint32_t>(share[word_size * index + 1]) << 8;
}

void write_word(MutableBytes share, std::size_t index, std::uint32_t word) {
    share[word_size * index] = static_cast<std::uint8_t>(word);
    share[word_size * index + 1] = static_cast<std::uint8_t>(word >> 8);
}

/// `count` uniform elements of the field, as words. 65536 = 255 · 257 + 1, so one value in 65536 is
/// drawn again.
Result<SecretBytes> random_elements(std::size_t count) {
    SecretBytes elements = TRY(crypto::random_secret(count * word_size));
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t drawn = read_word(elements.expose_bytes(), i);
        while (drawn == 0xffff) {
            const SecretBytes again = TRY(crypto::random_secret(word_size));
            drawn = read_word(again.expose_bytes(), 0);
        }
        write_word(elements.expose_writable(), i, reduce(drawn));
    }
    return elements;
}

/// The polynomial secret + c1·x + c2·x² …, whose coefficients are elements[0 … degree-1].
std::uint32_t evaluate(std::uint32_t secret, ByteView elements, std::size_t degree, std::uint32_t x) {
    std::uint32_t value = 0;
    for (std::size_t i = degree; i > 0; --i) value = multiply(add(value, read_word(elements, i - 1)), x);
    return add(value, secret);
}

/// The x that all words of a share carry.
Result<std::uint32_t> abscissa(ByteView share) {
    const std::uint32_t x = read_word(share, 0) >> 9;
    std::uint32_t wrong = 0;
    for (std::size_t i = 0; i < share.size() / word_size; ++i) {
        const std::uint32_t word = read_word(share, i);
        wrong |= ((word >> 9) ^ x) | ((256 - (word & 0x1ff)) >> 31);
    }
    if (wrong != 0 || x == 0 || x > most_shares) {
        return fail(Errc::SecurityDomainInvalid, "a share of the security domain is malformed");
    }
    return x;
}

Result<std::vector<std::uint32_t>> abscissas(std::span<const SecretBytes> shares) {
    if (shares.empty()) return fail(Errc::SecurityDomainInvalid, "no share of the security domain was given");
    const std::size_t size = shares.front().size();
    std::vector<std::uint32_t> xs;
    for (const SecretBytes& share : shares) {
        if (share.size() != size || size == 0 || size % word_size != 0) {
            return fail(Errc::SecurityDomainInvalid, "the shares of the security domain have unequal or odd lengths");
        }
        const std::uint32_t x = TRY(abscissa(share.expose_bytes()));
        if (std::find(xs.begin(), xs.end(), x) != xs.end()) {
            return fail(Errc::SecurityDomainInvalid, "the same share of the security domain was given twice");
        }
        xs.push_back(x);
    }
    return xs;
}

/// Lagrange's weights at zero: the product of xj / (xj - xi) over j ≠ i.
std::vector<std::uint32_t> weights(const std::vector<std::uint32_t>& xs) {
    std::vector<std::uint32_t> result;
    for (std::uint32_t xi : xs) {
        std::uint32_t numerator = 1;
        std::uint32_t denominator = 1;
        for (std::uint32_t xj : xs) {
            if (xj == xi) continue;
            numerator = multiply(numerator, xj);
            denominator = multiply(denominator, add(xj, prime - xi));
        }
        result.push_back(multiply(numerator, inverse(denominator)));
    }
    return result;
}

}  // namespace

Result<std::vector<SecretBytes>> split(const SecretBytes& secret, unsigned quorum, unsigned count) {
    if (secret.empty() || quorum < 2 || quorum > count || count > most_shares) {
        return fail(Errc::ArgumentsBad, "cannot split a secret of " + std::to_string(secret.size()) + " bytes into " +
                                            std::to_string(count) + " shares with a quorum of " +
                                            std::to_string(quorum) + ", want 2 <= quorum <= shares <= 126");
    }
    const std::size_t degree = quorum - 1;
    const SecretBytes elements = TRY(random_elements(degree * secret.size()));
    std::vector<SecretBytes> shares;
    for (std::uint32_t x = 1; x <= count; ++x) {
        SecretBytes share(secret.size() * word_size);
        for (std::size_t i = 0; i < secret.size(); ++i) {
            const ByteView coefficients = elements.expose_bytes().subspan(i * degree * word_size, degree * word_size);
            const std::uint32_t y = evaluate(secret.expose_bytes()[i], coefficients, degree, x);
            write_word(share.expose_writable(), i, x << 9 | y);
        }
        shares.push_back(std::move(share));
    }
    return shares;
}

Result<SecretBytes> combine(std::span<const SecretBytes> shares) {
    const std::vector<std::uint32_t> xs = TRY(abscissas(shares));
    const std::vector<std::uint32_t> weight = weights(xs);
    SecretBytes secret(shares.front().size() / word_size);
    std::uint32_t outside = 0;  // 256 is an element of the field but no byte
    for (std::size_t i = 0; i < secret.size(); ++i) {
        std::uint32_t value = 0;
        for (std::size_t s = 0; s < shares.size(); ++s) {
            value = add(value, multiply(weight[s], read_word(shares[s].expose_bytes(), i) & 0x1ff));
        }
        outside |= value >> 8;
        secret.expose_writable()[i] = static_cast<std::uint8_t>(value);
    }
    if (outside != 0) {
        return fail(Errc::SecurityDomainInvalid, "the shares of the security domain do not belong together");
    }
    return secret;
}

}  // namespace kvp11::partition
