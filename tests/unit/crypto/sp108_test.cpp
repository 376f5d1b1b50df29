#include "crypto/sp108.hpp"

#include "checks.hpp"
#include "crypto/derivation.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

using Kind = Sp108Part::Kind;

constexpr SignatureAlgorithm cmac{.scheme = SignatureScheme::AesCmac};
constexpr SignatureAlgorithm hmac_sha512{.scheme = SignatureScheme::Hmac, .digest = Digest::Sha512};

Sp108Part fixed(const Bytes& bytes) { return {.kind = Kind::Bytes, .bytes = bytes}; }
Sp108Part counter(std::size_t bits) { return {.kind = Kind::Counter, .width_bits = bits}; }
const Sp108Part feedback{.kind = Kind::Feedback};

std::string derived(const std::string& key, Sp108Algorithm algorithm, const std::vector<Sp108Part>& parts,
                    std::size_t size) {
    algorithm.parts = parts;
    return hex_of(must(sp108(secret_hex(key), algorithm, size)));
}

BOOST_AUTO_TEST_SUITE(sp800_108)

// NIST CAVP, SP 800-108 KBKDF, KDFCTR_gen.rsp: [PRF=CMAC_AES128] [RLEN=8_BITS], BEFORE_FIXED COUNT=10 and 20,
// MIDDLE_FIXED COUNT=30.
BOOST_AUTO_TEST_CASE(counter_mode_gives_the_published_values_wherever_the_counter_stands) {
    const Sp108Algorithm algorithm{.mode = Sp108Mode::Counter, .prf = cmac};
    const Bytes first =
        from_hex("e323cdfa7873a0d72cd86ffb4468744f097db60498f7d0e3a43bafd2d1af675e4a88338723b1236199705357c"
                 "47bf1d89b2f4617a340980e6331625c");
    BOOST_TEST(derived("682e814d872397eba71170a693514904", algorithm, {counter(8), fixed(first)}, 32) ==
               "dac9b6ca405749cfb065a0f1e42c7c4224d3d5db32fdafe9dee6ca193316f2c7");
    const Bytes second =
        from_hex("46f88b5af7fb9e29262dd4e010143a0a9c465c627450ec74ab7251889529193e995c4b56ff55bc2fc8992a0df"
                 "1ee8056f6816b7614fba4c12d3be1a5");
    BOOST_TEST(derived("7aa9973481d560f3be217ac3341144d8", algorithm, {counter(8), fixed(second)}, 20) ==
               "1746ae4f09903f74bfbe1b8ae2b79d74576a3b09");
    const Bytes before =
        from_hex("128ebf7d66d9d0b425038ca681bcad81698c173092ce07ff7d10e153bcd5a0560e3a0314a18512143cdc61581"
                 "31cf1b91db1");
    const Bytes after = from_hex("5c482b7201779677533f");
    BOOST_TEST(derived("5f99dd55eaaedfd7660c72530730541f", algorithm, {fixed(before), counter(8), fixed(after)}, 40) ==
               "1d5fc5fbb78aa813f90edc2fca584c135eaa1613cb52ba29bb7ce0fef0c46c6cf741ef793038a60f");
}

// NIST CAVP, SP 800-108 KBKDF, FeedbackModeNOzeroiv: [PRF=CMAC_AES128] [CTRLOCATION=BEFORE_ITER] [RLEN=8_BITS]
// COUNT=0 and 20.
BOOST_AUTO_TEST_CASE(feedback_mode_gives_the_published_values) {
    const Bytes iv = from_hex("4ab31c84730527fbf008e446501bb26a");
    const Bytes input = from_hex(
        "0909d62821ec989fe16d6d77358126d272fff3e2dc4795c5a9421bee65be679b9f651668fdbc2c13d2ef4932f8830b56e5e1e0");
    BOOST_TEST(derived("6874c099a14942d5bcd823183a4ceb9c",
                       {.mode = Sp108Mode::Feedback, .prf = cmac, .parts = {}, .iv = iv},
                       {counter(8), feedback, fixed(input)}, 64) ==
               "265062a5de896edbfc0d071bdfb6dfd18901f3786cee3c401e53c198e80e78ba"
               "b17c7049c723d4cd9d334952509c44d7e7bc16627a1e7177b80157a3c56ac21b");
    const Bytes other_iv = from_hex("5c09bad80e140f4b45890d1260cc058d");
    const Bytes other = from_hex(
        "3c999c95f49c48696f83011ffe578b985e2b1ae9b6512f85aa0a2e54fa4a454d3bb772194e106783e34b5d5ed8b6e0a877f35f");
    BOOST_TEST(derived("df99682e93bee8426a27ce8991929aca",
                       {.mode = Sp108Mode::Feedback, .prf = cmac, .parts = {}, .iv = other_iv},
                       {counter(8), feedback, fixed(other)}, 70) ==
               "2fae1240da52986a2b7deddc35b9c17b754aee15e63a4a365be0a8c41512234ae28aa9617509d152fbd0b87c7961c8e4"
               "66165722b72f8887f83ae4ebe72cec04da1c72674b1a");
}

