// New keys at the service: created inside, or brought by the caller. Functions; thread-safe.
//
// The name is NewKey's; without one the label, when that is a legal name and free, else "p11-" and 32 hex digits. The
// service adds a version when a name exists, so with NameUse::MustBeNew the name is looked up first. Between that and
// the creation somebody else can make a key of this name: then ours becomes a version of it, as the service wants it.
// Names of the form p11-… do not meet.
//
// Errors: KeyExists, KeyDeleted for a name that is taken; TemplateInconsistent for keys that could do nothing at the
// service; AttributeValueInvalid for what does not fit into tags and for extractable keys; KeySizeRange;
// AlgorithmNotSupported for secret keys of a Key Vault; those of Pipeline::call.
#pragma once

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {

/// Operations that the service has not (derive) are left out.
Result<KeyRecordPtr> make_key(const RemoteService& service, const NewKey& key);
/// As a JSON Web Key inside TLS, or wrapped for the exchange key of the pool (Settings::import_way). An extractable
/// key is one no longer.
Result<KeyRecordPtr> import_key(const RemoteService& service, const NewKey& key, const SecretMaterial& material);

}  // namespace kvp11::managed_hsm
