// KeyClient: keys are deleted, recovered and purged, backed up and restored; errors come as the classes and codes
// that programs look at.
import assert from "node:assert/strict";
import { ClientSecretCredential } from "@azure/identity";
import { KeyClient } from "@azure/keyvault-keys";
import { all, atOnce, authority, cryptography, digestOf, keys, refused, url } from "./lab.mjs";

const digest = digestOf("sha256", "life");
const deletes = async (name) => (await keys.beginDeleteKey(name, atOnce)).pollUntilDone();

async function deletesAndRecovers() {
  const made = await keys.createEcKey("js-life");
  const deleted = await deletes("js-life");
  assert.equal(deleted.properties.recoveryId, `${url}/deletedkeys/js-life`);
  const days = (deleted.properties.scheduledPurgeDate - deleted.properties.deletedOn) / 86400_000;
  assert.equal(days, made.properties.recoverableDays);
  await refused(keys.getKey("js-life"), 404, "KeyNotFound");
  assert.equal((await keys.getDeletedKey("js-life")).name, "js-life");
  assert.ok((await all(keys.listDeletedKeys())).some((key) => key.name === "js-life"));
  await refused(keys.createEcKey("js-life"), 409, "Conflict");
  const recovered = await (await keys.beginRecoverDeletedKey("js-life", atOnce)).pollUntilDone();
  assert.equal(recovered.properties.version, made.properties.version);
  assert.equal((await cryptography(made.id).sign("ES256", digest)).result.length, 64);
}

async function purges() {
  await deletes("js-life");
  await keys.purgeDeletedKey("js-life");
  await refused(keys.getDeletedKey("js-life"), 404, "KeyNotFound");
  await refused(keys.purgeDeletedKey("js-life"), 404);
  await keys.createEcKey("js-life");  // the name is free again
}

async function backsUpAndRestores() {
  const first = await keys.createEcKey("js-kept", { tags: { a: "1" } });
  const second = await keys.createEcKey("js-kept");
  const { result } = await cryptography(first.id).sign("ES256", digest);
  const backup = await keys.backupKey("js-kept");
  await refused(keys.restoreKeyBackup(backup), 409, "Conflict");
  await deletes("js-kept");
  await refused(keys.restoreKeyBackup(backup), 409, "Conflict");
  await keys.purgeDeletedKey("js-kept");
  const restored = await keys.restoreKeyBackup(backup);
  assert.equal(restored.properties.version, second.properties.version);
  assert.deepEqual((await keys.getKey("js-kept", { version: first.properties.version })).properties.tags, { a: "1" });
  assert.equal((await cryptography(first.id).verify("ES256", digest, result)).result, true);
  backup[backup.length >> 1] ^= 1;
  await keys.createEcKey("js-other");
  await refused(keys.restoreKeyBackup(backup), 400);
}

async function reportsErrors() {
  await refused(keys.getKey("js-none"), 404, "KeyNotFound");
  await refused(keys.getKey("js-kept", { version: "0".repeat(32) }), 404, "KeyNotFound");
  await refused(keys.getDeletedKey("js-kept"), 404, "KeyNotFound");
  await refused(keys.createKey("js-wrong", "RSA-HSM", { keySize: 1024 }), 400, "BadParameter");
  await refused(keys.createKey("js-wrong", "banana"), 400, "BadParameter");
  await refused(keys.createEcKey("js_underscore"), 400);
  await keys.updateKeyProperties("js-kept", { enabled: false });
  await refused(cryptography((await keys.getKey("js-kept")).id).sign("ES256", digest), 403);
}

/** Somebody whom no role was given may log in and do nothing. */
async function refusesStrangers() {
  const { AZURE_TENANT_ID: tenant, LAB_STRANGER_ID: id, LAB_STRANGER_SECRET: secret } = process.env;
  const stranger = new KeyClient(url, new ClientSecretCredential(tenant, id, secret, authority));
  await refused(stranger.getKey("js-kept"), 403, "AccessDenied");
  await refused(stranger.createEcKey("js-strange"), 403, "AccessDenied");
  await refused(all(stranger.listPropertiesOfKeys()), 403, "AccessDenied");
}

for (const test of [deletesAndRecovers, purges, backsUpAndRestores, reportsErrors, refusesStrangers]) {
  console.log(test.name);
  await test();
}
