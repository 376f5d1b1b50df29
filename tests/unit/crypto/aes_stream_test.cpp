// Whatever the pieces, wherever the output lies and how often a cipher is used again: the same bytes.
#include <random>

#include "checks.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

constexpr CipherScheme schemes[] = {CipherScheme::AesEcb, CipherScheme::AesCbc, CipherScheme::AesCbcPad,
                                    CipherScheme::AesCtr, CipherScheme::AesGcm};

CipherAlgorithm algorithm_of(CipherScheme scheme) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = scheme;
    if (scheme != CipherScheme::AesEcb) algorithm.iv = pattern(scheme == CipherScheme::AesGcm ? 12 : 16);
    if (scheme == CipherScheme::AesGcm) algorithm.aad = pattern(33);
    return algorithm;
}

bool takes(CipherScheme scheme, std::size_t size) {
    return size % 16 == 0 || (scheme != CipherScheme::AesEcb && scheme != CipherScheme::AesCbc);
}

/// Pieces of random sizes; each output has exactly the room that output_bound promises to be enough.
Bytes in_pieces(Cipher& cipher, ByteView input, std::mt19937& dice, bool in_place) {
    Bytes output;
    for (std::size_t at = 0; at < input.size();) {
        const std::size_t size = std::min<std::size_t>(dice() % 50, input.size() - at);
        Bytes room(std::max(cipher.output_bound(size), size));
        ByteView piece = input.subspan(at, size);
        if (in_place) {
            std::copy(piece.begin(), piece.end(), room.begin());
            piece = ByteView(room).first(size);
        }
        const std::size_t written = must(cipher.update(piece, room));
        output.insert(output.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(written));
        at += size;
    }
    Bytes room(cipher.output_bound(0));
    const std::size_t written = must(cipher.finish(room));
    output.insert(output.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(written));
    return output;
}

Bytes in_one(Cipher& cipher, ByteView input) {
    Bytes output(cipher.output_bound(input.size()));
    const std::size_t first = must(cipher.update(input, output));
    const std::size_t last = must(cipher.finish(MutableBytes(output).subspan(first)));
    if (cipher.output_exact()) BOOST_TEST(first + last == output.size());
    output.resize(first + last);
    return output;
}

BOOST_AUTO_TEST_SUITE(aes_streams)

