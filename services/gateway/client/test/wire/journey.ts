// A job from its submission to its end at a running system; prints what a page would have been told.
// node journey.ts URL TOKEN, with the job on standard input.
import { text } from "node:stream/consumers";
import { followJob, submitJob, type JobEvent } from "../../src/index.ts";

const [baseUrl, token] = process.argv.slice(2);
const connection = { baseUrl, token: async () => token ?? "" };
const events: JobEvent[] = [];
const { jobId } = await submitJob(connection, JSON.parse(await text(process.stdin)));
const state = await followJob(connection, jobId, {
  onEvent: (event) => events.push(event),
  pollInterval: 300,
});
console.log(JSON.stringify({ jobId, events, state }));
