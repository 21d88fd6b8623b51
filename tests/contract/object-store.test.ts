import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { s3Client } from "../../shared/aws/clients.ts";
import { S3Store } from "../../shared/aws/s3/store.ts";
import { MemoryStore } from "../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import { StoreError } from "../../shared/ports.ts";
import { StoreClock } from "../../shared/system/store-clock.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";
import { describeObjectStore } from "./object-store.ts";

useEmulatedAws();

async function emulatedStore(): Promise<S3Store> {
  const client = s3Client(region);
  const bucket = `contract-${systemRandom.ulid(systemClock.nowMs()).toLowerCase()}`;
  await client.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: region },
    }),
  );
  return new S3Store({ client, bucket, clock: new StoreClock(systemClock), random: systemRandom });
}

describeObjectStore("memory", () => Promise.resolve(new MemoryStore({ clock: new VirtualClock() })));
describeObjectStore("S3 on MiniStack", emulatedStore);

test("a signed URL gives the object to whoever has it, under the name that it was signed for", async () => {
  const store = await emulatedStore();
  await store.put("audio/a b.wav", "sound");
  const url = await store.signedUrl("audio/a b.wav", { expiresSeconds: 60, fileName: "01 größe.wav" });
  const answer = await fetch(url);
  expect(await answer.text()).toBe("sound");
  expect(answer.headers.get("content-disposition")).toBe(
    `attachment; filename="01 gr__e.wav"; filename*=UTF-8''01%20gr%C3%B6%C3%9Fe.wav`,
  );
  const forged = await fetch(url.replace("a%20b.wav", "other.wav"));
  expect(forged.status).toBe(403);
});

test("a bucket that is not there is an error, never an absent object", async () => {
  const store = new S3Store({
    client: s3Client(region),
    bucket: "contract-no-such-bucket",
    clock: new StoreClock(systemClock),
    random: systemRandom,
  });
  await expect(store.get("key")).rejects.toThrow(StoreError);
  await expect(store.create("key", "text")).rejects.toThrow(StoreError);
  await expect(store.replace("key", "text", '"tag"' as never)).rejects.toThrow(StoreError);
});
