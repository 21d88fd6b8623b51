/** Progress for a terminal (redrawn in place) or for a log (a line when something changed). */
import { createLogUpdate } from "log-update";

export interface Display {
  /** Something that happened once. */
  say(text: string): void;
  /** How things stand now. @param summary the same in one line */
  show(lines: readonly string[], summary: string): void;
  /** Leave the last state standing. */
  finish(): void;
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
      live(lines.map((line) => clipped(line, output.columns)).join("\n"));
    },
    finish() {
      live.done();
    },
  };
}

const mostRows = 2;

/** A line of two rows at most: a view that grows and shrinks is hard to read. @param columns 0 where a terminal does not tell */
export function clipped(line: string, columns: number): string {
  const most = mostRows * (columns || 80) - 1;
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
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
    finish() {
      // Every line already stands.
    },
  };
}
