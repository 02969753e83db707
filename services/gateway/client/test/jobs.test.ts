import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { LodestoneError } from "../src/errors.ts";
import { cancelJob, readJob, retryJob, submitJob } from "../src/jobs.ts";
import type { Connection, JobRequest } from "../src/types.ts";
import { Gateway, JOB, problem } from "./support/gateway.ts";
import { inTime, quiet, useFastTime } from "./support/time.ts";

useFastTime();

const POLISH: JobRequest = { jobType: "polish", input: { leadMagnetId: JOB } };
const accepted = () => Response.json({ jobId: JOB, status: "pending" }, { status: 202 });
const away = () => {
  throw new TypeError("fetch failed");
};

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test/", token: "secret", fetch: gateway.fetch };
});

const keys = () => gateway.calls.map((call) => call.headers.get("idempotency-key"));

describe("submitJob", () => {
  it("sends the job with the token and a key, and gives its id", async () => {
    gateway.faults.push(accepted);

    assert.deepEqual(await inTime(submitJob(connection, POLISH)), { jobId: JOB, status: "pending" });
    const [call] = gateway.calls;
    assert.deepEqual([call?.method, call?.path, call?.body], ["POST", "/api/jobs", POLISH]);
    assert.equal(call?.headers.get("authorization"), "Bearer secret");
    assert.match(keys()[0] ?? "", /^[0-9a-f]{32}$/);
  });

  it("repeats with the same key after a lost answer, an overload and a gateway that is away", async () => {
    gateway.faults.push(
      away,
      () => problem(503, "UNAVAILABLE"),
      () => problem(502, "BAD_GATEWAY"),
      accepted,
    );
    await inTime(submitJob(connection, POLISH));

    assert.equal(gateway.calls.length, 4);
    assert.equal(new Set(keys()).size, 1);
  });

  it("makes another key for another call, and takes the caller's own", async () => {
    gateway.faults.push(accepted, accepted, accepted);
    await inTime(submitJob(connection, POLISH));
    await inTime(submitJob(connection, POLISH));
    await inTime(submitJob(connection, POLISH, { idempotencyKey: "draft-7" }));

    assert.equal(new Set(keys()).size, 3);
    assert.equal(keys()[2], "draft-7");
  });

  it("waits as long as Retry-After says, in seconds or as a date", async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    gateway.faults.push(() => problem(429, "RATE_LIMITED", { "Retry-After": "11" }));
    gateway.faults.push(() => problem(503, "UNAVAILABLE", { "Retry-After": date }), accepted);
    const began = Date.now();
    await inTime(submitJob(connection, POLISH));

    assert.ok(Date.now() - began >= 59_000, `${Date.now() - began} ms`);
  });

  it("gives up after six tries in about a quarter of a minute", async () => {
    gateway.faults.push(...Array<typeof away>(9).fill(away));
    const began = Date.now();

    await assert.rejects(inTime(submitJob(connection, POLISH)), { code: "NETWORK_ERROR", status: 0 });
    assert.equal(gateway.calls.length, 6);
    assert.ok(Date.now() - began >= 7_000 && Date.now() - began <= 17_000, `${Date.now() - began} ms`);
  });

  it("does not repeat what is refused, and says which fields are wrong", async () => {
    const errors = [{ field: "input.businessType", message: "This field is required." }];
    gateway.faults.push(() =>
      Response.json({ code: "VALIDATION_ERROR", detail: "Wrong.", errors }, { status: 422 }),
    );

    await assert.rejects(inTime(submitJob(connection, POLISH)), (error) => {
      assert.ok(error instanceof LodestoneError);
      assert.deepEqual([error.code, error.message, error.errors], ["VALIDATION_ERROR", "Wrong.", errors]);
      return true;
    });
    assert.equal(gateway.calls.length, 1);
  });

  it("keeps what else a problem says", async () => {
    gateway.faults.push(() =>
      Response.json({ code: "CONFLICT", detail: "Busy.", jobId: JOB }, { status: 409 }),
    );

    await assert.rejects(
      inTime(submitJob(connection, POLISH)),
      (error) => (error as LodestoneError).problem.jobId === JOB,
    );
  });

  it("makes an error of an answer that is no problem document", async () => {
    gateway.faults.push(() => new Response("<html>", { status: 413 }));

    await assert.rejects(inTime(submitJob(connection, POLISH)), { code: "HTTP_413", status: 413 });
  });

  it("stops waiting when the signal says so", async () => {
    const stopping = new AbortController();
    gateway.faults.push(() => problem(429, "RATE_LIMITED", { "Retry-After": "600" }));
    const submitted = submitJob(connection, POLISH, { signal: stopping.signal });
    await quiet();
    stopping.abort(new Error("page left"));

    await assert.rejects(submitted, { message: "page left" });
  });
});

describe("the other calls", () => {
  it("retryJob makes a new job under a key", async () => {
    gateway.faults.push(away, accepted);

    assert.equal((await inTime(retryJob(connection, JOB))).jobId, JOB);
    assert.deepEqual(
      gateway.calls.map((call) => call.path),
      Array(2).fill(`/api/jobs/${JOB}/retry`),
    );
    assert.equal(new Set(keys()).size, 1);
  });

  it("cancelJob asks, and tells when the job was over", async () => {
    gateway.faults.push(
      () => Response.json({ id: JOB }, { status: 202 }),
      () => problem(409, "CONFLICT"),
    );

    assert.equal((await inTime(cancelJob(connection, JOB))).id, JOB);
    await assert.rejects(inTime(cancelJob(connection, JOB)), { code: "CONFLICT" });
    assert.equal(gateway.calls[0]?.path, `/api/jobs/${JOB}/cancel`);
  });

  it("readJob takes an id as it is, whatever is in it", async () => {
    await inTime(readJob(connection, "../usage"));

    assert.equal(gateway.calls[0]?.path, "/api/jobs/..%2Fusage");
  });
});
