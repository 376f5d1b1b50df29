#!/usr/bin/env python3
"""Where SoftHSM2 differs from us, by the marks of the conformance cases.

    differences.py [--write] DOCUMENT

Each case that is skipped on SoftHSM2 has a reason in its mark reference_defect("…"). A judgement stands here for each
reason: against which sentence of the standard it is, or that the standard leaves room. DOCUMENT must hold the table of both.
Ends with 1 when a reason has no judgement, a judgement no case, or the document says something else.
"""

import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEFECT, LACK, ROOM = "defect", "lack", "room"
SECTIONS = [
    (DEFECT, "Defects of SoftHSM2", "It does what the standard says a module does not."),
    (LACK, "What SoftHSM2 does not have", "The standard does not ask for it, or not of version 2.40."),
    (ROOM, "Where the standard leaves room", "Both are right; the last column says why we do it as we do."),
]
CODES = "the standard has a code for it; CKR_GENERAL_ERROR is for what nobody can recover from (5.1.1)"
CRASH = "a caller's mistake must not end the process"
OBJECTS = "objects of 3.0 and 3.2"
JUDGED = {
    "answers CKR_GENERAL_ERROR": (DEFECT, CODES),
    "answers CKR_GENERAL_ERROR and crashes": (DEFECT, CODES + "; " + CRASH),
    "answers CKR_GENERAL_ERROR and takes an AES key of 17 bytes": (DEFECT, CODES + "; AES keys have 16, 24 or 32 bytes"),
    "answers CKR_GENERAL_ERROR or makes a key": (DEFECT, CODES + "; a curve of another mechanism is none of this one"),
    "answers CKR_OBJECT_HANDLE_INVALID": (DEFECT, "C_SignInit and its like list CKR_KEY_HANDLE_INVALID, and not this"),
    "answers CKR_OK": (DEFECT, "a session cannot be logged out unless it is logged in: CKR_USER_NOT_LOGGED_IN (5.1.6)"),
    "answers CKR_ARGUMENTS_BAD": (DEFECT, "a template of no attributes may be NULL (C_FindObjectsInit does the same)"),
    "crashes": (DEFECT, CRASH),
    "crashes on a NULL IV": (DEFECT, CRASH),
    "crashes or runs out of memory": (DEFECT, CRASH),
    "believes them": (DEFECT, CRASH),
    "does the one-shot call": (DEFECT, "C_Sign cannot be used to terminate a multi-part operation (5.13)"),
    "keeps some operations after an error": (DEFECT, "an error but CKR_BUFFER_TOO_SMALL terminates the operation"),
    "keeps the changes before the one that fails": (DEFECT, "a call accomplishes its entire goal or nothing (5)"),
    "leaves the public half": (DEFECT, "C_GenerateKeyPair will never create just one key (5.18)"),
    "ignores CKA_WRAP_WITH_TRUSTED": (DEFECT, "such a key is wrapped by keys with CKA_TRUSTED only (4.9)"),
    "wraps keys that do not match": (DEFECT, "CKA_WRAP_TEMPLATE: a mismatch is CKR_KEY_HANDLE_INVALID (5.18)"),
    "has no CKA_UNWRAP_TEMPLATE for it": (DEFECT, "CKA_UNWRAP_TEMPLATE is added to the caller's (5.18)"),
    "refuses CKA_TOKEN in the copy as well": (DEFECT, "CKA_TOKEN and CKA_PRIVATE may be given to a copy (5.7)"),
    "lets them differ": (DEFECT, "CKA_VALUE_LEN and the unwrapped key's length must agree (5.18)"),
    "says 0": (DEFECT, "CKA_VALUE_LEN is the length of the value (6.13)"),
    "checks a point only when it is used": (ROOM, "CKR_PUBLIC_KEY_INVALID may come at either; early is where it can be mended"),
    "changes trusted certificates": (DEFECT, "CKA_TRUSTED can be set by the officer only (4.6)"),
    "changes CKA_SUBJECT": (DEFECT, "of a certificate CKA_ID, CKA_ISSUER and CKA_SERIAL_NUMBER may be modified (4.6)"),
    "lacks some and adds to the caller's flags": (DEFECT, "C_GetMechanismInfo's structure is the module's to fill in"),
    "keeps CKA_DESTROYABLE as it was": (ROOM, "nothing says that it is fixed (4.4.1); CKA_MODIFIABLE false fixes it"),
    "answers other codes": (ROOM, "CKR_ARGUMENTS_BAD is never wrong; the more exact codes tell more"),
    "ignores them": (ROOM, "a parameter that is not there cannot be invalid; we tell the caller"),
    "is slow at it and not judged here": (ROOM, "no difference: 4096 bits take it too long for a test"),
    "never locks a PIN": (ROOM, "locking is the token's choice (5.1.6, CKR_PIN_LOCKED); an HSM locks"),
    "keeps the operation until it is called": (ROOM, "operations may or may not stay active after C_Logout (5.6)"),
    "moves a token to the slot of its serial number": (ROOM, "slot ids are the module's; configurations name ours"),
    "makes a DES3 key of it": (ROOM, "a wrapped secret has no type; we have no DES3"),
    "finds objects in any order": (ROOM, "the order of a search is not defined; the profile's case compares it"),
    "answers CKR_SIGNATURE_LEN_RANGE": (ROOM, "other implementations cut leading zeros, and we take what they make"),
    "answers CKR_ARGUMENTS_BAD in some versions": (ROOM, "the source is unused without data"),
    "wants every attribute from its caller": (ROOM, "the standard asks them of the caller; what is in the certificate need not be said twice"),
    "takes any CKA_CHECK_VALUE": (ROOM, "a module may check it (4.6)"),
    "needs none": (ROOM, "CKA_SUBJECT must be specified (4.6)"),
    "takes any number": (ROOM, "values that the standard does not define are refused early here"),
    "takes any exponent": (ROOM, "which exponents there are is the token's to say"),
    "does not check CKA_URL": (ROOM, "its hashes must not be empty when it is there (4.6)"),
    "leaves CKA_ID empty": (ROOM, "its default is empty; that of the key lets clients find both"),
    "takes the OID of RFC 8410 only": (ROOM, "curves may be named by either (6.3)"),
    "looks at no parameter": (ROOM, "CK_EDDSA_PARAMS is of 3.0"),
    "does not look at them": (ROOM, "a token may keep domain parameters that it does not understand"),
    "changes no CKA_VALUE": (ROOM, "a data object's value may be modified, and need not be"),
    "takes one size only": (ROOM, "CK_GCM_PARAMS of 2.40 has two sizes in headers in use"),
    "has OAEP with SHA-1 only": (LACK, "digests of OAEP are the token's choice"),
    "has OAEP with SHA-1 and without a label only": (LACK, "digests of OAEP are the token's choice"),
    "has no CKA_PUBLIC_KEY_INFO": (LACK, "an attribute of 2.40 that may be empty"),
    "has no CKA_UNIQUE_ID": (LACK, "an attribute of 3.0"),
    "has no CKO_TRUST": (LACK, OBJECTS),
    "has no profile objects": (LACK, OBJECTS),
    "has no mechanism objects": (LACK, "CKO_MECHANISM is optional"),
    "has no validation objects": (LACK, OBJECTS),
    "has no such objects": (LACK, OBJECTS),
    "has one operation at a time": (LACK, "CKF_DUAL_CRYPTO_OPERATIONS is optional"),
    "takes the PIN all the same": (DEFECT, "CKU_CONTEXT_SPECIFIC without need is CKR_OPERATION_NOT_INITIALIZED (5.6)"),
    "takes public ones, and unwraps": (ROOM, "CKA_ALWAYS_AUTHENTICATE means a private key; C_UnwrapKey has nowhere to ask"),
    "has none": (LACK, "CKO_HW_FEATURE is optional"),
    "knows X.509 only": (LACK, "other certificates are optional"),
    "counts no CKA_PRIME_BITS": (LACK, "domain parameters are optional"),
}


