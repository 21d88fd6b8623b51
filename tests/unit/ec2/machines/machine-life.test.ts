import { existsSync } from "node:fs";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { obedientWorker, runLocalEc2, work, type RunningEc2 } from "../running-ec2.ts";
import { isRunning } from "../running-process.ts";
import { eventually } from "../patience.ts";

const stateOf = async (ec2: RunningEc2, instanceId: string): Promise<string | undefined> =>
  (await ec2.describe(instanceId)).State?.Name;
const statesTold = (ec2: RunningEc2): (string | undefined)[] =>
  ec2.events.map((event) => event.detail["state"] ?? event["detail-type"]);
const consoleSays = async (ec2: RunningEc2, instanceId: string, text: string): Promise<string> => {
  await eventually(() => ec2.console(instanceId)).toContain(text);
  return ec2.console(instanceId);
};
const terminate = (ec2: RunningEc2, instanceId: string): Promise<unknown> =>
  ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));

describe("a machine", () => {
  test("that is terminated tells its worker to stop, and is terminated once it has", async () => {
    const ec2 = await runLocalEc2();
    const instanceId = await ec2.launchOne();
    await consoleSays(ec2, instanceId, "up at");
    await terminate(ec2, instanceId);
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect(await ec2.console(instanceId)).toContain("told to stop");
    expect((await ec2.describe(instanceId)).StateReason?.Code).toBe("Client.UserInitiatedShutdown");
    expect(statesTold(ec2)).toEqual(["pending", "running", "shutting-down", "terminated"]);
  });

  test("whose worker does not stop when told is stopped by force", async () => {
    const ec2 = await runLocalEc2({
      graceSeconds: 0.2,
      worker: `trap '' TERM; echo "up"; ${work}`,
    });
    const instanceId = await ec2.launchOne();
    await consoleSays(ec2, instanceId, "up");
    await terminate(ec2, instanceId);
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
  });

  test("whose worker exits has shut itself down", async () => {
    const ec2 = await runLocalEc2({ worker: "echo done" });
    const instanceId = await ec2.launchOne();
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect((await ec2.describe(instanceId)).StateReason?.Code).toBe("Client.InstanceInitiatedShutdown");
  });

  test("takes with it what its worker left running", async () => {
    const ec2 = await runLocalEc2({ worker: "sleep 300 & echo child $!" });
    const instanceId = await ec2.launchOne();
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    const [, child] = /child (\d+)/.exec(await ec2.console(instanceId)) ?? [];
    await eventually(() => isRunning(Number(child))).toBe(false);
  });

  test("that is killed gets no warning", async () => {
    const ec2 = await runLocalEc2();
    const instanceId = await ec2.launchOne();
    await consoleSays(ec2, instanceId, "up at");
    expect(await ec2.control("POST /kill", { instance_id: instanceId })).toMatchObject({ status: 200 });
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect(await ec2.console(instanceId)).not.toContain("told to stop");
    expect((await ec2.describe(instanceId)).StateReason?.Code).toBe("Server.InternalError");
  });

  test("whose program does not exist ends, with the reason on its console", async () => {
    const ec2 = await runLocalEc2({ worker: "exec /nowhere/worker" });
    const instanceId = await ec2.launchOne();
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect(await ec2.console(instanceId)).toContain("/nowhere/worker");
  });

  test("has a disk that is gone when it is", async () => {
    const ec2 = await runLocalEc2({
      worker: 'echo x >"$TMPDIR/scratch"; echo "disk $TMPDIR"; ' + obedientWorker,
    });
    const instanceId = await ec2.launchOne();
    const [, disk = ""] = /disk (.*)/.exec(await consoleSays(ec2, instanceId, "up at")) ?? [];
    expect(existsSync(`${disk}/scratch`)).toBe(true);
    await terminate(ec2, instanceId);
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect(existsSync(disk)).toBe(false);
  });
});

