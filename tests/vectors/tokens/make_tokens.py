#!/usr/bin/python3
"""Makes tokens.json: JWTs by PyJWT 2.6 and keys by python3-cryptography, so that the validator is not tested against
itself. The private keys are thrown away; running it again makes other tokens of the same kinds.

The two published ones are RFC 7515 appendix A.2 (RS256) and RFC 7638 section 3.1 (thumbprint of a key).
"""
import base64, datetime, hashlib, hmac, json, pathlib
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOW = 1763800000  # when the tokens were issued, they last an hour
CLAIMS = {
    "aud": "https://managedhsm.localhost:8443", "iss": "https://localhost:8443/11111111-1111-4111-8111-111111111111/v2.0",
    "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "tid": "11111111-1111-4111-8111-111111111111",
    "oid": "22222222-2222-4222-8222-222222222222", "sub": "22222222-2222-4222-8222-222222222222",
    "azp": "33333333-3333-4333-8333-333333333333", "ver": "2.0", "idtyp": "app",
    "preferred_username": "ada@example.org", "groups": ["44444444-4444-4444-8444-444444444444"],
}


def b64(data): return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
def number(value): return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test signing key")])
    start = datetime.datetime(2025, 1, 1)
    return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(7).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=36500))
            .sign(key, hashes.SHA256()))


def raw(header, claims, signature=b""):
    return ".".join([b64(json.dumps(header).encode()), b64(claims.encode()), b64(signature)])


key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
small = rsa.generate_private_key(65537, 1024)
numbers = key.public_key().public_numbers()
der = certificate(key).public_bytes(serialization.Encoding.DER)
pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "key-1", "n": number(numbers.n), "e": number(numbers.e)}
hs_input = raw({"alg": "HS256", "typ": "JWT", "kid": "key-1"}, json.dumps(CLAIMS)).rsplit(".", 1)[0]
duplicate = json.dumps(CLAIMS)[:-1] + ', "oid": "55555555-5555-4555-8555-555555555555"}'
signer = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
twice = raw({"alg": "RS256", "kid": "key-1"}, duplicate).rsplit(".", 1)[0]
small_numbers = small.public_key().public_numbers()


def token(algorithm="RS256", signing=key, headers={"kid": "key-1"}, **claims):
    return jwt.encode({**CLAIMS, **claims}, signing, algorithm=algorithm, headers=headers)


pathlib.Path(__file__).with_name("tokens.json").write_text(json.dumps({
    "source": "made by make_tokens.py beside this file",
    "now": NOW,
    "claims": CLAIMS,
    "jwks": {"keys": [jwk]},
    "jwks_x5c": {"keys": [{"kty": "RSA", "use": "sig", "kid": "key-1", "x5c": [base64.b64encode(der).decode()]}]},
    "jwks_small": {"keys": [{**jwk, "n": number(small_numbers.n)}]},
    "certificate": base64.b64encode(der).decode(),
    "x5t": b64(hashlib.sha1(der).digest()),
    "x5t#S256": b64(hashlib.sha256(der).digest()),
    "valid": {
        "plain": token(),
        "no_kid": token(headers={}),
        "audience_list": token(aud=["https://other", CLAIMS["aud"] + "/"]),
        "fractional_times": token(exp=NOW + 3600.5, iat=NOW + 0.25),
        "old_claim_names": token(azp=None, appid="66666666-6666-4666-8666-666666666666", upn="grace@example.org"),
    },
    "refused": {
        "none": raw({"alg": "none", "typ": "JWT", "kid": "key-1"}, json.dumps(CLAIMS)),
        "HS256 with the public key": hs_input + "." + b64(hmac.new(pem, hs_input.encode(), hashlib.sha256).digest()),
        "RS512": token("RS512"),
        "PS256": token("PS256"),
        "ES256": token("ES256", ec.generate_private_key(ec.SECP256R1())),
        "another key": token(signing=other),
        "unknown kid": token(headers={"kid": "key-2"}),
        "critical extension": token(headers={"kid": "key-1", "crit": ["b64"], "b64": True}),
        "claim twice": twice + "." + b64(signer.sign(twice.encode(), key)),
        "no oid": token(oid=None),
        "oid is a number": token(oid=7),
        "no exp": token(exp=None),
        "exp is a text": jwt.api_jws.encode(json.dumps({**CLAIMS, "exp": "9999999999"}).encode(), key, "RS256", {"kid": "key-1"}),
        "other issuer": token(iss="https://localhost:8443/99999999-9999-4999-8999-999999999999/v2.0"),
        "other audience": token(aud="https://vault.azure.net"),
        "audience list of others": token(aud=["https://vault.azure.net", "https://management.azure.com"]),
        "no audience": token(aud=None),
    },
    "rfc7515": {
        "token": "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        "jwk": {"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
    },
    "rfc7638": {
        "jwk": {"kty": "RSA", "e": "AQAB", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"},
        "thumbprint": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    },
}, indent=1) + "\n")
