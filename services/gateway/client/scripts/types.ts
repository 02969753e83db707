// Writes src/schema.ts from the committed contracts; with --check it only says whether the file is up to date.
import { readdir, readFile, writeFile } from "node:fs/promises";
import openapi, { astToString, type OpenAPI3 } from "openapi-typescript";

const CONTRACTS = new URL("../../../../docs/api/", import.meta.url);
const TARGET = new URL("../src/schema.ts", import.meta.url);
const HEAD = "// Generated from docs/api by `npm run types`. Do not edit.\n\n";

type Named = Record<string, { $defs?: Named; title?: string }>;
interface Union {
  properties: Record<string, unknown>;
  required: string[];
  oneOf: { $ref: string }[];
}

/** The OpenAPI document with the bodies of the events among its schemas, where no document of ours puts them. */
async function document(): Promise<OpenAPI3> {
  const whole = await contract("openapi.json");
  const schemas: Named = whole.components.schemas;
  const files = (await readdir(new URL("schemas/", CONTRACTS))).toSorted();
  for (const file of files) {
    const { $defs, ...body } = await contract(`schemas/${file}`);
    delete body.allOf; // its cases are files of their own
    for (const [name, schema] of Object.entries($defs ?? {})) schemas[name] ??= schema as Named[string];
    schemas[body.title] = body;
  }
  leaveToItsKinds(whole.components.schemas.Job, schemas);
  return whole;
}

/** What the kinds of a job say exactly is not said loosely beside them: `result.tilte` would pass. */
function leaveToItsKinds(job: Union, schemas: Named): void {
  const kinds = job.oneOf.map(({ $ref }) => schemas[$ref.split("/").at(-1) ?? ""] as unknown as Union);
  const theirs = new Set(kinds.flatMap((kind) => Object.keys(kind.properties)));
  for (const field of theirs) delete job.properties[field];
  job.required = job.required.filter((field) => !theirs.has(field));
}

async function contract(file: string) {
  const text = await readFile(new URL(file, CONTRACTS), "utf8");
  return JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/"));
}

// A field with a default may be left out of what we send, so it is optional.
const text = HEAD + astToString(await openapi(await document(), { defaultNonNullable: false }));
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, text);
} else if ((await readFile(TARGET, "utf8")) !== text) {
  console.error("src/schema.ts is not what docs/api says: run `make contracts` and commit it.");
  process.exitCode = 1;
}
