import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Connection } from "../src/types.ts";
import { listVersions, readVersion, restoreVersion } from "../src/versions.ts";
import { Gateway, JOB, problem } from "./support/gateway.ts";
import { inTime, useFastTime } from "./support/time.ts";

useFastTime();

const MAGNET = "0199f0c0-0000-7000-8000-0000000000aa";
const VERSION = { id: JOB, piece: "posts", author: "owner" };

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test/", token: "secret", fetch: gateway.fetch };
});

describe("versions", () => {
  it("lists them, of all pieces or of one post", async () => {
    const list = () => Response.json({ items: [VERSION], most: 50, mostBytes: 2_000_000 });
    gateway.faults.push(list, list);

    assert.deepEqual(await inTime(listVersions(connection, MAGNET)), [VERSION]);
    await inTime(listVersions(connection, MAGNET, { piece: "posts", part: 0 }));

    const [all, one] = gateway.calls;
    assert.deepEqual([all?.path, all?.query.size], [`/api/lead-magnets/${MAGNET}/versions`, 0]);
    assert.equal(one?.query.toString(), "piece=posts&part=0");
  });

  it("reads one with its texts", async () => {
    gateway.faults.push(() => Response.json({ ...VERSION, texts: { dmTemplate: "Mine" } }));

    const version = await inTime(readVersion(connection, MAGNET, JOB));

    assert.deepEqual(version.texts, { dmTemplate: "Mine" });
    assert.equal(gateway.calls[0]?.path, `/api/lead-magnets/${MAGNET}/versions/${JOB}`);
  });

  it("restores one over the version that was read, and asks once", async () => {
    gateway.faults.push(() => problem(503, "UNAVAILABLE"));

    const restored = inTime(restoreVersion(connection, MAGNET, JOB, { part: 2, ifMatch: '"7"' }));

    await assert.rejects(restored, { status: 503 });
    const [call, ...more] = gateway.calls;
    assert.deepEqual([call?.method, call?.path.endsWith("/restore"), more.length], ["POST", true, 0]);
    assert.deepEqual([call?.query.get("part"), call?.headers.get("if-match")], ["2", '"7"']);
  });
});
