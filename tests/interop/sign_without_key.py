"""Asks a token that may not hold keys yet for a signature, and prints the return code.

    sign_without_key.py MODULE TOKEN_LABEL PIN
No client tool gets as far as C_SignInit without a key, so this speaks PKCS#11 by ctypes.
"""
import ctypes
import sys

from pkcs11_session import RV, ULONG, Mechanism, Token

CKM_ECDSA = 0x1041
ANY_HANDLE = 1


def main():
    token = Token(*sys.argv[1:4])
    how = Mechanism(CKM_ECDSA, None, 0)
    rv = token.module.C_SignInit(token.session, ctypes.byref(how), ULONG(ANY_HANDLE))
    print("C_SignInit", RV.get(rv, hex(rv)))
    token.module.C_Finalize(None)
    return rv == 0


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
