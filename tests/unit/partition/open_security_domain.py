#!/usr/bin/env python3
"""Opens a security-domain file with a quorum of officers' keys, independently of kvp11's code.

    open_security_domain.py sd.json officer1.key officer1.cer officer3.key officer3.cer

prints {"tag": "plaintext in hex", …}. Written from the format's description (docs/security-domain.md)
on python3-cryptography; ends with status 77 when that is not installed.
"""
import base64
import hashlib
import hmac
import json
import sys

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, padding, serialization
    from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
except ImportError:
    sys.exit(77)


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def open_jwe(compact, key_of):
    header, wrapped, iv, text, tag = compact.split(".")
    fields = json.loads(unbase64url(header))
    assert fields["enc"] == "A256CBC-HS512", fields
    key = key_of(fields["alg"], unbase64url(wrapped))
    iv, text = unbase64url(iv), unbase64url(text)
    signed = header.encode() + iv + text + (8 * len(header)).to_bytes(8, "big")
    assert hmac.compare_digest(hmac.new(key[:32], signed, hashlib.sha512).digest()[:32], unbase64url(tag))
    decryptor = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).decryptor()
    padded = decryptor.update(text) + decryptor.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def open_share(compact, private_key):
    def unwrap(alg, wrapped):
        assert alg == "RSA-OAEP-256", alg
        sha256 = hashes.SHA256()
        return private_key.decrypt(wrapped, rsa_padding.OAEP(rsa_padding.MGF1(sha256), sha256, None))
    return open_jwe(compact, unwrap)


def words(share):
    return [int.from_bytes(share[i:i + 2], "little") for i in range(0, len(share), 2)]


def interpolate(points):
    total = 0
    for xi, yi in points:
        term = yi
        for xj, _ in points:
            if xj != xi:
                term = term * xj * pow(xj - xi, -1, 257) % 257
        total = (total + term) % 257
    return total


def recover(shares):
    return bytes(interpolate([(word >> 9, word & 0x1FF) for word in column]) for column in zip(*map(words, shares)))


def data_key(master_key, tag):
    message = (1).to_bytes(4, "big") + tag.encode() + b"\0" + (512).to_bytes(4, "big")
    return hmac.new(master_key, message, hashlib.sha512).digest()


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        domain = json.load(file)
    assert domain["version"] == 2 and domain["EncData"]["kdf"] == "sp108_kdf"
    assert domain["SharedKeys"]["key_algorithm"] == "shamir_share"
    sealed = {share["x5t_256"]: share["enc_key"] for share in domain["SharedKeys"]["enc_shares"]}
    shares = []
    for key_file, certificate_file in zip(arguments[1::2], arguments[2::2]):
        with open(key_file, "rb") as file:
            private_key = serialization.load_pem_private_key(file.read(), None)
        with open(certificate_file, "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
        shares.append(open_share(sealed[thumbprint], private_key))
    assert len(shares) >= domain["SharedKeys"]["required"]
    master_key = recover(shares)
    opened = {}
    for datum in domain["EncData"]["data"]:
        opened[datum["tag"]] = open_jwe(datum["compact_jwe"], lambda alg, _: data_key(master_key, datum["tag"])).hex()
    print(json.dumps(opened))


main(sys.argv[1:])
