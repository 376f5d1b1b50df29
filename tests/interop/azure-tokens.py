#!/usr/bin/python3
"""The keys and tokens of somebody else's issuer: an attestation service, a workload's cluster.

azure-tokens.py jwks KEY.pem                        the public half as a JWKS; the key is made when there is none
azure-tokens.py token KEY.pem ISSUER [CLAIMS]       a token of this issuer, CLAIMS as JSON
azure-tokens.py environment KEY.pem ISSUER RECIPIENT.pem [CLAIMS]
                                                    an attestation: a token that names the recipient's RSA key
"""

import base64
import hashlib
import json
import os
import sys
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def number(value):
    return b64(value.to_bytes((value.bit_length() + 7) // 8, 'big'))


def private_key(path):
    if not os.path.exists(path):
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
            file.write(pem)
    with open(path, 'rb') as file:
        return serialization.load_pem_private_key(file.read(), None)


def jwk(key, use):
    numbers = key.public_key().public_numbers()
    value = {'kty': 'RSA', 'e': number(numbers.e), 'n': number(numbers.n)}
    thumbprint = json.dumps({k: value[k] for k in sorted(('e', 'kty', 'n'))}, separators=(',', ':'), sort_keys=True)
    return dict(value, kid=b64(hashlib.sha256(thumbprint.encode()).digest()), use=use)


def token(key, issuer, claims):
    now = int(time.time())
    body = dict({'iss': issuer, 'iat': now, 'nbf': now - 5, 'exp': now + 600}, **claims)
    header = {'alg': 'RS256', 'typ': 'JWT', 'kid': jwk(key, 'sig')['kid'], 'jku': issuer + '/certs'}
    text = '.'.join(b64(json.dumps(part).encode()) for part in (header, body))
    return text + '.' + b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))


def environment(key, issuer, recipient, claims):
    """As Microsoft's attestation service says it: the recipient's key is among the keys of the runtime."""
    runtime = dict(jwk(recipient, 'enc'), key_ops=['encrypt'])
    return token(key, issuer, dict({'x-ms-runtime': {'keys': [runtime]}}, **claims))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    what, key, rest = sys.argv[1], private_key(sys.argv[2]), sys.argv[3:]
    claims = json.loads(rest[-1]) if rest and rest[-1].startswith('{') else {}
    if what == 'jwks':
        print(json.dumps({'keys': [jwk(key, 'sig')]}))
    elif what == 'token':
        print(token(key, rest[0], claims))
    elif what == 'environment':
        print(environment(key, rest[0], private_key(rest[1]), claims))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main()
