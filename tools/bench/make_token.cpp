#include <sys/stat.h>

#include <cstring>
#include <fstream>

#include "inputs.hpp"
#include "loaded_module.hpp"
#include "module_target.hpp"

namespace kvp11::bench {
namespace {

void write_configurations(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "tokens");
    std::ofstream(folder / "kvp11.toml") << "[[slot]]\nid = 0\nlabel = \"" << kLabel
                                         << "\"\nbackend = \"partition\"\npath = \"" << (folder / "partition").string()
                                         << "\"\n";
    std::ofstream(folder / "softhsm2.conf")
        << "directories.tokendir = " << (folder / "tokens").string() << "\nlog.level = ERROR\n";
}

CK_UTF8CHAR_PTR text(const char* characters) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(characters));
}

void init_token(const LoadedModule& module) {
    CK_UTF8CHAR label[32];
    std::memset(label, ' ', sizeof(label));
    std::memcpy(label, kLabel, std::strlen(kLabel));
    require_ok(module->C_InitToken(module.any_slot(), text(kSoPin), std::strlen(kSoPin), label), "C_InitToken");
    const CK_SESSION_HANDLE session = module.open_session();
    module.login(session, CKU_SO);
    require_ok(module->C_InitPIN(session, text(kUserPin), std::strlen(kUserPin)), "C_InitPIN");
    require_ok(module->C_CloseSession(session), "C_CloseSession");
}

CK_BBOOL yes = CK_TRUE;

void generate_pair(const LoadedModule& module, CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    CK_ULONG bits = 2048;
    // The OID of P-256 in DER.
    CK_BYTE curve[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
    CK_ATTRIBUTE public_template[] = {attribute(CKA_TOKEN, yes), attribute(CKA_VERIFY, yes),
                                      type == CKM_EC_KEY_PAIR_GEN ? attribute(CKA_EC_PARAMS, curve)
                                                                  : attribute(CKA_MODULUS_BITS, bits)};
    CK_ATTRIBUTE private_template[] = {attribute(CKA_TOKEN, yes), attribute(CKA_PRIVATE, yes),
                                       attribute(CKA_SENSITIVE, yes), attribute(CKA_SIGN, yes)};
    CK_OBJECT_HANDLE handles[2];
    require_ok(module->C_GenerateKeyPair(session, &mechanism, public_template, 3, private_template, 4, &handles[0],
                                         &handles[1]),
               "C_GenerateKeyPair");
}

void generate_aes(const LoadedModule& module, CK_SESSION_HANDLE session) {
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    CK_ULONG length = 32;
    CK_ATTRIBUTE wanted[] = {attribute(CKA_TOKEN, yes), attribute(CKA_PRIVATE, yes), attribute(CKA_SENSITIVE, yes),
                             attribute(CKA_ENCRYPT, yes), attribute(CKA_VALUE_LEN, length)};
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    require_ok(module->C_GenerateKey(session, &mechanism, wanted, 5, &handle), "C_GenerateKey");
}

// The objects to look up: generic secrets with the ids 0, 1, 2 … in four bytes.
void create_objects(const LoadedModule& module, CK_SESSION_HANDLE session, unsigned count) {
    CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
    CK_KEY_TYPE key_type = CKK_GENERIC_SECRET;
    CK_BYTE value[16] = {1};
    for (unsigned id = 0; id < count; ++id) {
        CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, object_class),
                                 attribute(CKA_KEY_TYPE, key_type),
                                 attribute(CKA_TOKEN, yes),
                                 attribute(CKA_PRIVATE, yes),
                                 attribute(CKA_ID, id),
                                 attribute(CKA_VALUE, value)};
        CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
        require_ok(module->C_CreateObject(session, wanted, 6, &handle), "C_CreateObject");
    }
}

}  // namespace

void make_token(const std::string& path, const TokenFolder& token) {
    write_configurations(token.folder);
    enter_folder(token.folder);
    const LoadedModule module(path);
    module.initialize();
    init_token(module);
    const CK_SESSION_HANDLE session = module.open_session();
    module.login(session, CKU_USER);
    generate_pair(module, session, CKM_RSA_PKCS_KEY_PAIR_GEN);
    generate_pair(module, session, CKM_EC_KEY_PAIR_GEN);
    generate_aes(module, session);
    create_objects(module, session, token.objects);
    require_ok(module->C_Finalize(nullptr), "C_Finalize");
}

}  // namespace kvp11::bench
