/** The sound of a clip, by a program that the machine has. */
import { spawn } from "node:child_process";

/** A program and what stands before the file's path. In the order in which they are tried. */
export const players: readonly (readonly [program: string, ...args: string[]])[] = [
  ["ffplay", "-nodisp", "-autoexit", "-loglevel", "error"],
  ["mpv", "--no-video", "--really-quiet"],
  ["afplay"],
  ["paplay"],
  ["aplay", "-q"],
];

export type Played = "played" | "failed" | "no_player";

/** With the first of the programs that is there. */
export async function playFile(path: string, signal: AbortSignal): Promise<Played> {
  for (const [program, ...args] of players) {
    const ended = await run(program, [...args, path], signal);
    if (ended !== "absent") return ended;
  }
  return "no_player";
}

const run = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<"played" | "failed" | "absent"> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", signal });
    child.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ENOENT" ? "absent" : "failed");
    });
    child.once("exit", (code) => {
      resolve(code === 0 ? "played" : "failed");
    });
  });
