// behaviour.mjs TEST…: what Azure's client makes of a service that throttles, fails and breaks connections on
// purpose. The laboratory has set the fault; here is what a program on the client sees of it.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { credential, digestOf, keys, refused, url } from "./lab.mjs";

const digest = digestOf("sha256", "behaviour");
const once = { retryOptions: { maxRetries: 0 } };  // what the service says, not what retries make of it

async function signer(options) {
  const key = await keys.getKey("js-behaviour");
  return new CryptographyClient(key, credential, options);
}

async function took(task) {
  const begin = performance.now();
  await task();
  return performance.now() - begin;
}

const tests = {
  async makesItsKey() {
    await keys.createEcKey("js-behaviour");
    await keys.createOctKey("js-behaviour-aes", { keySize: 256 });
  },
  /** Twice 429 with Retry-After: 1: the client waits and gets its signature. */
  async waitsAsToldAndSigns() {
    const client = await signer();
    const time = await took(async () => assert.equal((await client.sign("ES256", digest)).result.length, 64));
    assert.ok(time >= 2000 && time < 6000, `${time} ms for two waits of a second`);
  },
  async survives() {
    const client = await signer();
    assert.equal((await client.sign("ES256", digest)).result.length, 64);
  },
  async survivesReading() {
    assert.equal((await keys.getKey("js-behaviour")).name, "js-behaviour");
  },
  async seesTheThrottle() {
    await refused((await signer(once)).sign("ES256", digest), 429);
  },
  async seesTheLoss() {
    await refused((await signer(once)).sign("ES256", digest), 503);
  },
  async isNotAdmitted() {
    await refused(new KeyClient(url, credential, once).getKey("js-behaviour"), 403);
  },
  /** Half an answer is no answer: never a value made of it. */
  async rejectsHalfAnAnswer() {
    await assert.rejects(new KeyClient(url, credential, once).getKey("js-behaviour"));
  },
  async waitsForASlowAnswer() {
    const time = await took(() => keys.getKey("js-behaviour"));
    assert.ok(time >= 400, `${time} ms for an answer at 1000 bytes a second`);
  },
  async isSlow() {
    await keys.getKey("js-behaviour");  // the challenge and the connection
    const time = await took(() => keys.getKey("js-behaviour"));
    assert.ok(time >= 280, `${time} ms with a latency of 300`);
  },
  /** An HSM signs 330 times in a second with P-256, whoever asks. */
  async isAsFastAsAnHsm() {
    const client = await signer();
    const round = async (count) => Promise.all(Array.from({ length: count }, () => client.sign("ES256", digest)));
    await round(10);
    const time = await took(() => round(400));
    assert.ok(time >= 1000, `400 signatures in ${time} ms are more than 330 a second`);
    assert.ok(time < 10_000, `400 signatures in ${time} ms`);
  },
};

for (const name of process.argv.slice(2)) {
  console.log(name);
  await tests[name]();
}
