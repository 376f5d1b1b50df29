#include "managed_hsm/secret_size.hpp"

#include "managed_hsm/mapping.hpp"

namespace kvp11::managed_hsm {

SecretSize::SecretSize(const KeyRecord& key) : bits_(key.spec.bits), certain_(!is_size_assumed(key)) {}

bool SecretSize::may_be_the_size(Errc code) noexcept {
    switch (code) {
        case Errc::AlgorithmNotSupported:
        case Errc::ArgumentsBad:
        case Errc::DataInvalid:
        case Errc::DataLenRange:
        case Errc::EncryptedDataInvalid:
        case Errc::KeyNotWrappable:
        case Errc::WrappedKeyInvalid: return true;
        default: return false;
    }
}

}  // namespace kvp11::managed_hsm
