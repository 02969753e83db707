// What the types promise to who writes against them; never run, held by `tsc`.
import {
  type Connection,
  followJob,
  type Job,
  type JobItem,
  type JobResult,
  submitJob,
  watchJob,
} from "../src/index.ts";
import { useBackgroundJob } from "../src/useBackgroundJob.ts";

const connection: Connection = { token: async () => "secret" };
const input = { businessDescription: "I help.", businessType: "agency-owner" } as const;

export async function journey(): Promise<void> {
  const { jobId } = await submitJob(connection, { jobType: "ideation", input });
  // @ts-expect-error: there is no such type of business
  await submitJob(connection, { jobType: "ideation", input: { ...input, businessType: "circus" } });
  // @ts-expect-error: this input is another job type's
  await submitJob(connection, { jobType: "polish", input });
  for await (const event of watchJob<{ concepts: string[] }>(connection, jobId)) {
    if (event.event === "job.completed") event.result.concepts satisfies string[];
    if (event.event === "job.failed") event.error.message satisfies string;
    // @ts-expect-error: there is no such event
    if (event.event === "job.paused") return;
  }
}

export function useJob(): number | undefined {
  const job = useBackgroundJob<{ score: number }>({
    onComplete: (result) => result.score satisfies number,
    onError: (error) => error satisfies string,
  });
  return job.result?.score;
}

export async function byJobType(job: Job): Promise<void> {
  const state = await followJob<"ideation">(connection, job.id);
  state.result?.concepts[0]?.title satisfies string | undefined;
  state.items[0]?.archetypeName satisfies string | undefined;
  // @ts-expect-error: no result of ideation has this
  state.result?.conceps satisfies unknown;
  for await (const event of watchJob<"polish">(connection, job.id)) {
    if (event.event === "job.requested") event.input.extractedContent.title satisfies string;
    if (event.event === "job.progress") event.item?.blocks satisfies unknown[] | undefined;
    if (event.event === "job.completed") event.result.polishedContent.heroSummary satisfies string;
    // @ts-expect-error: a page has no concepts
    if (event.event === "job.completed") event.result.concepts satisfies unknown;
  }
  // One look at `jobType` is enough for the rest of the job.
  if (job.jobType === "posts") job.result?.variations[0]?.post satisfies string | undefined;
  if (job.jobType === "emails") job.items[0]?.subject satisfies string | undefined;
}

export function usePosts(): JobItem<"posts">[] {
  const job = useBackgroundJob<"posts">({ onComplete: (result) => result.dmTemplate satisfies string });
  job.result satisfies JobResult<"posts"> | null;
  return job.items;
}