// NIST CAVP, SP 800-108 KBKDF, PipelineModewithCounter: [PRF=CMAC_AES128] [CTRLOCATION=BEFORE_ITER] [RLEN=8_BITS]
// COUNT=0 and 20.
BOOST_AUTO_TEST_CASE(double_pipeline_mode_gives_the_published_values) {
    const Sp108Algorithm algorithm{.mode = Sp108Mode::DoublePipeline, .prf = cmac};
    const Bytes input = from_hex(
        "22f498fc9b8d4b72188bce30ba9875fc2b0eb3fe76874d85426e6e5b3b237c9f445f2da20a60ab189802e2c152c4a3602aa342");
    BOOST_TEST(derived("c6254d95dd108e9bb29e0053ddeec351", algorithm, {counter(8), feedback, fixed(input)}, 64) ==
               "1e133a952df55a11ee038120375f61e7c0162842c817160693b1f39dc0b795bc"
               "6f3691db775cf3af4b0a9f69fecbe99679fd4b4873dda743f5c6a2d2e873f26d");
    const Bytes other = from_hex(
        "a19d29ed42b369494d6547d8b5f1203078f2e49a85bd4cc8ff71657c10dca7f78f4bb7429063976b1124b031edfeffe2cc5951");
    BOOST_TEST(derived("d92dc7b9d007fc49734bc931ef8554e9", algorithm, {counter(8), feedback, fixed(other)}, 70) ==
               "de6dee3c072fdd13b14f593a6ecef83e83b8af85149be566e32ffcceafa09e6727f642b4ccd106de370cab0d24cc77ea"
               "8a309ed0ccde326110b7bc58b07a7f82f2016df6433e");
}

BOOST_AUTO_TEST_CASE(counter_mode_is_what_openssl_derives) {
    const Bytes input = from_hex("b50b0c963c6b3034b8cf19cd3f5c4ebe4f4985af0c03e575db62e6fdf1ecfe4f");
    const std::string key = "dd5dbd45593ee2ac139748e7645b450f";
    BOOST_TEST(derived(key, {.prf = hmac_sha512}, {counter(32), fixed(input)}, 150) ==
               hex_of(must(sp108_counter_over(secret_hex(key), input, 150))));
}

BOOST_AUTO_TEST_CASE(parts_that_a_mode_does_not_have_are_refused) {
    const SecretBytes key(16);
    const auto refused = [&](Sp108Mode mode, const std::vector<Sp108Part>& parts, ByteView iv = {}) {
        EXPECT_ERROR(sp108(key, {.mode = mode, .prf = cmac, .parts = parts, .iv = iv}, 16),
                     Errc::MechanismParamInvalid);
    };
    refused(Sp108Mode::Counter, {});
    refused(Sp108Mode::Counter, {counter(8), counter(8)});
    refused(Sp108Mode::Counter, {counter(8), feedback});
    refused(Sp108Mode::Feedback, {counter(8)});
    refused(Sp108Mode::Feedback, {feedback, feedback});
    refused(Sp108Mode::Feedback, {feedback, counter(8), counter(8)});
    refused(Sp108Mode::DoublePipeline, {counter(8)});
    refused(Sp108Mode::DoublePipeline, {feedback}, Bytes(16));
    for (const std::size_t bits : {0U, 7U, 12U, 40U}) refused(Sp108Mode::Counter, {counter(bits)});
}

BOOST_AUTO_TEST_CASE(no_more_comes_out_than_the_counter_can_count) {
    const std::vector<Sp108Part> parts = {counter(8)};
    const Sp108Algorithm algorithm{.prf = cmac, .parts = parts};
    BOOST_TEST(must(sp108(SecretBytes(16), algorithm, 255 * 16)).size() == 255 * 16U);
    EXPECT_ERROR(sp108(SecretBytes(16), algorithm, 255 * 16 + 1), Errc::KeySizeRange);
    EXPECT_ERROR(sp108(SecretBytes(16), algorithm, 0), Errc::KeySizeRange);
    EXPECT_ERROR(sp108(SecretBytes(15), algorithm, 16), Errc::KeySizeRange);
}

BOOST_AUTO_TEST_CASE(numbers_are_written_in_both_orders) {
    BOOST_TEST(to_hex(must(sp108_number(0x0102, 16, false))) == "0102");
    BOOST_TEST(to_hex(must(sp108_number(0x0102, 24, true))) == "020100");
    BOOST_TEST(to_hex(must(sp108_number(1, 64, false))) == "0000000000000001");
    EXPECT_ERROR(sp108_number(256, 8, false), Errc::MechanismParamInvalid);
    EXPECT_ERROR(sp108_number(1, 0, false), Errc::MechanismParamInvalid);
    EXPECT_ERROR(sp108_number(1, 12, false), Errc::MechanismParamInvalid);
    EXPECT_ERROR(sp108_number(1, 72, false), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
