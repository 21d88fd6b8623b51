/** Hands a file or an address to a program that the machine has. */
import { spawn } from "node:child_process";

/** A program and what stands before what it is handed. */
export type Program = readonly [program: string, ...args: string[]];

/** @returns what came of the first of the programs that is there; `absent`: none is */
export async function runFirst(
  programs: readonly Program[],
  handed: string,
  signal: AbortSignal,
): Promise<"done" | "failed" | "absent"> {
  for (const [program, ...args] of programs) {
    const ended = await run(program, [...args, handed], signal);
    if (ended !== "absent") return ended;
  }
  return "absent";
}

const run = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<"done" | "failed" | "absent"> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", signal });
    child.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ENOENT" ? "absent" : "failed");
    });
    child.once("exit", (code) => {
      resolve(code === 0 ? "done" : "failed");
    });
  });
