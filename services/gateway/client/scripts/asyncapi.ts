// Says whether docs/api/asyncapi.json is a document of AsyncAPI, by the makers' own parser.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const file = new URL("../../../../docs/api/asyncapi.json", import.meta.url);
const { document, diagnostics } = await new Parser().parse(await readFile(file, "utf8"));
for (const { code, message, path } of diagnostics) console.error(`${code}: ${message} (${path.join(".")})`);
if (!document || diagnostics.length > 0) process.exitCode = 1;
