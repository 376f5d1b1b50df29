#include "vectors/reference_defects.hpp"

#include <string_view>

namespace kvp11::test {
namespace {

struct Defect {
    std::string_view file;
    std::string_view id_part;  // matches when the vector's id contains it
    std::string_view reason;
};

constexpr Defect defects[] = {
    {"hmac.txt", "-case-", "keys shorter than the digest are refused with CKR_KEY_SIZE_RANGE"},
    {"hmac.txt", "SHA384-", "keys shorter than the digest are refused with CKR_KEY_SIZE_RANGE"},
    {"aes_kwp.txt", "-octets", "the padding is wrapped as if it were part of the key"},
    {"aes_kwp.txt", "AE-8-bits", "the padding is wrapped as if it were part of the key"},
    {"aes_kwp.txt", "AE-72-bits", "the padding is wrapped as if it were part of the key"},
    {"aes_kwp.txt", "AE-248-bits", "the padding is wrapped as if it were part of the key"},
    {"rsa_oaep.txt", "sha", "only SHA-1 with MGF1-SHA1"},
    {"rsa_oaep.txt", "label-SHA", "no labels"},
    {"rsa_oaep.txt", "good", "only SHA-1 with MGF1-SHA1"},
};

}  // namespace

bool is_reference_defect(const std::string& file, const std::string& id) {
    for (const Defect& defect : defects) {
        if (file == defect.file && id.find(defect.id_part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace kvp11::test
