// A wizard's step and its polling as older front ends have them, unchanged: no `Accept`, and `application/json` is
// looked for before an answer is read. node older.ts URL TOKEN, with the body of an ideation on standard input.
import { text } from "node:stream/consumers";

const [baseUrl = "", token = ""] = process.argv.slice(2);
const Authorization = `Bearer ${token}`;

async function generate(body: string): Promise<string> {
  const response = await fetch(`${baseUrl}/api/lead-magnet/ideate`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization },
    body,
  });
  if (!response.ok) throw new Error(await messageOf(response));
  return (await response.json()).jobId;
}

async function messageOf(response: Response): Promise<string> {
  const contentType = response.headers.get("content-type") ?? "";
  if (!contentType.includes("application/json")) return response.text();
  const data = await response.json();
  return data.error || "Failed to generate";
}

function poll(jobId: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(async () => {
      const response = await fetch(`${baseUrl}/api/jobs/${jobId}`, { headers: { Authorization } });
      if (!response.ok) return;
      const data = await response.json();
      if (data.status === "completed" && data.result)
        settle(() => resolve(`${data.result.concepts.length} concepts`));
      if (data.status === "failed") settle(() => reject(new Error(data.error)));
    }, 100);
    function settle(how: () => void) {
      clearInterval(timer);
      how();
    }
  });
}

try {
  console.log(await poll(await generate(await text(process.stdin))));
} catch (error) {
  console.log((error as Error).message);
}
