// What every script here starts with: a credential and clients for the server that the laboratory started. Only
// public options: the authority's address, and NODE_EXTRA_CA_CERTS for the laboratory's CA.
import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";

export const url = process.env.KVP11_HSM_URL;
export const authority = { authorityHost: process.env.AZURE_AUTHORITY_HOST, disableInstanceDiscovery: true };

export const credential = new ClientSecretCredential(
  process.env.AZURE_TENANT_ID, process.env.AZURE_CLIENT_ID, process.env.AZURE_CLIENT_SECRET, authority);

export const keys = new KeyClient(url, credential);

/** The client of one key. By its id it asks the server first which key that is. */
export const cryptography = (key) => new CryptographyClient(key, credential);

/** The promise must fail with this status, and this code of the service's error. */
export async function refused(promise, status, code) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, "RestError", error.stack);
    assert.equal(error.statusCode, status, error.message);
    if (code) assert.equal(error.code, code, error.message);
    return true;
  });
}

export const digestOf = (hash, data) => createHash(hash).update(data).digest();

/** All items of a paged list. */
export async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

const text = (bytes) => (bytes ? Buffer.from(bytes).toString("base64url") : undefined);

/** The key's public half for Node's own crypto: what the server says is checked by somebody else. */
export function publicKey(key) {
  const { kty, n, e, crv, x, y } = key.key;
  const name = crv === "P-256K" ? "secp256k1" : crv;
  const jwk = { kty: kty.replace("-HSM", ""), n: text(n), e: text(e), crv: name, x: text(x), y: text(y) };
  return createPublicKey({ key: jwk, format: "jwk" });
}

/** Pollers ask again without their two seconds: the server deletes at once. */
export const atOnce = { intervalInMs: 1 };
