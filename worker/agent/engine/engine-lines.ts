/** The engine's stdout, cut into lines and parsed. */
import type { EngineEvent } from "../../../shared/contract/engine-protocol.ts";
import { engineEventSchema } from "../../../shared/contract/engine-protocol.ts";
import { jsonOf } from "../../../shared/contract/json.ts";

/** Far longer than any event: an engine that never ends its line must not fill our memory. */
const longestLine = 1024 * 1024;

export interface Heard {
  readonly events: readonly EngineEvent[];
  /** Set if something outside the protocol came after those events. */
  readonly fault: string | null;
}

export class EngineLines {
  #rest = "";

  push(text: string): Heard {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    const events: EngineEvent[] = [];
    for (const line of lines.filter((candidate) => candidate.trim() !== "")) {
      const event = parseEvent(line);
      if (event === null)
        return { events, fault: `expected an event of the engine, got ${line.slice(0, 200)}` };
      events.push(event);
    }
    const endless = this.#rest.length > longestLine;
    return { events, fault: endless ? `expected lines of at most ${longestLine} characters` : null };
  }
}

const parseEvent = (line: string): EngineEvent | null =>
  engineEventSchema.safeParse(jsonOf(line)).data ?? null;
