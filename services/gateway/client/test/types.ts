// What the types promise to who writes against them; never run, held by `tsc`.
import { type Connection, submitJob, watchJob } from "../src/index.ts";
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
