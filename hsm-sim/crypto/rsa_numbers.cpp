#include "crypto/rsa_numbers.hpp"

#include "crypto/library.hpp"

namespace kvp11::crypto {
namespace {

Failure inconsistent() { return fail(Errc::AttributeValueInvalid, "the RSA components do not belong together"); }

BigNumber fresh() { return BigNumber(required(BN_new(), "a big number")); }

BigNumber minus_one(const BIGNUM* number) {
    BigNumber result(required(BN_dup(number), "a big number"));
    BN_sub_word(result.get(), 1);
    return result;
}

/// One try of the factorisation: a square root of 1 other than ±1 on the way from g^odd, if any.
BigNumber root_of_one(const BIGNUM* n, const BIGNUM* odd, int twos, const BIGNUM* last, BN_CTX* context) {
    BigNumber y = fresh();
    BigNumber square = fresh();
    if (BN_priv_rand_range_ex(y.get(), n, 0, context) != 1) return nullptr;
    if (BN_mod_exp(y.get(), y.get(), odd, n, context) != 1) return nullptr;
    for (int i = 0; i < twos; ++i) {
        if (BN_is_zero(y.get()) || BN_is_one(y.get()) || BN_cmp(y.get(), last) == 0) return nullptr;
        if (BN_mod_sqr(square.get(), y.get(), n, context) != 1) return nullptr;
        if (BN_is_one(square.get())) return y;
        y.swap(square);
    }
    return nullptr;
}

/// p and q from n, e and d (SP 800-56B appendix C.1): e·d - 1 is a multiple of the group's order.
Result<void> factor(RsaNumbers& numbers, BN_CTX* context) {
    BigNumber odd = fresh();
    BN_mul(odd.get(), numbers.e.get(), numbers.d.get(), context);
    BN_sub_word(odd.get(), 1);
    if (BN_is_zero(odd.get()) || BN_is_negative(odd.get()) || BN_is_odd(odd.get())) return inconsistent();
    int twos = 0;
    while (!BN_is_bit_set(odd.get(), twos)) ++twos;
    BN_rshift(odd.get(), odd.get(), twos);

    const BigNumber last = minus_one(numbers.n.get());
    for (int attempt = 0; attempt < 100; ++attempt) {
        BigNumber root = root_of_one(numbers.n.get(), odd.get(), twos, last.get(), context);
        if (!root) continue;
        BN_sub_word(root.get(), 1);
        numbers.p = fresh();
        numbers.q = fresh();
        BN_gcd(numbers.p.get(), root.get(), numbers.n.get(), context);
        BN_div(numbers.q.get(), nullptr, numbers.n.get(), numbers.p.get(), context);
        if (BN_cmp(numbers.p.get(), numbers.q.get()) < 0) numbers.p.swap(numbers.q);
        return {};
    }
    return inconsistent();
}

Result<void> other_prime(const RsaNumbers& numbers, const BigNumber& known, BigNumber& other, BN_CTX* context) {
    BigNumber rest = fresh();
    other = fresh();
    if (BN_div(other.get(), rest.get(), numbers.n.get(), known.get(), context) != 1 || !BN_is_zero(rest.get())) {
        return inconsistent();
    }
    return {};
}

BigNumber reduced(const BIGNUM* d, const BIGNUM* prime, BN_CTX* context) {
    BigNumber result = fresh();
    BN_mod(result.get(), d, minus_one(prime).get(), context);
    return result;
}

bool inverse_modulo(const BIGNUM* a, const BIGNUM* b, const BIGNUM* modulus, BN_CTX* context) {
    BigNumber product = fresh();
    return BN_mod_mul(product.get(), a, b, modulus, context) == 1 && BN_is_one(product.get());
}

}  // namespace

Result<void> complete(RsaNumbers& numbers) {
    ErrorMark mark;
    BnCtx context(required(BN_CTX_new_ex(library_context()), "big numbers"));
    if (BN_num_bits(numbers.n.get()) < 16 || !BN_is_odd(numbers.n.get())) return inconsistent();
    if (!numbers.p && !numbers.q) {
        TRY(factor(numbers, context.get()));
    } else if (!numbers.q) {
        TRY(other_prime(numbers, numbers.p, numbers.q, context.get()));
    } else if (!numbers.p) {
        TRY(other_prime(numbers, numbers.q, numbers.p, context.get()));
    }
    if (BN_is_zero(numbers.p.get()) || BN_is_one(numbers.p.get()) || BN_is_zero(numbers.q.get()) ||
        BN_is_one(numbers.q.get())) {
        return inconsistent();
    }
    if (!numbers.dp) numbers.dp = reduced(numbers.d.get(), numbers.p.get(), context.get());
    if (!numbers.dq) numbers.dq = reduced(numbers.d.get(), numbers.q.get(), context.get());
    if (!numbers.qi) {
        numbers.qi.reset(BN_mod_inverse(nullptr, numbers.q.get(), numbers.p.get(), context.get()));
        if (!numbers.qi) return inconsistent();
    }
    return check_consistent(numbers);
}

Result<void> check_consistent(const RsaNumbers& numbers) {
    ErrorMark mark;
    BnCtx context(required(BN_CTX_new_ex(library_context()), "big numbers"));
    const BIGNUM* p = numbers.p.get();
    const BIGNUM* q = numbers.q.get();
    if (!BN_is_odd(p) || !BN_is_odd(q) || BN_num_bits(p) < 2 || BN_num_bits(q) < 2) return inconsistent();
    if (BN_cmp(numbers.d.get(), numbers.n.get()) >= 0 || BN_cmp(numbers.e.get(), numbers.n.get()) >= 0) {
        return inconsistent();
    }
    BigNumber product = fresh();
    BN_mul(product.get(), p, q, context.get());
    const BigNumber p1 = minus_one(p);
    const BigNumber q1 = minus_one(q);
    const BIGNUM* e = numbers.e.get();
    const bool belongs = BN_cmp(product.get(), numbers.n.get()) == 0 && BN_cmp(p, q) != 0 &&
                         inverse_modulo(e, numbers.d.get(), p1.get(), context.get()) &&
                         inverse_modulo(e, numbers.d.get(), q1.get(), context.get()) &&
                         BN_cmp(numbers.dp.get(), p1.get()) < 0 && BN_cmp(numbers.dq.get(), q1.get()) < 0 &&
                         inverse_modulo(e, numbers.dp.get(), p1.get(), context.get()) &&
                         inverse_modulo(e, numbers.dq.get(), q1.get(), context.get()) &&
                         BN_cmp(numbers.qi.get(), p) < 0 && inverse_modulo(numbers.qi.get(), q, p, context.get());
    if (!belongs) return inconsistent();
    return {};
}

}  // namespace kvp11::crypto
