/** Progress for a terminal (redrawn in place) or for a log (a line when something changed). */
import { createLogUpdate } from "log-update";

export interface Display {
  /** Something that happened once. */
  say(text: string): void;
  /** How things stand now. @param summary the same in one line */
  show(lines: readonly string[], summary: string): void;
  /** Leave the last state standing. */
  settle(): void;
}

export const displayFor = (output: NodeJS.WriteStream): Display =>
  output.isTTY ? terminalDisplay(output) : logDisplay(output);

function terminalDisplay(output: NodeJS.WriteStream): Display {
  const live = createLogUpdate(output);
  return {
    say(text) {
      live.clear();
      output.write(`${text}\n`);
    },
    show(lines) {
      live(lines.join("\n"));
    },
    settle() {
      live.done();
    },
  };
}

function logDisplay(output: NodeJS.WriteStream): Display {
  let last = "";
  return {
    say(text) {
      output.write(`${text}\n`);
    },
    show(_lines, summary) {
      if (summary === last) return;
      last = summary;
      output.write(`${summary}\n`);
    },
    settle() {
      // Every line already stands.
    },
  };
}
