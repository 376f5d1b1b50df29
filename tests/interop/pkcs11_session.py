"""A session with a PKCS#11 token by ctypes, for what no client tool asks: no more than these scripts need."""
import ctypes
import sys

ULONG = ctypes.c_ulong
RV = {0: "CKR_OK", 0x7: "CKR_ARGUMENTS_BAD", 0x5: "CKR_GENERAL_ERROR", 0x10: "CKR_ATTRIBUTE_READ_ONLY", 0x11: "CKR_ATTRIBUTE_SENSITIVE",
      0x12: "CKR_ATTRIBUTE_TYPE_INVALID", 0x1B: "CKR_ACTION_PROHIBITED", 0x60: "CKR_KEY_HANDLE_INVALID",
      0x68: "CKR_KEY_FUNCTION_NOT_PERMITTED", 0x69: "CKR_KEY_NOT_WRAPPABLE", 0x6A: "CKR_KEY_UNEXTRACTABLE", 0x70: "CKR_MECHANISM_INVALID",
      0x200: "CKR_FUNCTION_REJECTED"}


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
