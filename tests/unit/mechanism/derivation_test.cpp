// Keys out of keys' values, and what keeps the bytes of guarded keys from being learnt one by one.
#include "checks.hpp"
#include "material_key.hpp"
#include "mechanism/operation.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::ask;
using kvp11::test::from_hex;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::pattern;
using kvp11::test::to_hex;

namespace {

enum class Guard { Open, Guarded, PartlyKnown };

DerivationSource source(const Bytes& value, Guard guard = Guard::Open, KeyType type = KeyType::GenericSecret) {
    KeyRecord record = test::permissive_record({.type = type, .bits = static_cast<std::uint32_t>(8 * value.size())});
    record.protection = {.sensitive = guard != Guard::Open, .extractable = guard == Guard::Open};
    auto key = std::make_shared<const test::MaterialKey>(std::move(record), SecretBytes::copy_of(value));
    return {std::move(key), guard == Guard::PartlyKnown};
}

Result<std::vector<DerivedValue>> derived_keys(const Request& request, const std::vector<DerivationSource>& sources,
                                               const std::vector<std::size_t>& sizes) {
    const auto derivation = TRY(start_derivation(request, sources.front().key->record()));
    auto made = TRY(derive(request, *derivation, sources, sizes));
    return std::move(made.value);
}

Result<DerivedValue> derived(const Request& request, const std::vector<DerivationSource>& sources, std::size_t size) {
    auto all = TRY(derived_keys(request, sources, {size}));
    return std::move(all.front());
}

std::string hex_of(const Result<DerivedValue>& value) {
    BOOST_REQUIRE(test::succeeds(value));
    return to_hex(copy_of(value->value.expose_bytes()));
}

struct Data {
    Bytes bytes;
    CK_KEY_DERIVATION_STRING_DATA params{bytes.data(), bytes.size()};
    explicit Data(Bytes data) : bytes(std::move(data)) { params = {bytes.data(), bytes.size()}; }
    [[nodiscard]] Request request(CK_MECHANISM_TYPE type) const { return ask(type, parameter_of(params)); }
};

const Bytes base_value = from_hex("01234567");
constexpr Errc size_range = Errc::KeySizeRange;

}  // namespace

BOOST_AUTO_TEST_SUITE(derivation)

// PKCS#11 3.1 §6.43
BOOST_AUTO_TEST_CASE(the_examples_of_the_standard_come_out) {
    const Data data(from_hex("89abcdef"));
    BOOST_TEST(hex_of(derived(data.request(CKM_CONCATENATE_BASE_AND_DATA), {source(base_value)}, 0)) ==
               "0123456789abcdef");
    BOOST_TEST(hex_of(derived(data.request(CKM_CONCATENATE_DATA_AND_BASE), {source(base_value)}, 0)) ==
               "89abcdef01234567");
    BOOST_TEST(hex_of(derived(data.request(CKM_XOR_BASE_AND_DATA), {source(base_value)}, 0)) == "88888888");
    const CK_OBJECT_HANDLE other = 17;
    const auto concatenation = ask(CKM_CONCATENATE_BASE_AND_KEY, parameter_of(other));
    BOOST_TEST(hex_of(derived(concatenation, {source(base_value), source(data.bytes)}, 0)) == "0123456789abcdef");
    BOOST_TEST(must(start_derivation(concatenation, source(base_value).key->record()))->other_keys().front() == other);
    const CK_EXTRACT_PARAMS bit = 21;
    const auto extraction = ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(bit));
    BOOST_TEST(hex_of(derived(extraction, {source(from_hex("329f84a9"))}, 2)) == "9526");
}

