/** The queue port on SQS. */
import type { SQSClient } from "@aws-sdk/client-sqs";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import type {
  Clock,
  JobQueue,
  OutgoingMessage,
  QueueDepth,
  Random,
  ReceiptHandle,
  ReceivedMessage,
  ReceiveOptions,
  RefusedMessage,
} from "../../ports.ts";
import { QueueError } from "../../ports.ts";
import { codeOf, inWords, isRefusal, messageOf } from "../sdk-errors.ts";
import type { FailedEntries } from "./batches.ts";
import { inBatches, sendBatches } from "./batches.ts";
import { isForContent, isRefusedForContent } from "./refusals.ts";

const maxReceived = 10;
/** A long poll may take this much longer than its wait time. */
const pollGraceMs = 5_000;

/**
 * The lease is lost: the message is deleted, visible again, or received by another worker. SQS has a code for each
 * case, and two for some.
 */
const lostCodes: ReadonlySet<string> = new Set([
  "MessageNotInflight",
  "AWS.SimpleQueueService.MessageNotInflight",
  "ReceiptHandleIsInvalid",
  "InvalidParameterValue",
]);

/** An SQS standard queue. */
export class SqsQueue implements JobQueue {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #ports: { readonly clock: Clock; readonly random: Random };

  constructor(options: {
    readonly client: SQSClient;
    readonly url: string;
    readonly clock: Clock;
    readonly random: Random;
  }) {
    this.#client = options.client;
    this.#url = options.url;
    this.#ports = options;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly RefusedMessage[]> {
    const refused: RefusedMessage[] = [];
    const batches = inBatches([...messages.entries()], ([, { body }]) => Buffer.byteLength(body));
    await sendBatches(this.#ports, batches, async (batch) => {
      const own = batch.map(([, message]) => message);
      const failures = await this.#ask("send to", () => this.#sendSome(own));
      for (const { Id, Code = "no code", Message: detail = "" } of failures.filter(isForContent))
        for (const [place] of batch.slice(Number(Id), Number(Id) + 1))
          refused.push({ place, code: Code, detail });
      return failures.filter((failure) => !isForContent(failure));
    });
    return refused;
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(options.max, maxReceived),
      WaitTimeSeconds: Math.ceil(options.waitSeconds),
      VisibilityTimeout: Math.ceil(options.visibilitySeconds),
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    const limits = {
      requestTimeout: options.waitSeconds * 1000 + pollGraceMs,
      ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
    };
    try {
      const answer = await this.#client.send(command, limits);
      return (answer.Messages ?? []).map((message) => ({
        id: message.MessageId ?? "",
        body: message.Body ?? "",
        receiptHandle: (message.ReceiptHandle ?? "") as ReceiptHandle,
        receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
      }));
    } catch (cause) {
      if (options.signal?.aborted === true) return [];
      throw this.#error("receive from", cause);
    }
  }

  async extend(handles: readonly ReceiptHandle[], seconds: number): Promise<readonly ReceiptHandle[]> {
    const lost: ReceiptHandle[] = [];
    const batches = inBatches(handles, () => 0);
    await sendBatches(this.#ports, batches, async (batch) => {
      const failures = await this.#ask("extend leases of", () => this.#extendSome(batch, seconds));
      const gone = failures.filter(isLost);
      lost.push(...batch.filter((_handle, place) => gone.some(({ Id }) => Id === String(place))));
      return failures.filter((failure) => !isLost(failure));
    });
    return lost;
  }

  async delete(handles: readonly ReceiptHandle[]): Promise<void> {
    const batches = inBatches(handles, () => 0);
    await sendBatches(this.#ports, batches, async (batch) => {
      const failures = await this.#ask("delete from", () => this.#deleteSome(batch));
      // A message that is gone is already deleted. One that another worker has received is for that worker to delete.
      return failures.filter((failure) => !isLost(failure));
    });
  }

  depth(): Promise<QueueDepth> {
    return this.#ask("count", async () => {
      const answer = await this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#url,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return {
        visible: Number(answer.Attributes?.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(answer.Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
      };
    });
  }

  async #sendSome(batch: readonly OutgoingMessage[]): Promise<FailedEntries> {
    const entries = batch.map(({ body, groupId, delaySeconds }, place) => ({
      Id: String(place),
      MessageBody: body,
      MessageGroupId: groupId,
      DelaySeconds: delaySeconds,
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: entries });
    try {
      return (await this.#client.send(command)).Failed ?? [];
    } catch (error) {
      if (!isRefusedForContent(error)) throw error;
      if (batch.length > 1) return this.#sendEach(batch);
      return [{ Id: "0", SenderFault: true, Code: codeOf(error), Message: messageOf(error) }];
    }
  }

  /** SQS took none of the batch, and its answer does not say which message is at fault. */
  async #sendEach(batch: readonly OutgoingMessage[]): Promise<FailedEntries> {
    const failures: FailedEntries[number][] = [];
    for (const [place, message] of batch.entries())
      for (const failure of await this.#sendSome([message])) failures.push({ ...failure, Id: String(place) });
    return failures;
  }

  async #extendSome(batch: readonly ReceiptHandle[], seconds: number): Promise<FailedEntries> {
    const entries = batch.map((handle, place) => ({
      Id: String(place),
      ReceiptHandle: handle,
      VisibilityTimeout: Math.ceil(seconds),
    }));
    const answer = await this.#client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries: entries }),
    );
    return answer.Failed ?? [];
  }

  async #deleteSome(batch: readonly ReceiptHandle[]): Promise<FailedEntries> {
    const entries = batch.map((handle, place) => ({ Id: String(place), ReceiptHandle: handle }));
    const answer = await this.#client.send(
      new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries: entries }),
    );
    return answer.Failed ?? [];
  }

  async #ask<T>(verb: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw this.#error(verb, cause);
    }
  }

  #error(verb: string, cause: unknown): QueueError {
    const message = `could not ${verb} ${this.#url}: ${inWords(cause)}`;
    return new QueueError(message, { cause, isRefusal: isRefusal(cause) });
  }
}

const isLost = (failure: FailedEntries[number]): boolean => lostCodes.has(failure.Code ?? "");
