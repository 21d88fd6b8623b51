/** The sound of a clip, by a program that the machine has. */
import { type Program, runFirst } from "../first-program.ts";

/** A program and what stands before the file's path. In the order in which they are tried. */
export const players: readonly Program[] = [
  ["ffplay", "-nodisp", "-autoexit", "-loglevel", "error"],
  ["mpv", "--no-video", "--really-quiet"],
  ["afplay"],
  ["paplay"],
  ["aplay", "-q"],
];

export type Played = "played" | "failed" | "no_player";

/** With the first of the programs that is there. */
export async function playFile(path: string, signal: AbortSignal): Promise<Played> {
  const ended = await runFirst(players, path, signal);
  switch (ended) {
    case "done":
      return "played";
    case "failed":
      return "failed";
    case "absent":
      return "no_player";
  }
}