BOOST_AUTO_TEST_CASE(lengths_that_are_asked_for_are_leading_bytes_and_more_than_there_are_is_refused) {
    const Data data(pattern(8));
    for (const auto type : {CKM_CONCATENATE_BASE_AND_DATA, CKM_CONCATENATE_DATA_AND_BASE, CKM_XOR_BASE_AND_DATA}) {
        BOOST_TEST_CONTEXT(find_row(type)->name) {
            const std::string whole = hex_of(derived(data.request(type), {source(pattern(8))}, 0));
            BOOST_TEST(hex_of(derived(data.request(type), {source(pattern(8))}, 5)) == whole.substr(0, 10));
            EXPECT_FAILURE(derived(data.request(type), {source(pattern(8))}, whole.size() / 2 + 1), size_range);
        }
    }
    EXPECT_FAILURE(derived(ask(CKM_SHA256_KEY_DERIVATION), {source(pattern(8))}, 33), size_range);
    BOOST_TEST(hex_of(derived(ask(CKM_SHA256_KEY_DERIVATION), {source(pattern(8))}, 0)).size() == 64U);
    const CK_EXTRACT_PARAMS bit = 3;
    const CK_EXTRACT_PARAMS beyond = 64;
    EXPECT_FAILURE(derived(ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(bit)), {source(pattern(8))}, 0),
                   Errc::TemplateIncomplete);
    EXPECT_FAILURE(derived(ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(bit)), {source(pattern(8))}, 9), size_range);
    EXPECT_FAILURE(derived(ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(beyond)), {source(pattern(8))}, 1),
                   Errc::MechanismParamInvalid);
}

// Fifteen known bytes and one of the key's would be found after 256 tries.
BOOST_AUTO_TEST_CASE(a_derived_key_holds_none_of_a_guarded_key_or_too_many_bytes_to_guess) {
    const Bytes key = pattern(32);
    const Data data(pattern(31));
    const auto guarded = [&] { return source(key, Guard::Guarded); };
    const auto after = data.request(CKM_CONCATENATE_DATA_AND_BASE);
    EXPECT_SUCCESS(derived(after, {guarded()}, 31));
    EXPECT_FAILURE(derived(after, {guarded()}, 32), size_range);
    EXPECT_FAILURE(derived(after, {guarded()}, 31 + 15), size_range);
    EXPECT_SUCCESS(derived(after, {guarded()}, 31 + 16));
    EXPECT_SUCCESS(derived(after, {guarded()}, 63));
    EXPECT_SUCCESS(derived(after, {source(key)}, 32));
    EXPECT_FAILURE(derived(data.request(CKM_XOR_BASE_AND_DATA), {guarded()}, 15), size_range);
    EXPECT_SUCCESS(derived(data.request(CKM_XOR_BASE_AND_DATA), {guarded()}, 16));
    const CK_EXTRACT_PARAMS bit = 100;
    const auto extraction = ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(bit));
    EXPECT_FAILURE(derived(extraction, {guarded()}, 1), size_range);
    EXPECT_SUCCESS(derived(extraction, {guarded()}, 16));
    EXPECT_SUCCESS(derived(extraction, {source(pattern(15), Guard::Guarded)}, 15));
    EXPECT_FAILURE(derived(extraction, {source(pattern(15), Guard::Guarded)}, 14), size_range);
}

BOOST_AUTO_TEST_CASE(a_key_of_which_bytes_are_known_goes_on_as_a_whole_only) {
    const Data data(pattern(40));
    const auto joined = data.request(CKM_CONCATENATE_DATA_AND_BASE);
    BOOST_TEST(must(derived(joined, {source(pattern(32), Guard::Guarded)}, 0)).partly_known);
    EXPECT_FAILURE(derived(data.request(CKM_XOR_BASE_AND_DATA), {source(pattern(72), Guard::PartlyKnown)}, 0),
                   size_range);
    const auto mixed = [&] { return source(pattern(40), Guard::PartlyKnown); };
    BOOST_TEST(must(derived(data.request(CKM_XOR_BASE_AND_DATA), {mixed()}, 0)).partly_known);
    EXPECT_FAILURE(derived(data.request(CKM_XOR_BASE_AND_DATA), {mixed()}, 39), size_range);
    const CK_EXTRACT_PARAMS bit = 8;
    EXPECT_FAILURE(derived(ask(CKM_EXTRACT_KEY_FROM_KEY, parameter_of(bit)), {mixed()}, 20), size_range);
    EXPECT_FAILURE(derived(joined, {mixed()}, 79), size_range);
    const CK_OBJECT_HANDLE other = 1;
    const auto with_key = ask(CKM_CONCATENATE_BASE_AND_KEY, parameter_of(other));
    BOOST_TEST(must(derived(with_key, {source(pattern(16)), source(pattern(16), Guard::Guarded)}, 0)).partly_known);
    BOOST_TEST(!must(derived(with_key, {source(pattern(16), Guard::Guarded), source(pattern(16), Guard::Guarded)}, 0))
                    .partly_known);
    BOOST_TEST(!must(derived(ask(CKM_SHA256_KEY_DERIVATION), {mixed()}, 0)).partly_known);
}

