#include "tools/key_words.hpp"

#include <strings.h>

#include <string_view>

namespace kvp11::tools {
namespace {

struct TypeRow {
    KeyType type;
    const char* word;  // without -HSM
    const char* text;
};
constexpr TypeRow types[] = {{KeyType::Rsa, "RSA", "RSA"},
                             {KeyType::Ec, "EC", "EC"},
                             {KeyType::Aes, "oct", "AES"},
                             {KeyType::GenericSecret, "oct", "generic secret"},
                             {KeyType::EcEdwards, "OKP", "Edwards"},
                             {KeyType::EcMontgomery, "OKP", "Montgomery"},
                             {KeyType::ChaCha20, "ChaCha20", "ChaCha20"},
                             {KeyType::AesXts, "AES-XTS", "AES-XTS"}};

struct CurveRow {
    Curve curve;
    const char* word;
};
constexpr CurveRow curves[] = {{Curve::P256, "P-256"},    {Curve::P384, "P-384"},      {Curve::P521, "P-521"},
                               {Curve::P256K, "P-256K"},  {Curve::Ed25519, "Ed25519"}, {Curve::Ed448, "Ed448"},
                               {Curve::X25519, "X25519"}, {Curve::X448, "X448"}};

struct OperationRow {
    KeyOps operation;
    const char* word;
};
constexpr OperationRow operations[] = {
    {KeyOps::Encrypt, "encrypt"}, {KeyOps::Decrypt, "decrypt"}, {KeyOps::Sign, "sign"},
    {KeyOps::Verify, "verify"},   {KeyOps::Wrap, "wrapKey"},    {KeyOps::Unwrap, "unwrapKey"},
    {KeyOps::Import, "import"},   {KeyOps::Export, "export"},   {KeyOps::Derive, "deriveKey"}};

bool same_word(const std::string& left, const std::string& right) {
    return strcasecmp(left.c_str(), right.c_str()) == 0;
}

/// The row of this word; the error lists those that there are.
template <class Row, std::size_t N>
Result<Row> row_named(const char* what, const Row (&rows)[N], const std::string& word) {
    std::string known;
    for (const Row& row : rows) {
        if (same_word(word, row.word)) return row;
        const bool again = &row != rows && same_word((&row)[-1].word, row.word);
        if (!again) known += (known.empty() ? "" : ", ") + std::string(row.word);
    }
    return fail(Errc::ArgumentsBad, "got the " + std::string(what) + " '" + word + "', want one of " + known);
}

}  // namespace

std::string kty_of(KeyType type) {
    for (const TypeRow& row : types) {
        if (row.type == type) return std::string(row.word) + "-HSM";
    }
    return "unknown";
}

Result<KeyType> type_of_kty(const std::string& kty) {
    constexpr std::string_view suffix = "-HSM";
    const std::size_t length = kty.size() > suffix.size() ? kty.size() - suffix.size() : 0;
    const bool has_suffix = length != 0 && same_word(kty.substr(length), std::string(suffix));
    return TRY(row_named("key type", types, has_suffix ? kty.substr(0, length) : kty)).type;
}

std::string curve_word(Curve curve) {
    for (const CurveRow& row : curves) {
        if (row.curve == curve) return row.word;
    }
    return "unknown";
}

Result<Curve> curve_named(const std::string& word) { return TRY(row_named("curve", curves, word)).curve; }

std::string spec_text(const KeySpec& spec) {
    for (const TypeRow& row : types) {
        if (row.type != spec.type) continue;
        const bool by_curve = is_on_curve(spec.type);
        return std::string(row.text) + ' ' + (by_curve ? curve_word(spec.curve) : std::to_string(spec.bits));
    }
    return "unknown";
}

std::vector<std::string> operation_words(KeyOps set) {
    std::vector<std::string> words;
    for (const OperationRow& row : operations) {
        if (allows(set, row.operation)) words.emplace_back(row.word);
    }
    return words;
}

Result<KeyOps> operations_named(const std::vector<std::string>& words) {
    KeyOps set = KeyOps::None;
    for (const std::string& word : words) set = set | TRY(row_named("operation", operations, word)).operation;
    return set;
}

KeyOps usual_operations(KeyType type) {
    const KeyOps signing = KeyOps::Sign | KeyOps::Verify;
    const KeyOps hiding = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
    if (type == KeyType::Rsa) return signing | hiding;
    if (type == KeyType::EcMontgomery) return KeyOps::Derive;
    if (type == KeyType::ChaCha20 || type == KeyType::AesXts) return KeyOps::Encrypt | KeyOps::Decrypt;
    return type == KeyType::Aes ? hiding : signing;
}

std::uint32_t usual_bits(KeyType type) { return type == KeyType::Rsa ? 2048 : 256; }

Result<std::map<std::string, std::string>> tags_in(const std::vector<std::string>& words) {
    std::map<std::string, std::string> tags;
    if (words.size() == 1 && words.front().empty()) return tags;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return fail(Errc::ArgumentsBad, "got the tag '" + word + "', want name=value");
        }
        tags[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return tags;
}

Result<bool> truth_of(const std::string& option, const std::string& word) {
    if (same_word(word, "true")) return true;
    if (same_word(word, "false")) return false;
    return fail(Errc::ArgumentsBad, "got " + option + " '" + word + "', want true or false");
}

}  // namespace kvp11::tools
