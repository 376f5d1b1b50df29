// CryptographyClient: every algorithm, and Node's own crypto as the other side of it.
import assert from "node:assert/strict";
import { constants, publicEncrypt, randomBytes, verify } from "node:crypto";
import { cryptography, digestOf, keys, publicKey, refused } from "./lab.mjs";

const message = Buffer.from("signed in a Managed HSM");
const HASH = { 256: "sha256", 384: "sha384", 512: "sha512" };
const hashOf = (algorithm) => HASH[algorithm.match(/\d+/)[0]];

function isRightSignature(algorithm, key, signature) {
  const hash = hashOf(algorithm);
  const options = { key: publicKey(key) };
  if (algorithm.startsWith("ES")) options.dsaEncoding = "ieee-p1363";
  if (algorithm.startsWith("PS")) Object.assign(options, { padding: constants.RSA_PKCS1_PSS_PADDING });
  if (algorithm.startsWith("PS")) options.saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return verify(hash, message, options, signature);
}

async function signs(name, algorithms) {
  const key = await keys.getKey(name);
  const client = cryptography(key.id);
  for (const algorithm of algorithms) {
    const digest = digestOf(hashOf(algorithm), message);
    const { result, keyID } = await client.sign(algorithm, digest);
    assert.equal(keyID, key.id);
    assert.ok(isRightSignature(algorithm, key, result), `${algorithm} of ${name} for Node`);
    assert.equal((await client.verify(algorithm, digest, result)).result, true, algorithm);
    result[result.length - 1] ^= 1;
    assert.equal((await client.verify(algorithm, digest, result)).result, false, `${algorithm} with a changed bit`);
  }
}

const signsWithRsa = () => signs("js-rsa-2048", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]);

async function signsWithEc() {
  await signs("js-ec-P-256", ["ES256"]);
  await signs("js-ec-P-384", ["ES384"]);
  await signs("js-ec-P-521", ["ES512"]);
  await signs("js-ec-P-256K", ["ES256K"]);
}

/** The client hashes; the server must not hash again. */
async function signsData() {
  const key = await keys.getKey("js-ec-P-256");
  const client = cryptography(key);
  const { result } = await client.signData("ES256", message);
  assert.ok(isRightSignature("ES256", key, result));
  assert.equal((await client.verifyData("ES256", message, result)).result, true);
}

async function authenticates() {
  const key = await keys.createKey("js-hmac", "oct-HSM", { keySize: 256, keyOps: ["sign", "verify"] });
  const client = cryptography(key.id);
  for (const algorithm of ["HS256", "HS384", "HS512"]) {
    const digest = digestOf(hashOf(algorithm), message);
    const { result } = await client.sign(algorithm, digest);
    assert.equal(result.length, Number(algorithm.slice(2)) / 8);
    assert.equal((await client.verify(algorithm, digest, result)).result, true);
  }
}

/** The public half encrypts in the client, or in Node; only the private one is the HSM's. */
async function decryptsWithRsa() {
  const key = await keys.getKey("js-rsa-2048");
  const client = cryptography(key.id);
  const plaintext = randomBytes(48);
  for (const algorithm of ["RSA1_5", "RSA-OAEP", "RSA-OAEP-256"]) {
    const { result } = await client.encrypt(algorithm, plaintext);
    assert.deepEqual(Buffer.from((await client.decrypt(algorithm, result)).result), plaintext, algorithm);
    const wrapped = await client.wrapKey(algorithm, plaintext);
    assert.deepEqual(Buffer.from((await client.unwrapKey(algorithm, wrapped.result)).result), plaintext, algorithm);
  }
  const oaep = { key: publicKey(key), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const foreign = publicEncrypt(oaep, plaintext);
  assert.deepEqual(Buffer.from((await client.decrypt("RSA-OAEP-256", foreign)).result), plaintext);
  foreign[0] ^= 1;
  await refused(client.decrypt("RSA-OAEP-256", foreign), 400);
}

async function encryptsWithGcm() {
  for (const size of [128, 192, 256]) {
    const client = cryptography((await keys.getKey(`js-oct-${size}`)).id);
    const algorithm = `A${size}GCM`;
    const plaintext = randomBytes(100);
    const additionalAuthenticatedData = randomBytes(20);
    const sealed = await client.encrypt({ algorithm, plaintext, additionalAuthenticatedData });
    assert.equal(sealed.iv.length, 12);
    assert.equal(sealed.authenticationTag.length, 16);
    const { result: ciphertext, iv, authenticationTag } = sealed;
    const opened = await client.decrypt({ algorithm, ciphertext, iv, authenticationTag, additionalAuthenticatedData });
    assert.deepEqual(Buffer.from(opened.result), plaintext);
    authenticationTag[0] ^= 1;
    await refused(client.decrypt({ algorithm, ciphertext, iv, authenticationTag, additionalAuthenticatedData }), 400);
  }
}

async function encryptsWithCbc() {
  for (const size of [128, 192, 256]) {
    const client = cryptography((await keys.getKey(`js-oct-${size}`)).id);
    for (const [algorithm, length] of [[`A${size}CBC`, 64], [`A${size}CBCPAD`, 61]]) {
      const plaintext = randomBytes(length);
      const iv = randomBytes(16);
      const { result: ciphertext } = await client.encrypt({ algorithm, plaintext, iv });
      assert.equal(ciphertext.length, 64);
      assert.deepEqual(Buffer.from((await client.decrypt({ algorithm, ciphertext, iv })).result), plaintext, algorithm);
    }
  }
}

async function wrapsWithAes() {
  for (const size of [128, 192, 256]) {
    const client = cryptography((await keys.getKey(`js-oct-${size}`)).id);
    const key = randomBytes(32);
    for (const algorithm of [`A${size}KW`, "CKM_AES_KEY_WRAP", "CKM_AES_KEY_WRAP_PAD"]) {
      const { result } = await client.wrapKey(algorithm, key);
      assert.deepEqual(Buffer.from((await client.unwrapKey(algorithm, result)).result), key, algorithm);
      result[0] ^= 1;
      await refused(client.unwrapKey(algorithm, result), 400);
    }
  }
}

async function refusesWhatDoesNotFit() {
  const digest = digestOf("sha384", message);
  await refused(cryptography((await keys.getKey("js-ec-P-256")).id).sign("ES384", digest), 400, "BadParameter");
  await refused(cryptography((await keys.getKey("js-oct-128")).id).encrypt(
    { algorithm: "A256GCM", plaintext: message }), 400, "BadParameter");
  await refused(cryptography((await keys.getKey("js-rsa-2048")).id).sign("RS256", digest), 400, "BadParameter");
}

async function givesRandomBytes() {
  const first = await keys.getRandomBytes(128);
  assert.equal(first.length, 128);
  assert.notDeepEqual(await keys.getRandomBytes(128), first);
  await refused(keys.getRandomBytes(129), 400, "BadParameter");
}

for (const test of [signsWithRsa, signsWithEc, signsData, authenticates, decryptsWithRsa, encryptsWithGcm,
  encryptsWithCbc, wrapsWithAes, refusesWhatDoesNotFit, givesRandomBytes]) {
  console.log(test.name);
  await test();
}
