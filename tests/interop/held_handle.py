"""A process that found a key before its rotation and goes on with its handle after it.

    held_handle.py MODULE TOKEN_LABEL PIN KEY_LABEL MESSAGE FOLDER COMMAND...
Signs MESSAGE, runs COMMAND (which rotates the key), signs again with the handles it holds and with those that it finds
anew. Writes FOLDER/before.sig, held.sig and new.sig, and prints what each public handle says of each signature.
"""
import ctypes
import pathlib
import subprocess
import sys

from pkcs11_session import RV, ULONG, Mechanism, Token

CKA_CLASS, CKA_LABEL = 0x0, 0x3
CKO_PUBLIC_KEY, CKO_PRIVATE_KEY = 2, 3
CKM_SHA256_RSA_PKCS = 0x40


class Signing(Token):
    def half(self, kind, label):
        return self.find([(CKA_CLASS, kind), (CKA_LABEL, label.encode())])

    def sign(self, key, message):
        how, size = Mechanism(CKM_SHA256_RSA_PKCS, None, 0), ULONG(512)
        signature = ctypes.create_string_buffer(size.value)
        self.must(self.module.C_SignInit(self.session, ctypes.byref(how), key))
        self.must(self.module.C_Sign(self.session, message, ULONG(len(message)), signature, ctypes.byref(size)))
        return signature.raw[: size.value]

    def verdict(self, key, message, signature):
        how = Mechanism(CKM_SHA256_RSA_PKCS, None, 0)
        self.must(self.module.C_VerifyInit(self.session, ctypes.byref(how), key))
        rv = self.module.C_Verify(self.session, message, ULONG(len(message)), signature, ULONG(len(signature)))
        return {0: "valid", 0xC0: "invalid"}.get(rv, RV.get(rv, hex(rv)))


def main():
    path, token_label, pin, label, message_file, folder, *command = sys.argv[1:]
    token = Signing(path, token_label, pin)
    message = pathlib.Path(message_file).read_bytes()
    held = token.half(CKO_PRIVATE_KEY, label), token.half(CKO_PUBLIC_KEY, label)
    signatures = {"before": token.sign(held[0], message)}
    subprocess.run(command, check=True)
    new = token.half(CKO_PRIVATE_KEY, label), token.half(CKO_PUBLIC_KEY, label)
    signatures["held"] = token.sign(held[0], message)
    signatures["new"] = token.sign(new[0], message)
    for name, signature in signatures.items():
        pathlib.Path(folder, f"{name}.sig").write_bytes(signature)
        print(f"{name}: {token.verdict(held[1], message, signature)} by the held handle, "
              f"{token.verdict(new[1], message, signature)} by the new one")
    token.module.C_Finalize(None)


if __name__ == "__main__":
    main()
