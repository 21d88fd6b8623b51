import { deliverMessages } from "../../../functions/queues/deliver-messages.ts";
import type { SQSEvent } from "aws-lambda";
import type { WebhookEventType } from "../../../shared/contract/api/event-types.ts";
import type { WebhookEvent } from "../../../shared/contract/api/webhook-events.ts";
import type { DeliveryView } from "../../../shared/contract/api/webhooks.ts";
import type { WebhookId } from "../../../shared/contract/ids.ts";
import { batchIdOf } from "../../../shared/contract/ids.ts";
import type { ReceivedMessage } from "../../../shared/ports.ts";
import { listDeliveries } from "../../../shared/webhooks/deliveries.ts";
import { createEndpoint } from "../../../shared/webhooks/endpoints.ts";
import type { PostOutcome, WebhookPost } from "../../../shared/webhooks/webhook-ports.ts";
import { PlannedFaults, type Faults } from "../../../simulation/memory/faults.ts";
import { world as batchWorld } from "../batch/world.ts";

export const answered = (status: number, retryAfterMs: number | null = null): PostOutcome => ({
  kind: "answered",
  status,
  body: "",
  retryAfterMs,
});
export const timedOut: PostOutcome = { kind: "timed_out", detail: "no whole answer within 15 s" };

interface Post extends WebhookPost {
  readonly atMs: number;
}

/** Webhooks in memory: how each address answers, and what it was sent. */
export function webhookWorld(faults: Faults = new PlannedFaults()) {
  const at = batchWorld(faults);
  const posts: Post[] = [];
  const receivers = new Map<string, { readonly answer: PostOutcome; readonly tookMs: number }>();
  const sender = {
    async post(post: WebhookPost): Promise<PostOutcome> {
      posts.push({ ...post, atMs: at.clock.nowMs() });
      const { answer, tookMs } = receivers.get(post.url) ?? { answer: answered(204), tookMs: 20 };
      await at.clock.sleep(tookMs);
      return answer;
    },
  };
  const ports = { ...at, sender };
  const handle = deliverMessages(ports);
  return {
    ...ports,
    posts,
    /** From now on the address answers like this. */
    answers: (url: string, answer: PostOutcome, tookMs = 20) => receivers.set(url, { answer, tookMs }),
    endpoint: async (url: string, events: WebhookEventType[] = ["batch.ended"], owner = "ada") => {
      const made = await createEndpoint({ url, events }, owner, at);
      if (made === null) throw new Error("expected an endpoint");
      return made;
    },
    /** One invocation with what is visible now, as Lambda makes it. @returns how many messages it had */
    async invoke(most = 50): Promise<number> {
      const messages: ReceivedMessage[] = [];
      for (let more = true; more && messages.length < most;) {
        const some = await at.webhooks.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 180 });
        messages.push(...some);
        more = some.length > 0;
      }
      const { batchItemFailures } = await at.clock.runUntil(handle(sqsEvent(messages)));
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await at.webhooks.delete(
        messages.filter(({ id }) => !again.has(id)).map(({ receiptHandle }) => receiptHandle),
      );
      return messages.length;
    },
    /** Invocations until nothing is queued any more, or until so much time has gone by. */
    async run(forMs: number): Promise<void> {
      const untilMs = at.clock.nowMs() + forMs;
      while (at.webhooks.contents().length > 0 && at.clock.nowMs() < untilMs)
        if ((await this.invoke()) === 0) await at.clock.advance(1000);
    },
    /** The log of an endpoint, the oldest first. */
    async attempts(id: WebhookId, owner = "ada"): Promise<readonly DeliveryView[]> {
      return (await listDeliveries(at, owner, id, { limit: 1000 })).deliveries.toReversed();
    },
  };
}
export type WebhookWorld = ReturnType<typeof webhookWorld>;

const sqsEvent = (messages: readonly ReceivedMessage[]): SQSEvent =>
  ({ Records: messages.map(({ id, body }) => ({ messageId: id, body })) }) as SQSEvent;

export const batchId = batchIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ");

export const ended = (n = 0): WebhookEvent => ({
  id: `${batchId}:ended${n === 0 ? "" : `-${n}`}`,
  body: {
    type: "batch.ended",
    timestamp: "2026-01-01T12:00:00.000Z",
    data: {
      batch_id: batchId,
      outcome: "succeeded",
      counts: { total: 1, succeeded: 1, failed: 0, canceled: 0, expired: 0 },
      audio_seconds: 10,
    },
  },
});
