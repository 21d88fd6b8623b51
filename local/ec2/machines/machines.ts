/** All machines of the local EC2. */
import { randomBytes } from "node:crypto";
import { instanceIdSchema, type InstanceId } from "../../../shared/contract/ids.ts";
import { Ec2ApiError } from "../api/api-error.ts";
import { MachineLife, type LifeSettings } from "./machine-life.ts";
import type { Machine } from "./machine.ts";

/** EC2 forgets a machine about an hour after its end. */
const toldAfterEndMs = 3_600_000;

export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;

export type MachineSpecification = Pick<
  Machine,
  | "reservationId"
  | "fleetId"
  | "clientToken"
  | "zone"
  | "subnetId"
  | "instanceType"
  | "market"
  | "template"
  | "tags"
>;

/** Every machine that was ever launched here. */
export class Machines {
  readonly #lives = new Map<InstanceId, MachineLife>();
  readonly #settings: LifeSettings;
  readonly #visibilityDelayMs: number;
  #closed = false;

  constructor(settings: LifeSettings, visibilityDelaySeconds: number) {
    this.#settings = settings;
    this.#visibilityDelayMs = visibilityDelaySeconds * 1000;
  }

  /** @throws Ec2ApiError after all machines were destroyed: a launch still in progress must not outlive them */
  launch(specification: MachineSpecification): Machine {
    if (this.#closed) throw new Ec2ApiError("Unavailable", "The local EC2 is stopping");
    const life = new MachineLife(
      {
        ...specification,
        instanceId: instanceIdSchema.parse(newId("i")),
        launchedMs: this.#settings.nowMs(),
        state: "pending",
        runningMs: null,
        endedMs: null,
        terminatedMs: null,
        endCause: null,
        interruption: null,
        rebalanceMs: null,
      },
      this.#settings,
    );
    this.#lives.set(life.machine.instanceId, life);
    life.begin();
    return life.machine;
  }

  /** In the order of their launches, ended ones included. */
  all(): readonly MachineLife[] {
    return [...this.#lives.values()];
  }

  /** How many machines occupy a place in that zone. */
  /** @param instanceType absent: of all types */
  countIn(zone: string, instanceType?: string): number {
    return this.all().filter(
      ({ machine }) =>
        machine.zone === zone &&
        machine.instanceType === (instanceType ?? machine.instanceType) &&
        machine.state !== "terminated",
    ).length;
  }

  /**
   * The machines that EC2 lists. The newest are missing, because the list is delayed, and so are those that ended long
   * ago.
   */
  visible(): readonly MachineLife[] {
    const nowMs = this.#settings.nowMs();
    return this.all().filter(
      ({ machine }) =>
        nowMs - machine.launchedMs >= this.#visibilityDelayMs &&
        (machine.terminatedMs === null || nowMs - machine.terminatedMs < toldAfterEndMs),
    );
  }

  /** @throws Ec2ApiError that names all malformed ids, or else all ids that EC2 does not list */
  visibleByIds(instanceIds: readonly string[]): readonly MachineLife[] {
    const malformed = instanceIds.filter((id) => !instanceIdSchema.safeParse(id).success);
    if (malformed.length > 0) throw new Ec2ApiError("InvalidInstanceID.Malformed", notValid(malformed));
    const visible = new Map<string, MachineLife>(
      this.visible().map((life) => [life.machine.instanceId, life]),
    );
    const unknown = instanceIds.filter((id) => !visible.has(id));
    if (unknown.length > 0) throw new Ec2ApiError("InvalidInstanceID.NotFound", notThere(unknown));
    return [...visible.values()].filter(({ machine }) => instanceIds.includes(machine.instanceId));
  }

  async destroyAll(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.all().map((life) => life.destroy()));
  }
}

const quoted = (ids: readonly string[]): string => ids.join(", ");
const notValid = (ids: readonly string[]): string => `Invalid id: "${quoted(ids)}"`;
const notThere = (ids: readonly string[]): string =>
  ids.length === 1
    ? `The instance ID '${quoted(ids)}' does not exist`
    : `The instance IDs '${quoted(ids)}' do not exist`;
