// What is published of a lead magnet: its page or its tool, for everybody who has the address.
import { request } from "./http.ts";
import { call, type CallOptions } from "./jobs.ts";
import type { Connection, Publication } from "./types.ts";

export interface PublishOptions extends CallOptions {
  /** Whether search engines may list it. Default: no. */
  isListed?: boolean;
  /** The lead magnet's ETag that was read. Throws `CONFLICT` if it is an older one. */
  ifMatch?: string;
}

/** Publishes it as it is now; again at the same address. Throws LodestoneError: `NOT_FOUND` while there is no page or tool. */
export function publish(
  connection: Connection,
  leadMagnetId: string,
  options: PublishOptions = {},
): Promise<Publication> {
  const { isListed = false, ifMatch, signal } = options;
  const headers: Record<string, string> = ifMatch ? { "If-Match": ifMatch } : {};
  return call(connection, pathOf(leadMagnetId), { method: "PUT", headers, body: { isListed }, signal });
}

/** What is published, and how often it was opened. Throws LodestoneError `NOT_FOUND` while nothing is. */
export function readPublication(
  connection: Connection,
  leadMagnetId: string,
  options: CallOptions = {},
): Promise<Publication> {
  return call(connection, pathOf(leadMagnetId), options);
}

/** Takes it back at once; its address never leads anywhere again. Not repeated: a second one finds nothing. */
export async function unpublish(
  connection: Connection,
  leadMagnetId: string,
  options: CallOptions = {},
): Promise<void> {
  await request(connection, pathOf(leadMagnetId), { method: "DELETE", ...options });
}

function pathOf(leadMagnetId: string): string {
  return `/api/lead-magnets/${encodeURIComponent(leadMagnetId)}/publication`;
}
