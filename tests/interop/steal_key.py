"""Tries to get a private key out of a token, by reading it and by wrapping it, and prints the return codes.

No client tool asks for these things, so this speaks PKCS#11 by ctypes, as a thief would:
    steal_key.py MODULE TOKEN_LABEL PIN KEY_LABEL
prints one line per attempt: "read CKA_PRIVATE_EXPONENT CKR_ATTRIBUTE_SENSITIVE". Exits 1 when a byte came out.
"""
import ctypes
import sys

from pkcs11_session import RV, ULONG, Attribute, Mechanism, Token, attributes

CKA = {"CKA_VALUE": 0x11, "CKA_PRIVATE_EXPONENT": 0x123, "CKA_PRIME_1": 0x124}
CKA_CLASS, CKA_TOKEN, CKA_LABEL, CKA_KEY_TYPE = 0x0, 0x1, 0x3, 0x100
CKA_SENSITIVE, CKA_WRAP, CKA_VALUE_LEN, CKA_EXTRACTABLE = 0x103, 0x106, 0x161, 0x162
CKO_PRIVATE_KEY, CKO_SECRET_KEY, CKK_RSA, CKK_EC, CKK_AES = 3, 4, 0, 3, 0x1F
CKM_AES_KEY_GEN, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD, CKM_AES_CBC_PAD = 0x1080, 0x2109, 0x210A, 0x1085


class Thief(Token):
    def read(self, key, kind):
        wanted = attributes([(kind, bytes(1024))])
        rv = self.module.C_GetAttributeValue(self.session, key, wanted, ULONG(1))
        return rv, rv == 0 or any(wanted.kept[0].raw)

    def wrap(self, wrapping, key, mechanism):
        iv = ctypes.create_string_buffer(16)
        needs_iv = mechanism == CKM_AES_CBC_PAD
        how = Mechanism(mechanism, ctypes.cast(iv, ctypes.c_void_p) if needs_iv else None, 16 if needs_iv else 0)
        out, length = ctypes.create_string_buffer(4096), ULONG(4096)
        rv = self.module.C_WrapKey(self.session, ctypes.byref(how), wrapping, key, out, ctypes.byref(length))
        return rv, rv == 0

    def wrapping_key(self):
        wanted = attributes([(CKA_CLASS, CKO_SECRET_KEY), (CKA_KEY_TYPE, CKK_AES), (CKA_VALUE_LEN, 32), (CKA_TOKEN, False), (CKA_WRAP, True)])
        handle = ULONG()
        self.must(self.module.C_GenerateKey(self.session, ctypes.byref(Mechanism(CKM_AES_KEY_GEN, None, 0)), wanted,
                                            ULONG(len(wanted)), ctypes.byref(handle)))
        return handle

    def extractable(self, key):
        """Tries to make the key extractable, which only ever goes the other way."""
        wanted = attributes([(CKA_EXTRACTABLE, True)])
        rv = self.module.C_SetAttributeValue(self.session, key, wanted, ULONG(1))
        return rv, rv == 0


def main():
    path, label, pin, key_label = sys.argv[1:5]
    token = Thief(path, label, pin)
    key = token.find([(CKA_CLASS, CKO_PRIVATE_KEY), (CKA_LABEL, key_label.encode())])
    wrapping = token.wrapping_key()
    kind = ctypes.create_string_buffer(8)
    asked = (Attribute * 1)(Attribute(CKA_KEY_TYPE, ctypes.cast(kind, ctypes.c_void_p), 8))
    token.must(token.module.C_GetAttributeValue(token.session, key, asked, ULONG(1)))
    is_rsa = int.from_bytes(kind.raw, sys.byteorder) == CKK_RSA
    attempts = [(f"read {name}", *token.read(key, CKA[name])) for name in (["CKA_PRIVATE_EXPONENT", "CKA_PRIME_1"] if is_rsa else ["CKA_VALUE"])]
    attempts.append(("wrap with CKM_AES_KEY_WRAP_PAD", *token.wrap(wrapping, key, CKM_AES_KEY_WRAP_PAD)))
    attempts.append(("wrap with CKM_AES_CBC_PAD", *token.wrap(wrapping, key, CKM_AES_CBC_PAD)))
    attempts.append(("set CKA_EXTRACTABLE", *token.extractable(key)))
    for name, rv, _ in attempts:
        print(name, RV.get(rv, hex(rv)))
    token.module.C_Finalize(None)
    return any(out for _, _, out in attempts)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