describe("a spot interruption", () => {
  test("gives notice in an event and in the metadata, and takes the machine when the notice is over", async () => {
    const ec2 = await runLocalEc2({ noticeSeconds: 0.3 });
    const instanceId = await ec2.launchOne();
    await consoleSays(ec2, instanceId, "up at");
    expect(await ec2.control("POST /interrupt", { instance_id: instanceId })).toMatchObject({ status: 200 });
    await eventually(() => stateOf(ec2, instanceId)).toBe("terminated");
    expect((await ec2.describe(instanceId)).StateReason?.Code).toBe("Server.SpotInstanceTermination");
    expect(statesTold(ec2)).toEqual([
      "pending",
      "running",
      "EC2 Spot Instance Interruption Warning",
      "shutting-down",
      "terminated",
    ]);
    const warning = ec2.events.find((event) => event["detail-type"].startsWith("EC2 Spot"));
    expect(warning).toMatchObject({
      source: "aws.ec2",
      region: "eu-central-1",
      resources: [`arn:aws:ec2:eu-central-1a:instance/${instanceId}`],
      detail: { "instance-id": instanceId, "instance-action": "terminate" },
    });
  });

  test("is free in the first hour, and costs when the machine did not wait for it", async () => {
    const ec2 = await runLocalEc2();
    const [waits, leaves] = [await ec2.launchOne(), await ec2.launchOne()];
    await consoleSays(ec2, waits, "up at");
    await consoleSays(ec2, leaves, "up at");
    await ec2.control("POST /interrupt", { instance_id: waits, notice_seconds: 0.05 });
    await ec2.control("POST /interrupt", { instance_id: leaves, notice_seconds: 60 });
    await terminate(ec2, leaves);
    await eventually(() => stateOf(ec2, waits)).toBe("terminated");
    const { body } = await ec2.control("GET /bill");
    expect(body).toMatchObject({
      machines: [
        { instance_id: waits, end_cause: "spot_interruption", billed_seconds: 0, machine_usd: 0 },
        { instance_id: leaves, end_cause: "terminated_by_user", billed_seconds: 60 },
      ],
    });
  });

  test("comes once: a second notice is refused", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const instanceId = await ec2.launchOne();
    await ec2.control("POST /interrupt", { instance_id: instanceId, notice_seconds: 60 });
    expect(await ec2.control("POST /interrupt", { instance_id: instanceId })).toEqual({
      status: 409,
      body: { error: `${instanceId} has had its notice` },
    });
  });
});

test("a rebalance recommendation is an event and leaves the machine alone", async () => {
  const ec2 = await runLocalEc2();
  const instanceId = await ec2.launchOne();
  await consoleSays(ec2, instanceId, "up at");
  await ec2.control("POST /rebalance", { instance_id: instanceId });
  await eventually(() => statesTold(ec2)).toContain("EC2 Instance Rebalance Recommendation");
  expect(await stateOf(ec2, instanceId)).toBe("running");
});

describe("stopping the local EC2", () => {
  test("leaves no process, even if a worker ignores signals and has a long grace period", async () => {
    const ec2 = await runLocalEc2({
      graceSeconds: 600,
      worker: `trap '' TERM; sleep 300 & echo "pids $$ $!."; ${work}`,
    });
    const instanceIds = [await ec2.launchOne(), await ec2.launchOne()];
    const consoles = await Promise.all(instanceIds.map((id) => consoleSays(ec2, id, ".")));
    const pids = consoles.flatMap((text) => (/pids (\d+) (\d+)/.exec(text) ?? []).slice(1).map(Number));
    expect(pids).toHaveLength(4);
    expect(pids.map(isRunning)).toEqual([true, true, true, true]);
    await ec2.stop();
    await eventually(() => pids.filter(isRunning)).toEqual([]);
  });

  test("ends machines that are just starting", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 0 });
    await Promise.all([ec2.launchOne(), ec2.launchOne(), ec2.launchOne()]);
    await ec2.stop();
    expect(statesTold(ec2).filter((state) => state === "running").length).toBeLessThanOrEqual(3);
    expect(ec2.log.filter((line) => line.includes("could not run"))).toEqual([]);
  });
});
