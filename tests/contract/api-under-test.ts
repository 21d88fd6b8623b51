/** An API that the table is tried on, and how a request is made of it. */
import type { RouteKey } from "../../shared/contract/api/routes.ts";

export interface ApiUnderTest {
  readonly url: string;
  readonly keys: { readonly read: string; readonly submit: string; readonly operate: string };
  /** How many requests it is asked at once. */
  readonly atOnce: number;
  /** Where a webhook may be sent. */
  readonly receiverUrl: string;
  /** Resolves when the batch has its clips. */
  readonly makeClips: (batchId: string) => Promise<void>;
  /** Resolves when what was to be sent to webhooks has been tried. */
  readonly deliver: (webhookId: string) => Promise<void>;
  stop(): Promise<void>;
}
export interface Asked {
  readonly key?: string | null;
  readonly query?: string;
  readonly id?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (
  route: RouteKey,
  asked?: Asked,
) => Promise<{ readonly status: number; readonly json: unknown }>;