def marks():
    """[(case, reason)] of all conformance cases."""
    found = []
    for file in sorted(glob.glob(os.path.join(HERE, "*_test.cpp"))):
        with open(file, encoding="utf-8") as text:
            source = text.read()
        for case in re.finditer(r"\b(?:CONFORMANCE|CROSSING)\(([^{]*?)\)\s*\{", source):
            words = [word.strip() for word in case.group(1).split(",")]
            for reason in re.findall(r'reference_defect\(\s*"([^"]*)"', case.group(1)):
                found.append(("/".join(words[:2]), reason))
    return found


def page(found):
    out = ["# Where SoftHSM2 differs", "",
           "The conformance cases run on SoftHSM2 2.6.1, too. These are skipped there, each for the reason in its source; the table is",
           "written by `tests/conformance/differences.py`, and a test compares it. `KVP11_RUN_REFERENCE_DEFECTS=1` runs the cases all the",
           "same. Clauses are those of PKCS#11 3.2. Vectors that it fails are in `tests/vectors/reference_defects.cpp`.", ""]
    for kind, title, sentence in SECTIONS:
        rows = [(case, reason) for case, reason in found if JUDGED.get(reason, ("", ""))[0] == kind]
        out += [f"## {title}", "", f"{sentence} {len(rows)} cases.", "", "| case | SoftHSM2 | why |", "|---|---|---|"]
        out += [f"| {case} | {reason} | {JUDGED[reason][1]} |" for case, reason in rows] + [""]
    return "\n".join(out)


def main(words):
    write = "--write" in words
    document = [word for word in words if word != "--write"][0]
    found = marks()
    faults = [f"no judgement: {case}: {reason}" for case, reason in found if reason not in JUDGED]
    faults += [f"no case is marked so any more: {reason}" for reason in JUDGED if reason not in {r for _, r in found}]
    text = page(found)
    if write:
        with open(document, "w", encoding="utf-8") as file:
            file.write(text)
    elif not os.path.exists(document) or open(document, encoding="utf-8").read() != text:
        faults.append(f"{document} says something else: differences.py --write {document}")
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
