/** What webhooks need of the world besides records. */
import type { JobQueue, Log } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";

/** Telling what happened: to whoever has an endpoint for it. */
export interface TellPorts extends Pick<RecordPorts, "store" | "clock"> {
  /** The queue of deliveries. */
  readonly webhooks: Pick<JobQueue, "send">;
  readonly log: Log;
}

/** Finds the addresses of a host's name. It rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type PostOutcome =
  /**
   * @property body its beginning, as text
   * @property retryAfterMs how long it asks to be left alone; null: it does not
   */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: string;
      readonly retryAfterMs: number | null;
    }
  /** No whole answer came in time. */
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string };

/** Sends one POST: no redirects, a limit in time and bytes, and to addresses that the stage allows only. */
export interface WebhookSender {
  post(post: WebhookPost): Promise<PostOutcome>;
}
