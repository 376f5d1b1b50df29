// KeyClient: keys of every type are created, imported, read, listed in pages, changed and rotated.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { all, keys, refused, url } from "./lab.mjs";

const sorted = (list) => [...list].sort();
const RSA_OPERATIONS = ["decrypt", "encrypt", "sign", "unwrapKey", "verify", "wrapKey"];
const bytes = (text) => Buffer.from(text, "base64url");

async function createsRsa() {
  for (const keySize of [2048, 3072, 4096]) {
    const key = await keys.createRsaKey(`js-rsa-${keySize}`, { keySize });
    assert.equal(key.keyType, "RSA-HSM");  // a Managed HSM has no other
    assert.equal(key.key.n.length * 8, keySize);
    assert.deepEqual(sorted(key.keyOperations), RSA_OPERATIONS);
    assert.equal(key.id, `${url}/keys/js-rsa-${keySize}/${key.properties.version}`);
  }
}

async function createsEc() {
  for (const [curve, size] of [["P-256", 32], ["P-384", 48], ["P-521", 66], ["P-256K", 32]]) {
    const key = await keys.createEcKey(`js-ec-${curve}`, { curve });
    assert.equal(key.key.crv, curve);
    assert.equal(key.key.x.length, size);
    assert.equal(key.key.y.length, size);
    assert.deepEqual(sorted(key.keyOperations), ["sign", "verify"]);
  }
  assert.equal((await keys.createEcKey("js-ec-default")).key.crv, "P-256");
}

async function createsOct() {
  for (const keySize of [128, 192, 256]) {
    const key = await keys.createOctKey(`js-oct-${keySize}`, { keySize, hsm: true });
    assert.equal(key.keyType, "oct-HSM");
    assert.equal(key.key.k, undefined);  // it does not leave
  }
}

async function keepsWhatItIsGiven() {
  const notBefore = new Date(Date.now() - 86400_000);
  const expiresOn = new Date("2037-01-01T00:00:00Z");  // this client sends 32 bits
  notBefore.setMilliseconds(0);
  const made = await keys.createKey("js-attributes", "EC-HSM", {
    enabled: false, notBefore, expiresOn, tags: { purpose: "test", "with space": "ä" }, keyOps: ["sign"] });
  const read = await keys.getKey("js-attributes");
  assert.deepEqual(read, made);
  assert.equal(read.properties.enabled, false);
  assert.deepEqual(read.properties.notBefore, notBefore);
  assert.deepEqual(read.properties.expiresOn, expiresOn);
  assert.deepEqual(read.properties.tags, { purpose: "test", "with space": "ä" });
  assert.deepEqual(read.keyOperations, ["sign"]);
  assert.equal(read.properties.recoverableDays >= 7, true);
  assert.match(read.properties.recoveryLevel, /Recoverable/);
  assert.ok(Math.abs(read.properties.createdOn - Date.now()) < 60_000);
}

async function importsRsa() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  const parts = Object.fromEntries(["n", "e", "d", "dp", "dq", "qi", "p", "q"].map((part) => [part, bytes(jwk[part])]));
  const key = await keys.importKey("js-imported-rsa", { kty: "RSA-HSM", ...parts }, { hardwareProtected: true });
  assert.deepEqual(Buffer.from(key.key.n), parts.n);
  for (const part of ["d", "p", "q", "dp", "dq", "qi"]) assert.equal(key.key[part], undefined);
}

async function importsEcAndOct() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const jwk = privateKey.export({ format: "jwk" });
  const ec = { kty: "EC-HSM", crv: "P-384", x: bytes(jwk.x), y: bytes(jwk.y), d: bytes(jwk.d) };
  const key = await keys.importKey("js-imported-ec", ec);
  assert.deepEqual(Buffer.from(key.key.x), ec.x);
  const oct = await keys.importKey("js-imported-oct", { kty: "oct-HSM", k: randomBytes(32) }, { tags: { a: "b" } });
  assert.equal(oct.keyType, "oct-HSM");
  assert.equal(oct.properties.tags.a, "b");
  await refused(keys.importKey("js-imported-none", { kty: "oct-HSM", k: randomBytes(65) }), 400, "BadParameter");
}

async function hasVersions() {
  const made = [];
  for (let i = 0; i < 4; i++) made.push((await keys.createEcKey("js-versions")).properties.version);
  const listed = await all(keys.listPropertiesOfKeyVersions("js-versions"));
  assert.deepEqual(sorted(listed.map((p) => p.version)), sorted(made));
  assert.equal((await keys.getKey("js-versions")).properties.version, made[3]);
  assert.equal((await keys.getKey("js-versions", { version: made[0] })).properties.version, made[0]);
  assert.deepEqual(await all(keys.listPropertiesOfKeyVersions("js-never-made")), []);
}

async function listsInPages() {
  const expected = (await all(keys.listPropertiesOfKeys())).map((p) => p.name);
  let pages = 0;
  const found = [];
  for await (const page of keys.listPropertiesOfKeys().byPage({ maxPageSize: 5 })) {
    assert.ok(page.length <= 5);
    found.push(...page.map((p) => p.name));
    pages++;
  }
  assert.deepEqual(found, expected);
  assert.equal(new Set(found).size, found.length);
  assert.ok(pages >= Math.ceil(found.length / 5), `${pages} pages of ${found.length} keys`);
  assert.ok(found.includes("js-rsa-4096") && found.includes("js-oct-128"));
}

async function changes() {
  const made = await keys.createRsaKey("js-changed", { tags: { a: "1" } });
  const { version } = made.properties;
  const changed = await keys.updateKeyProperties("js-changed", version, {
    enabled: false, tags: { b: "2" }, keyOps: ["sign"] });
  assert.deepEqual([changed.properties.enabled, changed.properties.tags, changed.keyOperations],
    [false, { b: "2" }, ["sign"]]);
  const latest = await keys.updateKeyProperties("js-changed", { enabled: true });  // without a version: the latest
  assert.equal(latest.properties.version, version);
  assert.equal(latest.properties.enabled, true);
  assert.deepEqual(latest.properties.createdOn, made.properties.createdOn);
}

async function rotates() {
  const first = await keys.createEcKey("js-rotated", { curve: "P-384" });
  await keys.updateKeyRotationPolicy("js-rotated", {
    expiresIn: "P90D", lifetimeActions: [{ action: "Rotate", timeBeforeExpiry: "P30D" }] });
  const policy = await keys.getKeyRotationPolicy("js-rotated");
  assert.equal(policy.expiresIn, "P90D");
  const rotations = policy.lifetimeActions.filter((action) => action.action.toLowerCase() === "rotate");
  assert.equal(rotations.length, 1);
  assert.equal(rotations[0].timeBeforeExpiry, "P30D");
  const second = await keys.rotateKey("js-rotated");
  assert.notEqual(second.properties.version, first.properties.version);
  assert.equal(second.key.crv, "P-384");
  assert.equal((await all(keys.listPropertiesOfKeyVersions("js-rotated"))).length, 2);
  await refused(keys.updateKeyRotationPolicy("js-rotated", { expiresIn: "P5D", lifetimeActions: [] }), 400);
}

for (const test of [createsRsa, createsEc, createsOct, keepsWhatItIsGiven, importsRsa, importsEcAndOct, hasVersions,
  listsInPages, changes, rotates]) {
  console.log(test.name);
  await test();
}
