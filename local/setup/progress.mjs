// How far the set-up is, and how long it has to go: a line redrawn in a terminal, a line now and then in a log.

const barCells = 20;
const redrawMs = 500;
const logEveryMs = 20_000;

/**
 * The more is done, the more this machine's own pace counts, and the less the usual one.
 * @param {number} share of the whole work that is done, 0 to 1 @param {number} elapsedSeconds @param {number} usualSeconds
 * @returns {string} such as `about 40 s to go`
 */
export function toGo(share, elapsedSeconds, usualSeconds) {
  const left = (1 - share) * (elapsedSeconds + (1 - share) * usualSeconds);
  const seconds = Math.max(5, Math.ceil(left / 5) * 5);
  return seconds < 90 ? `about ${seconds} s to go` : `about ${Math.round(seconds / 60)} min to go`;
}

/** @param {string} name @param {number} share @param {number} elapsedSeconds @param {number} usualSeconds */
export function progressLine(name, share, elapsedSeconds, usualSeconds) {
  const filled = Math.floor(share * barCells);
  const bar = "█".repeat(filled) + "░".repeat(barCells - filled);
  return `  ${bar} ${Math.floor(share * 100)} %, ${toGo(share, elapsedSeconds, usualSeconds)}: ${name}`;
}

/**
 * @param {NodeJS.WriteStream} output
 * @param {() => string} line how things stand now
 * @returns {() => void} ends it; the line goes
 */
export function showProgress(output, line) {
  if (!output.isTTY) {
    const timer = setInterval(() => void output.write(`${line()}\n`), logEveryMs);
    return () => {
      clearInterval(timer);
    };
  }
  const clear = "\r\x1b[K";
  const draw = () => void output.write(`${clear}${line().slice(0, (output.columns || 80) - 1)}`);
  draw();
  const timer = setInterval(draw, redrawMs);
  return () => {
    clearInterval(timer);
    output.write(clear);
  };
}
