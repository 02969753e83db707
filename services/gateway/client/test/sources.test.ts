import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import {
  addSource,
  changeSource,
  deleteSource,
  listSources,
  readSource,
  uploadSource,
} from "../src/sources.ts";
import type { Connection } from "../src/types.ts";
import { Gateway, JOB, problem } from "./support/gateway.ts";
import { inTime, useFastTime } from "./support/time.ts";

useFastTime();

const MAGNET = "0199f0c0-0000-7000-8000-0000000000aa";
const SOURCE = { id: JOB, name: "Call", kind: "pasted", characters: 4, text: "text" };

let gateway: Gateway;
let connection: Connection;

beforeEach(() => {
  gateway = new Gateway();
  connection = { baseUrl: "http://gateway.test/", token: "secret", fetch: gateway.fetch };
});

describe("sources", () => {
  it("are added, listed, read, changed and deleted", async () => {
    const one = () => Response.json(SOURCE);
    const list = () => Response.json({ items: [SOURCE] });
    gateway.faults.push(one, list, one, one, () => new Response(null, { status: 204 }));

    await inTime(addSource(connection, { name: "Call", text: "text" }, { leadMagnetId: MAGNET }));
    assert.deepEqual(await inTime(listSources(connection, { leadMagnetId: MAGNET })), [SOURCE]);
    assert.equal((await inTime(readSource(connection, JOB))).text, "text");
    await inTime(changeSource(connection, JOB, { text: "new" }, { ifMatch: '"1"' }));
    await inTime(deleteSource(connection, JOB));

    const made = gateway.calls.map(({ method, path }) => `${method} ${path}`);
    const path = `/api/sources/${JOB}`;
    assert.deepEqual(made, [
      "POST /api/sources",
      "GET /api/sources",
      `GET ${path}`,
      `PATCH ${path}`,
      `DELETE ${path}`,
    ]);
    assert.equal(gateway.calls[1]?.query.toString(), `leadMagnetId=${MAGNET}`);
  });

  it("are uploaded as they are, once", async () => {
    gateway.faults.push(() => problem(503, "UNAVAILABLE"));

    const upload = inTime(uploadSource(connection, "a b.txt", new Blob(["Fees"])));

    await assert.rejects(upload, { status: 503 });
    assert.deepEqual([gateway.calls.length, gateway.calls[0]?.query.get("name")], [1, "a b.txt"]);
  });
});
