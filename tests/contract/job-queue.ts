import { beforeEach, describe, expect, test } from "vitest";
import type { JobQueue, ReceivedMessage } from "../../shared/ports.ts";
import { QueueError } from "../../shared/ports.ts";

/** A queue that is empty, and how time goes by for it. */
export interface QueueUnderTest {
  readonly queue: JobQueue;
  readonly pass: (seconds: number) => Promise<void>;
  /** Wait for a call that takes its time, such as a long poll. */
  readonly finish: <T>(call: Promise<T>) => Promise<T>;
}

/** What is waited for. It may be over when a request comes. */
const shortSeconds = 5;
/** What must not be over when the next request comes, and is waited for then: a busy machine takes seconds for each. */
const longerSeconds = 15;

/**
 * What every job queue does. Waits are short, for on a real queue they are real.
 * @param gaps what an emulator does differently from SQS, with the reason why that test is left out.
 */
export function describeJobQueue(
  name: string,
  make: () => Promise<QueueUnderTest>,
  gaps: { readonly leaseThatRanOut?: string } = {},
): void {
  describe(`job queue: ${name}`, () => {
    let queue: JobQueue;
    let pass: QueueUnderTest["pass"];
    let finish: QueueUnderTest["finish"];
    beforeEach(async () => {
      ({ queue, pass, finish } = await make());
    });
    const take = (max: number, visibilitySeconds = 300): Promise<readonly ReceivedMessage[]> =>
      finish(queue.receive({ max, waitSeconds: 0, visibilitySeconds }));
    const takeOne = async (visibilitySeconds?: number): Promise<ReceivedMessage> => {
      const [message] = await take(1, visibilitySeconds);
      if (message === undefined) throw new Error("expected a message, got none");
      return message;
    };

    test("an empty queue hands out nothing", async () => {
      expect(await take(10)).toEqual([]);
      expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
    });

    test("sending no message is no error", async () => {
      await queue.send([]);
      expect(await queue.extend([], 30)).toEqual([]);
      await queue.delete([]);
    });

    test("all of 25 messages come out, each once, ten at most at a time", async () => {
      const sent = Array.from({ length: 25 }, (_, index) => `message ${index}`);
      await queue.send(sent.map((body) => ({ body, groupId: "batch" })));
      expect(await queue.depth()).toEqual({ visible: 25, inFlight: 0 });
      const received: ReceivedMessage[] = [];
      for (let poll = 0; poll < 25 && received.length < 25; poll += 1) {
        const some = await take(25);
        expect(some.length).toBeLessThanOrEqual(10);
        received.push(...some);
      }
      expect(received.map((message) => message.body).sort()).toEqual(sent.toSorted());
      expect(received.every((message) => message.receiveCount === 1)).toBe(true);
      expect(await queue.depth()).toEqual({ visible: 0, inFlight: 25 });
    });

    test("of two groups, the one with fewer messages in flight comes first, whichever was sent first", async () => {
      const group = (groupId: string, count: number) =>
        Array.from({ length: count }, () => ({ body: groupId, groupId }));
      await queue.send([...group("large", 40), ...group("late", 15)]);
      const received = [...(await take(10)), ...(await take(10)), ...(await take(10))];
      const late = received.filter(({ body }) => body === "late").length;
      expect([late >= 13, late <= 15]).toEqual([true, true]);
    });

    test("a message of a group that has none in flight comes before what waits of a busy group", async () => {
      const large = Array.from({ length: 40 }, () => ({ body: "large", groupId: "large" }));
      await queue.send(large);
      await take(10);
      await queue.send([{ body: "small", groupId: "small" }]);
      expect((await take(1)).map(({ body }) => body)).toEqual(["small"]);
    });

    test("messages that are too large for one request together are all sent", async () => {
      const large = Array.from({ length: 6 }, (_, index) => String(index).repeat(250_000));
      await queue.send(large.map((body) => ({ body })));
      expect(await queue.depth()).toEqual({ visible: 6, inFlight: 0 });
    });

    test("text comes out as it went in", async () => {
      await queue.send([{ body: '{"prompt":"naïve 🎵 <&>\\n"}' }]);
      expect((await takeOne()).body).toBe('{"prompt":"naïve 🎵 <&>\\n"}');
    });

    test.each<[name: string, bad: string, code: string]>([
      ["U+FFFF, which is no character of XML", "lofi \uffff", "InvalidMessageContents"],
      ["U+FFFE", "\ufffe", "InvalidMessageContents"],
      ["a NUL", "lo\u0000fi", "InvalidMessageContents"],
      ["more than 1 MiB", "x".repeat(1024 * 1024 + 1), "TooLong"],
      ["more than 1 MiB in bytes, though not in characters", "é".repeat(600_000), "TooLong"],
    ])("a message of %s is refused, and the nine that go with it are sent once", async (_name, bad, code) => {
      const bodies = Array.from({ length: 10 }, (_, index) => (index === 3 ? bad : `good ${index}`));
      const refused = await queue.send(bodies.map((body) => ({ body })));
      expect(refused.map(({ place }) => place)).toEqual([3]);
      // Alone in its request a long message is one request that is too long; in company it is one parameter.
      const known =
        code === "TooLong" ? /^(InvalidParameterValue|.*BatchRequestTooLong)$/ : /^InvalidMessageContents$/;
      expect(refused[0]?.code).toMatch(known);
      const taken = await take(10);
      expect(taken.map(({ body }) => body).sort()).toEqual(bodies.filter((body) => body !== bad));
    });

    test("a message of the largest size, and of the last characters that are allowed, is taken", async () => {
      const body = `\t\r\n\ufffd\u{10ffff}${"x".repeat(1024 * 1024 - 10)}`;
      expect(await queue.send([{ body }])).toEqual([]);
      expect((await takeOne()).body).toBe(body);
    });

    test("a message that was received is hidden until its time is over, and is then counted up", async () => {
      await queue.send([{ body: "job" }]);
      const first = await takeOne(longerSeconds);
      expect(await take(10)).toEqual([]);
      await pass(longerSeconds + 0.2);
      const second = await takeOne();
      expect([second.id, second.receiveCount]).toEqual([first.id, 2]);
      expect(second.receiptHandle).not.toBe(first.receiptHandle);
    });

    test("a message that is sent with a delay comes when it is over, and not before", async () => {
      await queue.send([{ body: "later", groupId: "batch", delaySeconds: longerSeconds }, { body: "now" }]);
      expect((await take(10)).map(({ body }) => body)).toEqual(["now"]);
      await pass(longerSeconds + 0.2);
      expect((await take(10)).map(({ body }) => body)).toEqual(["later"]);
    });

    test("a lease that was extended outlasts its first time", async () => {
      await queue.send([{ body: "job" }]);
      const message = await takeOne(longerSeconds);
      expect(await queue.extend([message.receiptHandle], 300)).toEqual([]);
      await pass(longerSeconds + 0.2);
      expect(await take(10)).toEqual([]);
    });

    test("a message that is given back can be received at once", async () => {
      await queue.send([{ body: "job" }]);
      const first = await takeOne();
      expect(await queue.extend([first.receiptHandle], 0)).toEqual([]);
      expect((await takeOne()).id).toBe(first.id);
    });

    test("a lease on a deleted message is lost, the others of the same call are not", async () => {
      await queue.send([{ body: "gone" }, { body: "kept" }]);
      const both = [await takeOne(), await takeOne()];
      const gone = both.find((message) => message.body === "gone")?.receiptHandle;
      const kept = both.find((message) => message.body === "kept")?.receiptHandle;
      if (gone === undefined || kept === undefined) throw new Error("expected both messages");
      await queue.delete([gone]);
      expect(await queue.extend([gone, kept], 30)).toEqual([gone]);
    });

    test("a lease that someone else has taken over is lost, and theirs is not", async () => {
      await queue.send([{ body: "job" }]);
      const mine = await takeOne(shortSeconds);
      await pass(shortSeconds + 0.2);
      const theirs = await takeOne();
      expect(await queue.extend([mine.receiptHandle], 30)).toEqual([mine.receiptHandle]);
      expect(await queue.extend([theirs.receiptHandle], 30)).toEqual([]);
    });

    test("a lease that ran out is lost even when nobody has taken the message", async ({ skip }) => {
      skip(gaps.leaseThatRanOut !== undefined, gaps.leaseThatRanOut);
      await queue.send([{ body: "job" }]);
      const mine = await takeOne(shortSeconds);
      await pass(shortSeconds + 0.2);
      expect(await queue.extend([mine.receiptHandle], 30)).toEqual([mine.receiptHandle]);
    });

    test("what was deleted never comes again", async () => {
      await queue.send([{ body: "job" }]);
      const message = await takeOne(shortSeconds);
      await queue.delete([message.receiptHandle]);
      await pass(shortSeconds + 0.2);
      expect(await take(10)).toEqual([]);
      expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
    });

    test("deleting what is deleted already is no error", async () => {
      await queue.send([{ body: "job" }]);
      const message = await takeOne();
      await queue.delete([message.receiptHandle]);
      await queue.delete([message.receiptHandle]);
    });

    test("a poll that waits gets a message that comes meanwhile", async () => {
      const poll = queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30 });
      await queue.send([{ body: "late" }]);
      expect((await finish(poll)).map((message) => message.body)).toEqual(["late"]);
    });

    test("a poll that is aborted returns nothing, and does not take a message that is sent later", async () => {
      const stop = new AbortController();
      const poll = queue.receive({
        max: 1,
        waitSeconds: 20,
        visibilitySeconds: 30,
        signal: stop.signal,
      });
      stop.abort(new Error("leaving"));
      expect(await finish(poll)).toEqual([]);
      await queue.send([{ body: "job" }]);
      expect((await takeOne()).body).toBe("job");
    });

    test("a request for no message at all is refused", async () => {
      await expect(queue.receive({ max: 0, waitSeconds: 0, visibilitySeconds: 30 })).rejects.toThrow(
        QueueError,
      );
    });
  });
}
