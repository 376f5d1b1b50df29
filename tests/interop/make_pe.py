"""Writes a minimal valid PE32+ program (its code is one `ret`), to be signed: make_pe.py FILE

Layout: DOS header, PE signature, COFF header, optional header with 16 data directories, one section .text.
Offsets and constants are those of the PE format specification.
"""
import struct
import sys

SECTION, FILE = 0x1000, 0x200
CODE = b"\xc3"


def padded(content):
    return content + bytes(-len(content) % FILE)


def portable_executable():
    dos = struct.pack("<2s58xI", b"MZ", 64)
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 112 + 16 * 8, 0x0022)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, FILE, 0, 0, SECTION, SECTION)
    optional += struct.pack("<QIIHHHHHHIIIIHH", 0x140000000, SECTION, FILE, 6, 0, 0, 0, 6, 0, 0, 2 * SECTION, FILE, 0, 3, 0x8160)
    optional += struct.pack("<QQQQII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(16 * 8)
    section = struct.pack("<8sIIIIIIHHI", b".text", len(CODE), SECTION, FILE, FILE, 0, 0, 0, 0, 0x60000020)
    return padded(dos + b"PE\0\0" + coff + optional + section) + padded(CODE)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        out.write(portable_executable())
