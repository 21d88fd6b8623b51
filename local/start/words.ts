/** Which words of the prompts the model takes: one of few words, as the demo model is, ignores the others. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";

const wordsSchema = z.object({ taken: z.array(z.string()), ignored: z.array(z.string()) });
type Words = z.infer<typeof wordsSchema>;

/** Enough to learn what the model knows, and read in a moment. */
const mostPrompts = 100;
const mostWords = 24;

/**
 * @param model the folder of its checkpoint
 * @returns null when the model's words cannot be told: it is no reason to make no clips.
 */
export async function wordsOf(
  prompts: readonly string[],
  model: string,
  root: string,
  signal: AbortSignal,
): Promise<Words | null> {
  const asked = prompts.slice(0, mostPrompts);
  const child = spawn(join(root, ".venv", "bin", "python"), ["-m", "mgb_engine", "words", "--model", model], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
    signal,
    env: environmentOf(root),
  });
  const failed = new Promise<never>((_resolve, reject) => child.once("error", reject));
  // A child that ends early closes what it reads from; its answer tells.
  child.stdin.on("error", () => undefined);
  child.stdin.end(asked.map((prompt) => `${JSON.stringify(prompt)}\n`).join(""));
  try {
    const answer = await Promise.race([text(child.stdout), failed]);
    const lines = answer.split("\n").filter((line) => line !== "");
    return lines.length === asked.length
      ? merged(lines.map((line) => wordsSchema.parse(JSON.parse(line))))
      : null;
  } catch {
    return null;
  }
}

const environmentOf = (root: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: join(root, "worker", "engine"),
});

/** A word that is taken in one prompt and ignored in another is one that the model knows. */
function merged(words: readonly Words[]): Words {
  const taken = new Set(words.flatMap((of) => of.taken));
  const ignored = new Set(words.flatMap((of) => of.ignored).filter((word) => !taken.has(word)));
  return { taken: [...taken], ignored: [...ignored] };
}

/** @returns nothing to say of a model that takes every word */
export function wordLines({ taken, ignored }: Words, model: string): string[] {
  if (ignored.length === 0) return [];
  return [
    `${model} knows few words. Of your prompts it takes: ${listed(taken)}.`,
    `It ignores: ${listed(ignored)}.`,
  ];
}

function listed(words: readonly string[]): string {
  if (words.length === 0) return "none";
  const more = words.length - mostWords;
  return more > 0 ? `${words.slice(0, mostWords).join(", ")} and ${more} more` : words.join(", ");
}
