/** The fleet port on EC2. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import { CreateFleetCommand, GetConsoleOutputCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { InstanceId } from "../../contract/ids.ts";
import type {
  Clock,
  ComputeFleet,
  FleetInstance,
  LaunchOutcome,
  LaunchRequest,
  Log,
  Pool,
  TerminateOutcome,
} from "../../ports.ts";
import { FleetError } from "../../ports.ts";
import { classify } from "./errors.ts";
import { readInstances } from "./instances.ts";
import { answeredOutcome, createFleetInput, failedOutcome } from "./launch.ts";
import { readPools } from "./pools.ts";
import { codeOf, inWords } from "../sdk-errors.ts";

/** The EC2 instances that carry the stage's tag. */
export class Ec2Fleet implements ComputeFleet {
  readonly #client: EC2Client;
  readonly #stage: string;
  readonly #launchTemplateId: string;
  readonly #subnetIds: readonly string[] | null;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(options: {
    readonly client: EC2Client;
    readonly stage: string;
    readonly launchTemplateId: string;
    /** Of a network that was there before the stage; absent: the stage's own, which carry its tag. */
    readonly subnetIds?: readonly string[] | undefined;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#client = options.client;
    this.#stage = options.stage;
    this.#launchTemplateId = options.launchTemplateId;
    this.#subnetIds = options.subnetIds ?? null;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  pools(instanceTypes: readonly string[], lookBackMs: number): Promise<readonly Pool[]> {
    const sinceMs = this.#clock.nowMs() - lookBackMs;
    const own = this.#subnetIds === null ? { stage: this.#stage } : { ids: this.#subnetIds };
    return this.#ask("read the pools", () => readPools(this.#client, own, instanceTypes, sinceMs));
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    const input = createFleetInput(request, this.#stage, this.#launchTemplateId);
    try {
      const answer = await this.#client.send(new CreateFleetCommand(input));
      return answeredOutcome(answer, request, this.#log);
    } catch (error) {
      return failedOutcome(error, request, this.#log);
    }
  }

  list(): Promise<readonly FleetInstance[]> {
    return this.#ask("list the machines", () => readInstances(this.#client, this.#stage));
  }

  find(instanceId: InstanceId): Promise<FleetInstance | null> {
    return this.#ask(`look for ${instanceId}`, async () => {
      const byId = [{ Name: "instance-id", Values: [instanceId] }];
      const [found] = await readInstances(this.#client, this.#stage, byId);
      return found ?? null;
    });
  }

  async terminate(instanceIds: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> {
    if (instanceIds.length === 0) return [];
    try {
      return await this.#terminateTogether(instanceIds);
    } catch (error) {
      // Trying one by one finds the one id that EC2 refuses. After a throttle it would only send more requests.
      if (instanceIds.length === 1 || classify(codeOf(error)) === "again")
        return instanceIds.map((instanceId) => failedEnd(instanceId, error));
      this.#log.warn("could not end these machines in one request; ending them one by one", {
        detail: inWords(error),
      });
      const each = await Promise.all(instanceIds.map((instanceId) => this.terminate([instanceId])));
      return each.flat();
    }
  }

  consoleOutput(instanceId: InstanceId): Promise<string | null> {
    return this.#ask(`read the console of ${instanceId}`, async () => {
      const answer = await this.#client.send(new GetConsoleOutputCommand({ InstanceId: instanceId }));
      return answer.Output === undefined ? null : Buffer.from(answer.Output, "base64").toString("utf8");
    });
  }

  async #terminateTogether(instanceIds: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> {
    const answer = await this.#client.send(new TerminateInstancesCommand({ InstanceIds: [...instanceIds] }));
    const ending = new Set((answer.TerminatingInstances ?? []).map((change) => change.InstanceId));
    return instanceIds.map((instanceId) =>
      ending.has(instanceId)
        ? { instanceId, kind: "terminating", detail: "" }
        : { instanceId, kind: "failed", detail: "EC2's answer does not name it" },
    );
  }

  async #ask<T>(verb: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw new FleetError(`could not ${verb}: ${inWords(cause)}`, { cause });
    }
  }
}

const failedEnd = (instanceId: InstanceId, error: unknown): TerminateOutcome => ({
  instanceId,
  kind: codeOf(error) === "InvalidInstanceID.NotFound" ? "not_found" : "failed",
  detail: inWords(error),
});
