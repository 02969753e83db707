import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { publish, readPublication, unpublish } from "../src/publications.ts";
import type { Connection } from "../src/types.ts";
import { Gateway, problem } from "./support/gateway.ts";
import { inTime, useFastTime } from "./support/time.ts";

useFastTime();

const MAGNET = "0199f0c0-0000-7000-8000-0000000000aa";
const PATH = `/api/lead-magnets/${MAGNET}/publication`;
const PUBLIC = { path: "/p/abc", isListed: false, views: 3, publishedAt: "2026-11-30T00:00:00Z" };

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test/", token: "secret", fetch: gateway.fetch };
});

describe("publications", () => {
  it("publishes what was read, for those who have the address, after an overload too", async () => {
    gateway.faults.push(
      () => problem(503, "UNAVAILABLE"),
      () => Response.json(PUBLIC),
    );

    assert.deepEqual(await inTime(publish(connection, MAGNET, { ifMatch: '"7"' })), PUBLIC);

    const call = gateway.calls[1];
    assert.deepEqual([call?.method, call?.path, call?.headers.get("if-match")], ["PUT", PATH, '"7"']);
    assert.deepEqual(call?.body, { isListed: false });
  });

  it("reads how often it was opened, and takes it back once", async () => {
    gateway.faults.push(
      () => Response.json(PUBLIC),
      () => new Response(null, { status: 204 }),
      () => problem(404, "NOT_FOUND"),
    );

    assert.equal((await inTime(readPublication(connection, MAGNET))).views, 3);
    await inTime(unpublish(connection, MAGNET));
    await assert.rejects(inTime(unpublish(connection, MAGNET)), { code: "NOT_FOUND" });

    assert.deepEqual([gateway.calls[1]?.method, gateway.calls[1]?.path], ["DELETE", PATH]);
    assert.equal(gateway.calls.length, 3);
  });
});