BOOST_AUTO_TEST_CASE(hkdf_needs_a_step_a_known_salt_type_and_lengths_that_fit) {
    CK_HKDF_PARAMS params{};
    params.prfHashMechanism = CKM_SHA256;
    params.ulSaltType = CKF_HKDF_SALT_NULL;
    const auto base = source(pattern(32));
    const auto result = [&](std::size_t size) {
        return derived(ask(CKM_HKDF_DERIVE, parameter_of(params)), {base}, size);
    };
    EXPECT_FAILURE(result(32), Errc::MechanismParamInvalid);
    params.bExtract = CK_TRUE;
    BOOST_TEST(hex_of(result(0)) == hex_of(result(32)));
    EXPECT_FAILURE(result(31), size_range);
    params.bExpand = CK_TRUE;
    EXPECT_FAILURE(result(0), Errc::TemplateIncomplete);
    EXPECT_SUCCESS(result(8160));
    EXPECT_FAILURE(result(8161), size_range);
    params.ulSaltType = 3;
    EXPECT_FAILURE(result(32), Errc::MechanismParamInvalid);
    params.bExtract = CK_FALSE;
    EXPECT_SUCCESS(result(32));
    EXPECT_FAILURE(derived(ask(CKM_HKDF_DERIVE, parameter_of(params)), {source(pattern(31))}, 32), size_range);
    params.prfHashMechanism = CKM_AES_CBC;
    EXPECT_FAILURE(result(32), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_called_after_a_digest_is_no_base_for_hkdf) {
    KeyRecord record = test::permissive_record({.type = KeyType::GenericSecret, .bits = 256});
    const CK_KEY_TYPE name = CKK_SHA256_HMAC;
    record.face.extras[CKA_KEY_TYPE] = copy_of(parameter_of(name));
    EXPECT_FAILURE(start_derivation(ask(CKM_HKDF_DERIVE), record), Errc::KeyTypeInconsistent);
    EXPECT_SUCCESS(start_derivation(ask(CKM_SHA256_KEY_DERIVATION), record));
    EXPECT_FAILURE(start_derivation(ask(CKM_SHA256_KEY_DERIVATION), test::rsa_key()->record()),
                   Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_derivation(ask(CKM_SHA256_HMAC), record), Errc::MechanismInvalid);
}

// PKCS#11 3.1 §6.42.6: a key of 48 bytes and one of 16 are made of the first and the third segment of SHA-256's HMAC.
BOOST_AUTO_TEST_CASE(keys_of_one_call_begin_with_a_segment_of_their_own) {
    CK_SP800_108_COUNTER_FORMAT counter{CK_FALSE, 16};
    CK_PRF_DATA_PARAM fields[] = {{CK_SP800_108_ITERATION_VARIABLE, &counter, sizeof counter}};
    const CK_SP800_108_KDF_PARAMS params{CKM_SHA256_HMAC, 1, fields, 0, nullptr};
    const auto request = ask(CKM_SP800_108_COUNTER_KDF, parameter_of(params));
    const std::string stream = hex_of(derived(request, {source(pattern(32))}, 96));
    const auto keys = must(derived_keys(request, {source(pattern(32))}, {48, 16}));
    BOOST_TEST(to_hex(copy_of(keys[0].value.expose_bytes())) == stream.substr(0, 96));
    BOOST_TEST(to_hex(copy_of(keys[1].value.expose_bytes())) == stream.substr(128, 32));
}

BOOST_AUTO_TEST_CASE(sp800_108_refuses_fields_that_the_mode_does_not_have) {
    CK_SP800_108_COUNTER_FORMAT counter{CK_FALSE, 32};
    CK_SP800_108_DKM_LENGTH_FORMAT length{CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS, CK_FALSE, 32};
    CK_BYTE byte = 1;
    const CK_PRF_DATA_PARAM iteration{CK_SP800_108_ITERATION_VARIABLE, &counter, sizeof counter};
    const CK_PRF_DATA_PARAM feedback{CK_SP800_108_ITERATION_VARIABLE, nullptr, 0};
    const CK_PRF_DATA_PARAM count{CK_SP800_108_COUNTER, &counter, sizeof counter};
    const CK_PRF_DATA_PARAM size{CK_SP800_108_DKM_LENGTH, &length, sizeof length};
    const CK_PRF_DATA_PARAM empty{CK_SP800_108_BYTE_ARRAY, &byte, 0};
    const auto result = [&](CK_MECHANISM_TYPE type, std::vector<CK_PRF_DATA_PARAM> fields,
                            CK_MECHANISM_TYPE prf = CKM_SHA256_HMAC, KeyType base = KeyType::GenericSecret) {
        const CK_SP800_108_KDF_PARAMS params{prf, fields.size(), fields.data(), 0, nullptr};
        return derived(ask(type, parameter_of(params)), {source(pattern(32), Guard::Open, base)}, 16);
    };
    constexpr Errc invalid = Errc::MechanismParamInvalid;
    EXPECT_SUCCESS(result(CKM_SP800_108_COUNTER_KDF, {iteration, size}));
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {size}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration, iteration}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {feedback}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration, count}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration, size, size}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration, empty}), invalid);
    EXPECT_SUCCESS(result(CKM_SP800_108_DOUBLE_PIPELINE_KDF, {feedback, count}));
    EXPECT_FAILURE(result(CKM_SP800_108_DOUBLE_PIPELINE_KDF, {iteration}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_DOUBLE_PIPELINE_KDF, {feedback, count, count}), invalid);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration}, CKM_SHA256), invalid);
    EXPECT_SUCCESS(result(CKM_SP800_108_COUNTER_KDF, {iteration}, CKM_AES_CMAC, KeyType::Aes));
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration}, CKM_AES_CMAC), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration}, CKM_SHA256_HMAC, KeyType::Aes),
                   Errc::KeyTypeInconsistent);
    counter.ulWidthInBits = 12;
    EXPECT_FAILURE(result(CKM_SP800_108_COUNTER_KDF, {iteration}), invalid);
    counter.ulWidthInBits = 32;
    length.ulWidthInBits = 8;
    EXPECT_SUCCESS(result(CKM_SP800_108_COUNTER_KDF, {iteration, size}));
}

