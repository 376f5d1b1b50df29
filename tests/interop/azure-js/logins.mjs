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

/** A login that must not succeed; the client says what the login server said of it. */
async function isRefused(clientId, secret, code) {
  const keys = new KeyClient(url, new ClientSecretCredential(tenant, clientId, secret, authority));
  await assert.rejects(keys.getRandomBytes(1), (error) => {
    assert.match(error.name, /^Authentication/);
    assert.match(error.message, code);
    return true;
  });
}

const nobody = "00000000-0000-0000-0000-00000000dead";
const refusals = {
  "a wrong secret": () => isRefused(client, "not the secret", /AADSTS7000215/),
  "an unknown client": () => isRefused(nobody, "secret", /AADSTS700016/),
};
for (const kind of process.argv.slice(2)) {
  await (refusals[kind] ?? (() => logsIn(kind)))();
  console.log(`${kind}: as expected`);
}
