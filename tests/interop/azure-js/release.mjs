// KeyClient: a key is released to an environment that its policy describes, wrapped for that environment's own key,
// and attested by the HSM.
import assert from "node:assert/strict";
import {
  X509Certificate, constants, createDecipheriv, createPrivateKey, createPublicKey, privateDecrypt, sign, verify,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { keys, refused } from "./lab.mjs";

// The test authority of the development server, and one that is somebody else's: the server knows its keys from a file.
const { AZURE_AUTHORITY_HOST: builtIn, LAB_ATTESTATION_ISSUER: foreign } = process.env;
const read = (name) => readFileSync(process.env[name], "utf8").trim();
const json = (text) => JSON.parse(Buffer.from(text, "base64url"));

const policy = (claims) => ({
  version: "1.0.0",
  anyOf: [builtIn, foreign].map((authority) => (
    { authority, allOf: Object.entries(claims).map(([claim, equals]) => ({ claim, equals })) })),
});
const encoded = (value) => ({ encodedPolicy: Buffer.from(JSON.stringify(value)) });

/** What the test authority says of an environment that has these claims and the recipient's key. */
async function attestedBy(claims) {
  const key = { ...createPublicKey(read("LAB_RECIPIENT_KEY")).export({ format: "jwk" }), kid: "recipient", use: "enc" };
  const body = JSON.stringify({ claims, keys: [key] });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${builtIn}/attest/kvp11`, { method: "POST", body, headers });
  assert.equal(answer.status, 200);
  return (await answer.json()).token;
}

/** RFC 5649 after RSA-OAEP: what the environment does with its private key. */
function unwrapped(ciphertext, oaepHash) {
  const recipient = createPrivateKey(read("LAB_RECIPIENT_KEY"));
  const size = recipient.asymmetricKeyDetails.modulusLength / 8;
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const aes = privateDecrypt({ key: recipient, padding, oaepHash }, ciphertext.subarray(0, size));
  assert.equal(aes.length, 32);
  const cipher = createDecipheriv("id-aes256-wrap-pad", aes, Buffer.from("a65959a6", "hex"));
  return Buffer.concat([cipher.update(ciphertext.subarray(size)), cipher.final()]);
}

function payloadOf(jws) {
  const [header, payload, signature] = jws.split(".");
  const { alg, x5c } = json(header);
  assert.equal(alg, "RS256");
  const certificate = new X509Certificate(Buffer.from(x5c[0], "base64"));
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(verify("sha256", signed, certificate.publicKey, Buffer.from(signature, "base64url")), "the signature");
  return json(payload);
}

async function releasesToTheRightEnvironment() {
  const made = await keys.createRsaKey("js-released", {
    exportable: true, releasePolicy: encoded(policy({ "x-ms-isolation-tee": "sevsnpvm" })) });
  assert.equal(made.properties.exportable, true);
  const target = await attestedBy({ "x-ms-isolation-tee": "sevsnpvm" });
  for (const [algorithm, hash, environment] of [["CKM_RSA_AES_KEY_WRAP", "sha1", target],
    ["RSA_AES_KEY_WRAP_256", "sha256", target], ["RSA_AES_KEY_WRAP_384", "sha384", read("LAB_ENVIRONMENT")]]) {
    const { value } = await keys.releaseKey("js-released", environment, { algorithm, nonce: "n-1" });
    const { request, response } = payloadOf(value);
    assert.equal(request.enc, algorithm);
    assert.equal(response.key.key.kid, made.id);
    const wrapped = json(response.key.key.key_hsm);
    assert.equal(wrapped.header.enc, algorithm);
    const der = unwrapped(Buffer.from(wrapped.ciphertext, "base64url"), hash);
    const released = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const modulus = createPublicKey(released).export({ format: "jwk" }).n;
    assert.equal(modulus, Buffer.from(made.key.n).toString("base64url"));
    assert.ok(sign("sha256", Buffer.from("released"), released).length === 256);
  }
}

async function refusesTheWrongOnes() {
  await keys.createRsaKey("js-kept-inside", {
    exportable: true, releasePolicy: encoded(policy({ "x-ms-isolation-tee": "sgx" })) });
  await refused(keys.releaseKey("js-kept-inside", read("LAB_ENVIRONMENT")), 403);
  await refused(keys.releaseKey("js-kept-inside", await attestedBy({ "x-ms-isolation-tee": "tdx" })), 403);
  const [header, payload, signature] = read("LAB_ENVIRONMENT").split(".");
  const forged = json(payload);
  forged["x-ms-isolation-tee"] = "sgx";
  const target = [header, Buffer.from(JSON.stringify(forged)).toString("base64url"), signature].join(".");
  await refused(keys.releaseKey("js-kept-inside", target), 403);
  await refused(keys.releaseKey("js-kept-inside", "no token at all"), 400);
  await keys.createRsaKey("js-not-exportable");
  await refused(keys.releaseKey("js-not-exportable", read("LAB_ENVIRONMENT")), 403);
}

async function policiesAreChecked() {
  const wrong = [
    { releasePolicy: encoded(policy({ a: "b" })) },
    { exportable: true, releasePolicy: encoded({ anyOf: [] }) },
  ];
  for (const options of wrong) await refused(keys.createRsaKey("js-policy", options), 400, "BadParameter");
}

async function attests() {
  await keys.createEcKey("js-attested");
  const attested = await keys.getKeyAttestation("js-attested");
  const { attestation } = attested.properties;
  assert.ok(attestation.publicKeyAttestation.length > 0 && attestation.privateKeyAttestation.length > 0);
  const pem = Buffer.from(attestation.certificatePemFile).toString();
  assert.match(pem, /^-----BEGIN CERTIFICATE-----/);
  const leaf = new X509Certificate(pem);
  for (const [half, statement] of [["public", attestation.publicKeyAttestation],
    ["private", attestation.privateKeyAttestation]]) {
    const [header, payload, signature] = Buffer.from(statement).toString().split(".");
    const key = { key: leaf.publicKey, dsaEncoding: "ieee-p1363" };
    assert.ok(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")));
    const said = json(payload);
    assert.equal(said.half, half);
    assert.deepEqual(said.key, { name: "js-attested", version: attested.properties.version });
  }
}

for (const test of [releasesToTheRightEnvironment, refusesTheWrongOnes, policiesAreChecked, attests]) {
  console.log(test.name);
  await test();
}
