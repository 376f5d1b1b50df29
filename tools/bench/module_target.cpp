#include "module_target.hpp"

#include <array>
#include <random>
#include <utility>

#include "inputs.hpp"
#include "loaded_module.hpp"

namespace kvp11::bench {
namespace {

Job signing_job(const LoadedModule& module, CK_SESSION_HANDLE session, Work work) {
    const bool rsa = work == Work::RsaSign;
    const CK_OBJECT_HANDLE key = module.find(session, CKO_PRIVATE_KEY, rsa ? CKK_RSA : CKK_EC);
    CK_MECHANISM mechanism{rsa ? CKM_RSA_PKCS : CKM_ECDSA, nullptr, 0};
    return [module, session, key, mechanism, input = rsa ? digest_info() : digest()]() mutable {
        std::array<CK_BYTE, 512> signature;
        CK_ULONG length = signature.size();
        require_ok(module->C_SignInit(session, &mechanism, key), "C_SignInit");
        require_ok(module->C_Sign(session, input.data(), input.size(), signature.data(), &length), "C_Sign");
    };
}

Job gcm_job(const LoadedModule& module, CK_SESSION_HANDLE session) {
    const CK_OBJECT_HANDLE key = module.find(session, CKO_SECRET_KEY, CKK_AES);
    return [module, session, key, plain = page(), iv = Nonce(), out = Bytes(page().size() + 16)]() mutable {
        CK_GCM_PARAMS parameters{iv.next(), Nonce::size, Nonce::size * 8, nullptr, 0, 128};
        CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof(parameters)};
        CK_ULONG length = out.size();
        require_ok(module->C_EncryptInit(session, &mechanism, key), "C_EncryptInit");
        require_ok(module->C_Encrypt(session, plain.data(), plain.size(), out.data(), &length), "C_Encrypt");
    };
}

Job find_job(const LoadedModule& module, CK_SESSION_HANDLE session, unsigned objects, unsigned seed) {
    return [module, session, pick = std::uniform_int_distribution<unsigned>(0, objects - 1),
            random = std::minstd_rand(seed)]() mutable {
        CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
        unsigned id = pick(random);
        CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, object_class), attribute(CKA_ID, id)};
        CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
        CK_ULONG found = 0;
        require_ok(module->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
        require_ok(module->C_FindObjects(session, &handle, 1, &found), "C_FindObjects");
        require_ok(module->C_FindObjectsFinal(session), "C_FindObjectsFinal");
        if (found != 1) {
            throw Failure("an object is not found by its CKA_ID");
        }
    };
}

Job start_and_login_job(const LoadedModule& module) {
    return [module] {
        module.initialize();
        module.login(module.open_session(), CKU_USER);
        require_ok(module->C_Finalize(nullptr), "C_Finalize");
    };
}

Job job_of(const LoadedModule& module, CK_SESSION_HANDLE session, const Operation& operation, unsigned thread) {
    switch (operation.work) {
        case Work::RsaSign:
        case Work::EcSign: return signing_job(module, session, operation.work);
        case Work::GcmEncrypt: return gcm_job(module, session);
        default: return find_job(module, session, operation.objects, thread + 1);
    }
}

}  // namespace

ModuleTarget::ModuleTarget(std::string module, TokenFolder token)
    : module_(std::move(module)), token_(std::move(token)) {}

std::vector<Job> ModuleTarget::prepare(const Operation& operation) {
    enter_folder(token_.folder);
    const LoadedModule module(module_);
    if (operation.work == Work::StartAndLogin) {
        return {start_and_login_job(module)};
    }
    module.initialize();
    std::vector<Job> jobs;
    for (unsigned thread = 0; thread < operation.threads; ++thread) {
        const CK_SESSION_HANDLE session = module.open_session();
        if (thread == 0) {
            module.login(session, CKU_USER);
        }
        jobs.push_back(job_of(module, session, operation, thread));
    }
    return jobs;
}

}  // namespace kvp11::bench