BOOST_AUTO_TEST_CASE(random_pieces_equal_one_piece_in_both_directions_also_in_place) {
    std::mt19937 dice(20261122);
    for (CipherScheme scheme : schemes) {
        const CipherAlgorithm algorithm = algorithm_of(scheme);
        auto encryptor = must(aes_cipher(secret(pattern(32)), algorithm, Direction::Encrypt));
        auto decryptor = must(aes_cipher(secret(pattern(32)), algorithm, Direction::Decrypt));
        for (std::size_t size = 0; size <= 400; ++size) {
            if (!takes(scheme, size)) continue;
            const Bytes plain = pattern(size);
            must(encryptor->start(algorithm));
            const Bytes whole = in_one(*encryptor, plain);
            must(decryptor->start(algorithm));
            BOOST_REQUIRE(in_one(*decryptor, whole) == plain);
            for (const bool in_place : {false, true}) {
                must(encryptor->start(algorithm));
                BOOST_REQUIRE(in_pieces(*encryptor, plain, dice, in_place) == whole);
                must(decryptor->start(algorithm));
                BOOST_REQUIRE(in_pieces(*decryptor, whole, dice, in_place) == plain);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(one_place_serves_as_input_and_output_of_a_whole_message) {
    for (CipherScheme scheme : schemes) {
        const CipherAlgorithm algorithm = algorithm_of(scheme);
        const Bytes plain = pattern(1600);
        auto encryptor = must(aes_cipher(secret(pattern(16)), algorithm, Direction::Encrypt));
        auto decryptor = must(aes_cipher(secret(pattern(16)), algorithm, Direction::Decrypt));
        const Bytes wanted = in_one(*encryptor, plain);
        must(encryptor->start(algorithm));

        Bytes place(1700);
        std::copy(plain.begin(), plain.end(), place.begin());
        std::size_t size = must(encryptor->update(ByteView(place).first(1600), place));
        size += must(encryptor->finish(MutableBytes(place).subspan(size)));
        BOOST_TEST(Bytes(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(size)) == wanted);

        const std::size_t whole = size;
        size = must(decryptor->update(ByteView(place).first(whole), place));
        size += must(decryptor->finish(MutableBytes(place).subspan(size)));
        BOOST_TEST(Bytes(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(size)) == plain);
    }
}

BOOST_AUTO_TEST_CASE(overlapping_places_are_no_danger) {
    for (CipherScheme scheme : {CipherScheme::AesCbc, CipherScheme::AesCtr, CipherScheme::AesGcm}) {
        const CipherAlgorithm algorithm = algorithm_of(scheme);
        const Bytes plain = pattern(320);
        auto cipher = must(aes_cipher(secret(pattern(16)), algorithm, Direction::Encrypt));
        const Bytes wanted = in_one(*cipher, plain);
        for (std::size_t from : {0UL, 3UL, 16UL, 40UL}) {
            for (std::size_t to : {0UL, 5UL, 16UL, 40UL}) {
                Bytes place(400);
                std::copy(plain.begin(), plain.end(), place.begin() + static_cast<std::ptrdiff_t>(from));
                must(cipher->start(algorithm));
                must(cipher->update(ByteView(place).subspan(from, 320), MutableBytes(place).subspan(to)));
                BOOST_TEST(std::equal(place.begin() + static_cast<std::ptrdiff_t>(to),
                                      place.begin() + static_cast<std::ptrdiff_t>(to) + 320, wanted.begin()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(start_discards_an_unfinished_message_and_changes_the_parameters) {
    std::mt19937 dice(7);
    for (CipherScheme scheme : schemes) {
        for (Direction direction : {Direction::Encrypt, Direction::Decrypt}) {
            CipherAlgorithm first = algorithm_of(scheme);
            CipherAlgorithm second = first;
            if (!second.iv.empty()) second.iv[0] ^= 0x80;
            if (scheme == CipherScheme::AesGcm) {
                second.iv.resize(20, 5);
                second.aad.clear();
                second.tag_length = 12;
            }
            auto encryptor = must(aes_cipher(secret(pattern(24)), second, Direction::Encrypt));
            const Bytes plain = pattern(160);
            const Bytes sealed = in_one(*encryptor, plain);
            auto reused = must(aes_cipher(secret(pattern(24)), first, direction));
            Bytes room(200);
            must(reused->update(pattern(21), room));
            must(reused->start(second));
            const bool encrypting = direction == Direction::Encrypt;
            BOOST_TEST(in_pieces(*reused, encrypting ? plain : sealed, dice, false) == (encrypting ? sealed : plain));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_short_output_is_refused_and_not_written_beyond) {
    for (CipherScheme scheme : schemes) {
        auto cipher = must(aes_cipher(secret(pattern(16)), algorithm_of(scheme), Direction::Encrypt));
        Bytes room(64, 0x77);
        EXPECT_ERROR(cipher->update(pattern(64), MutableBytes(room).first(63)), Errc::BufferTooSmall);
        BOOST_TEST(room.back() == 0x77);
    }
    auto padded = must(aes_cipher(secret(pattern(16)), algorithm_of(CipherScheme::AesCbcPad), Direction::Encrypt));
    EXPECT_ERROR(padded->finish({}), Errc::BufferTooSmall);
    auto gcm = must(aes_cipher(secret(pattern(16)), algorithm_of(CipherScheme::AesGcm), Direction::Encrypt));
    EXPECT_ERROR(gcm->finish({}), Errc::BufferTooSmall);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
