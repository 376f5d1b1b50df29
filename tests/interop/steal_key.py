"""Tries to get a private key out of a token, by reading it and by wrapping it, and prints the return codes.

No client tool asks for these things, so this speaks PKCS#11 by ctypes, as a thief would:
    steal_key.py MODULE TOKEN_LABEL PIN KEY_LABEL
prints one line per attempt: "read CKA_PRIVATE_EXPONENT CKR_ATTRIBUTE_SENSITIVE". Exits 1 when a byte came out.
"""
import ctypes
import sys

ULONG = ctypes.c_ulong
RV = {0: "CKR_OK", 0x7: "CKR_ARGUMENTS_BAD", 0x5: "CKR_GENERAL_ERROR", 0x10: "CKR_ATTRIBUTE_READ_ONLY", 0x11: "CKR_ATTRIBUTE_SENSITIVE",
      0x12: "CKR_ATTRIBUTE_TYPE_INVALID", 0x1B: "CKR_ACTION_PROHIBITED", 0x60: "CKR_KEY_HANDLE_INVALID",
      0x68: "CKR_KEY_FUNCTION_NOT_PERMITTED", 0x69: "CKR_KEY_NOT_WRAPPABLE", 0x6A: "CKR_KEY_UNEXTRACTABLE", 0x70: "CKR_MECHANISM_INVALID"}
CKA = {"CKA_VALUE": 0x11, "CKA_PRIVATE_EXPONENT": 0x123, "CKA_PRIME_1": 0x124}
CKA_CLASS, CKA_TOKEN, CKA_LABEL, CKA_KEY_TYPE = 0x0, 0x1, 0x3, 0x100
CKA_SENSITIVE, CKA_WRAP, CKA_VALUE_LEN, CKA_EXTRACTABLE = 0x103, 0x106, 0x161, 0x162
CKO_PRIVATE_KEY, CKO_SECRET_KEY, CKK_RSA, CKK_EC, CKK_AES = 3, 4, 0, 3, 0x1F
CKM_AES_KEY_GEN, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD, CKM_AES_CBC_PAD = 0x1080, 0x2109, 0x210A, 0x1085


class Attribute(ctypes.Structure):
    _fields_ = [("type", ULONG), ("value", ctypes.c_void_p), ("length", ULONG)]


class Mechanism(ctypes.Structure):
    _fields_ = [("type", ULONG), ("parameter", ctypes.c_void_p), ("length", ULONG)]



def attributes(pairs):
    """A CK_ATTRIBUTE array; the buffers stay alive with it."""
    array = (Attribute * len(pairs))()
    array.kept = []
    for slot, (kind, value) in zip(array, pairs):
        if isinstance(value, bool):
            value = bytes([value])
        elif isinstance(value, int):
            value = value.to_bytes(ctypes.sizeof(ULONG), sys.byteorder)
        buffer = ctypes.create_string_buffer(value, len(value))
        array.kept.append(buffer)
        slot.type, slot.value, slot.length = kind, ctypes.cast(buffer, ctypes.c_void_p), len(value)
    return array


class Token:
    def __init__(self, path, label, pin):
        self.module = ctypes.CDLL(path)
        self.must(self.module.C_Initialize(None))
        self.session = ULONG()
        self.must(self.module.C_OpenSession(self.slot_of(label), ULONG(4 | 2), None, None, ctypes.byref(self.session)))
        self.must(self.module.C_Login(self.session, ULONG(1), pin.encode(), ULONG(len(pin))))

    @staticmethod
    def must(rv):
        if rv != 0:
            sys.exit(f"unexpected return value {RV.get(rv, hex(rv))}")

    def slot_of(self, label):
        count = ULONG(64)
        slots = (ULONG * 64)()
        self.must(self.module.C_GetSlotList(ctypes.c_ubyte(1), slots, ctypes.byref(count)))
        for slot in slots[: count.value]:
            info = ctypes.create_string_buffer(512)
            if self.module.C_GetTokenInfo(ULONG(slot), info) == 0 and info.raw[:32].rstrip() == label.encode():
                return ULONG(slot)
        sys.exit(f"no token is called {label}")

    def find(self, pairs):
        wanted = attributes(pairs)
        handle, found = ULONG(), ULONG()
        self.must(self.module.C_FindObjectsInit(self.session, wanted, ULONG(len(wanted))))
        self.must(self.module.C_FindObjects(self.session, ctypes.byref(handle), ULONG(1), ctypes.byref(found)))
        self.must(self.module.C_FindObjectsFinal(self.session))
        return handle if found.value else sys.exit("the key is not there")

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
    token = Token(path, label, pin)
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
