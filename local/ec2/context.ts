import type { ClientTokens } from "./client-tokens.ts";
import type { Emulator } from "./emulator.ts";
import type { PoolRefusal } from "./faults.ts";
import type { Machines } from "./machines.ts";
import type { Market } from "./market.ts";
import type { QueryValue } from "./query-protocol.ts";
import type { XmlValue } from "./xml.ts";

export type AnswerFields = Readonly<Record<string, XmlValue>>;

/** What the actions work on. */
export interface Ec2Context {
  readonly machines: Machines;
  readonly market: Market;
  readonly emulator: Emulator;
  readonly region: string;
  readonly fleets: ClientTokens<AnswerFields>;
  readonly nowMs: () => number;
}

/** @param poolError a planned fault: CreateFleet reports this code for each of its pools, which launch nothing. */
export type Action = (
  parameters: Readonly<Record<string, QueryValue>>,
  context: Ec2Context,
  poolError: PoolRefusal | null,
) => AnswerFields | Promise<AnswerFields>;
