// A piece of a lead magnet as a file.
import { networkError } from "./errors.ts";
import { request } from "./http.ts";
import type { CallOptions } from "./jobs.ts";
import { patiently } from "./patience.ts";
import type { operations } from "./schema.ts";
import type { Connection } from "./types.ts";

const RETRIES = 5;
const LIMIT_MS = 60_000; // a PDF may wait for its turn

/** The piece and the format: `page.pdf`, `emails.csv`, … */
export type ExportFile = operations["export_piece"]["parameters"]["path"]["file"];

export interface Exported {
  /** The name to save it under. */
  name: string;
  content: Blob;
}

/** A piece as a file. Throws LodestoneError: `NOT_FOUND` while it does not exist, `CONFLICT` if this format cannot show it. */
export function exportPiece(
  connection: Connection,
  leadMagnetId: string,
  file: ExportFile,
  options: CallOptions = {},
): Promise<Exported> {
  const path = `/api/lead-magnets/${encodeURIComponent(leadMagnetId)}/exports/${file}`;
  const once = async () => {
    const answer = await request(connection, path, { limitMs: LIMIT_MS, ...options });
    try {
      return { name: nameOf(answer) ?? file, content: await answer.blob() };
    } catch (error) {
      options.signal?.throwIfAborted();
      throw networkError(error);
    }
  };
  return patiently(RETRIES, once, options.signal);
}

function nameOf(answer: Response): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  return encoded && decodeURIComponent(encoded);
}
