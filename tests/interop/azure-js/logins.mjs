// logins.mjs KIND: one of the ways to log in gets a token, and the token a random number from the HSM.
import assert from "node:assert/strict";
import {
  ClientCertificateCredential, ClientSecretCredential, DefaultAzureCredential, EnvironmentCredential,
  ManagedIdentityCredential, WorkloadIdentityCredential,
} from "@azure/identity";
import { KeyClient } from "@azure/keyvault-keys";
import { authority, url } from "./lab.mjs";

const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, LAB_CERTIFICATE: certificatePath } = process.env;

const credentials = {
  environment: () => new EnvironmentCredential(authority),
  certificate: () => new ClientCertificateCredential(tenant, client, { certificatePath }, authority),
  "certificate with its chain": () => new ClientCertificateCredential(
    tenant, client, { certificatePath }, { ...authority, sendCertificateChain: true }),
  workload: () => new WorkloadIdentityCredential(authority),
  "managed identity": () => new ManagedIdentityCredential(),
  "managed identity by its client id": () => new ManagedIdentityCredential({ clientId: client }),
  default: () => new DefaultAzureCredential(authority),
};

async function logsIn(kind) {
  const keys = new KeyClient(url, credentials[kind]());
  assert.equal((await keys.getRandomBytes(16)).length, 16);
}

/** A login that must not succeed: nobody gets a token with a wrong secret. */
async function wrongSecret() {
  const keys = new KeyClient(url, new ClientSecretCredential(tenant, client, "not the secret", authority));
  await assert.rejects(keys.getRandomBytes(1), (error) => {
    assert.equal(error.name, "AuthenticationError");
    assert.match(error.message, /invalid_client/);
    return true;
  });
}

async function unknownClient() {
  const nobody = "00000000-0000-0000-0000-00000000dead";
  const keys = new KeyClient(url, new ClientSecretCredential(tenant, nobody, "secret", authority));
  await assert.rejects(keys.getRandomBytes(1), { name: "AuthenticationError" });
}

const refusals = { "a wrong secret": wrongSecret, "an unknown client": unknownClient };
for (const kind of process.argv.slice(2)) {
  await (refusals[kind] ?? (() => logsIn(kind)))();
  console.log(`${kind}: as expected`);
}
