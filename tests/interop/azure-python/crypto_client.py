"""CryptographyClient: what the HSM signs and encrypts, and Python's cryptography as the other side of it."""

import os

from azure.keyvault.keys.crypto import EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lab import cryptography, digest_of, keys, refused, run

MESSAGE = b'signed in a Managed HSM'
HASHES = {'256': hashes.SHA256, '384': hashes.SHA384, '512': hashes.SHA512}
CURVES = {'P-256': ec.SECP256R1, 'P-384': ec.SECP384R1, 'P-521': ec.SECP521R1, 'P-256K': ec.SECP256K1}


def integer(value):
    return int.from_bytes(value, 'big')


def rsa_public(key):
    return rsa.RSAPublicNumbers(integer(key.key.e), integer(key.key.n)).public_key()


def ec_public(key):
    return ec.EllipticCurvePublicNumbers(integer(key.key.x), integer(key.key.y), CURVES[key.key.crv]()).public_key()


def hash_of(algorithm):
    return 'sha' + algorithm.value[2:5]


def signs_with_rsa():
    key = keys.get_key('py-rsa-2048')
    client = cryptography(key)
    for algorithm in (SignatureAlgorithm.rs256, SignatureAlgorithm.rs384, SignatureAlgorithm.rs512,
                      SignatureAlgorithm.ps256, SignatureAlgorithm.ps384, SignatureAlgorithm.ps512):
        digest = digest_of(hash_of(algorithm), MESSAGE)
        signature = client.sign(algorithm, digest).signature
        hash_ = HASHES[algorithm.value[2:]]()
        scheme = padding.PKCS1v15()
        if algorithm.value.startswith('PS'):
            scheme = padding.PSS(padding.MGF1(hash_), hash_.digest_size)
        rsa_public(key).verify(signature, digest, scheme, Prehashed(hash_))  # raises when it is wrong
        assert client.verify(algorithm, digest, signature).is_valid


def signs_with_ec():
    for curve, algorithm in (('P-256', SignatureAlgorithm.es256), ('P-384', SignatureAlgorithm.es384),
                             ('P-521', SignatureAlgorithm.es512), ('P-256K', SignatureAlgorithm.es256_k)):
        key = keys.get_key(f'py-ec-{curve}')
        client = cryptography(key.id)
        digest = digest_of(hash_of(algorithm), MESSAGE)
        signature = client.sign(algorithm, digest).signature
        half = len(signature) // 2
        der = encode_dss_signature(integer(signature[:half]), integer(signature[half:]))
        ec_public(key).verify(der, digest, ec.ECDSA(Prehashed(HASHES[algorithm.value[2:5]]())))
        assert client.verify(algorithm, digest, signature).is_valid
        assert not client.verify(algorithm, digest, bytes(len(signature))).is_valid


def decrypts_with_rsa():
    key = keys.get_key('py-rsa-3072')
    client = cryptography(key)
    secret = os.urandom(40)
    for name, hash_ in (('RSA-OAEP', hashes.SHA1()), ('RSA-OAEP-256', hashes.SHA256())):
        sealed = rsa_public(key).encrypt(secret, padding.OAEP(padding.MGF1(hash_), hash_, None))
        assert client.decrypt(EncryptionAlgorithm(name), sealed).plaintext == secret
        wrapped = client.wrap_key(KeyWrapAlgorithm(name), secret).encrypted_key
        assert client.unwrap_key(KeyWrapAlgorithm(name), wrapped).key == secret
    sealed = client.encrypt(EncryptionAlgorithm.rsa1_5, secret).ciphertext
    assert client.decrypt(EncryptionAlgorithm.rsa1_5, sealed).plaintext == secret


def encrypts_with_aes():
    for size in (128, 192, 256):
        client = cryptography(keys.get_key(f'py-oct-{size}'))
        text, aad, iv = os.urandom(77), os.urandom(9), os.urandom(16)
        gcm = EncryptionAlgorithm(f'A{size}GCM')
        sealed = client.encrypt(gcm, text, additional_authenticated_data=aad)
        assert (len(sealed.iv), len(sealed.tag)) == (12, 16)
        opened = client.decrypt(gcm, sealed.ciphertext, iv=sealed.iv, authentication_tag=sealed.tag,
                                additional_authenticated_data=aad)
        assert opened.plaintext == text
        with refused(400):
            client.decrypt(gcm, sealed.ciphertext, iv=sealed.iv, authentication_tag=sealed.tag)
        if size == 256:
            continue  # this client does CBC with 256 bits itself, with a key that it makes up
        padded = EncryptionAlgorithm(f'A{size}CBCPAD')
        sealed = client.encrypt(padded, text, iv=iv)
        assert client.decrypt(padded, sealed.ciphertext, iv=iv).plaintext == text
        plain = EncryptionAlgorithm(f'A{size}CBC')
        sealed = client.encrypt(plain, text[:64], iv=iv)
        assert client.decrypt(plain, sealed.ciphertext, iv=iv).plaintext == text[:64]
        with refused(400):
            client.encrypt(plain, text[:63], iv=iv)


def agrees_with_the_outside_on_gcm():
    """An imported key is the same key: what the HSM encrypts opens with it here."""
    from azure.keyvault.keys import JsonWebKey
    secret = os.urandom(32)
    key = keys.import_key('py-gcm', JsonWebKey(kty='oct-HSM', k=secret, key_ops=['encrypt', 'decrypt']))
    sealed = cryptography(key).encrypt(EncryptionAlgorithm.a256_gcm, MESSAGE, additional_authenticated_data=b'aad')
    assert AESGCM(secret).decrypt(sealed.iv, sealed.ciphertext + sealed.tag, b'aad') == MESSAGE


def wraps_with_aes():
    for size in (128, 192, 256):
        client = cryptography(keys.get_key(f'py-oct-{size}'))
        algorithm, key = KeyWrapAlgorithm(f'A{size}KW'), os.urandom(24)
        wrapped = client.wrap_key(algorithm, key).encrypted_key
        assert len(wrapped) == 32
        assert client.unwrap_key(algorithm, wrapped).key == key


def gives_random_bytes():
    assert len(keys.get_random_bytes(1)) == 1
    first = keys.get_random_bytes(128)
    assert len(first) == 128 and first != keys.get_random_bytes(128)
    with refused(400, 'BadParameter'):
        keys.get_random_bytes(129)


run(signs_with_rsa, signs_with_ec, decrypts_with_rsa, encrypts_with_aes, agrees_with_the_outside_on_gcm,
    wraps_with_aes, gives_random_bytes)