BOOST_AUTO_TEST_CASE(encrypted_data_are_whole_blocks) {
    for (const std::size_t size : {0U, 15U, 17U}) {
        const Data data{Bytes(size)};
        EXPECT_FAILURE(
            derived(data.request(CKM_AES_ECB_ENCRYPT_DATA), {source(pattern(16), Guard::Open, KeyType::Aes)}, 16),
            Errc::MechanismParamInvalid);
    }
    const Data data(Bytes(32));
    EXPECT_SUCCESS(
        derived(data.request(CKM_AES_ECB_ENCRYPT_DATA), {source(pattern(16), Guard::Open, KeyType::Aes)}, 32));
    EXPECT_FAILURE(derived(data.request(CKM_AES_ECB_ENCRYPT_DATA), {source(pattern(16))}, 32),
                   Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(which_derivations_are_approved_stands_in_the_rows) {
    const auto approved = [](CK_MECHANISM_TYPE type) { return (approved_flags(*find_row(type)) & CKF_DERIVE) != 0; };
    for (const auto type : {CKM_SP800_108_COUNTER_KDF, CKM_SP800_108_FEEDBACK_KDF, CKM_SP800_108_DOUBLE_PIPELINE_KDF,
                            CKM_HKDF_DERIVE, CKM_ECDH1_DERIVE, CKM_PUB_KEY_FROM_PRIV_KEY}) {
        BOOST_TEST(approved(type), find_row(type)->name);
    }
    for (const auto type : {CKM_CONCATENATE_BASE_AND_KEY, CKM_CONCATENATE_BASE_AND_DATA, CKM_CONCATENATE_DATA_AND_BASE,
                            CKM_XOR_BASE_AND_DATA, CKM_EXTRACT_KEY_FROM_KEY, CKM_SHA256_KEY_DERIVATION, CKM_HKDF_DATA,
                            CKM_AES_ECB_ENCRYPT_DATA, CKM_AES_CBC_ENCRYPT_DATA}) {
        BOOST_TEST(!approved(type), find_row(type)->name);
    }
    BOOST_TEST(approved_flags(*find_row(CKM_PKCS5_PBKD2)) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
