/** What the actions work on. */
import type { ClientTokens } from "./api/client-tokens.ts";
import type { Emulator } from "./emulator.ts";
import type { PoolRefusal } from "./market/faults.ts";
import type { Machines } from "./machines/machines.ts";
import type { Market } from "./market/market.ts";
import type { QueryValue } from "./api/query-protocol.ts";
import type { XmlValue } from "./api/xml.ts";

export type AnswerFields = Readonly<Record<string, XmlValue>>;

/** The state that all actions share. */
export interface Ec2Context {
  readonly machines: Machines;
  readonly market: Market;
  readonly emulator: Emulator;
  readonly region: string;
  readonly fleets: ClientTokens<AnswerFields>;
  readonly nowMs: () => number;
}

/** @param poolRefusal takes the next planned fault of the call's pools; to be called when the pools are asked */
export type Action = (
  parameters: Readonly<Record<string, QueryValue>>,
  context: Ec2Context,
  poolRefusal: () => PoolRefusal | null,
) => AnswerFields | Promise<AnswerFields>;
