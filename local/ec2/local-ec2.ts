/**
 * EC2 on this machine: its query protocol for exactly the calls that the project makes, and instances that are
 * processes. It runs beside an emulator that holds everything else that was deployed.
 */
import { systemClock } from "../../shared/system/system-clock.ts";
import { apiListener } from "./api/api.ts";
import { ClientTokens } from "./api/client-tokens.ts";
import type { AnswerFields, Ec2Context } from "./context.ts";
import { controlListener } from "./control/control.ts";
import { emulatorAt } from "./emulator.ts";
import { EventDelivery } from "./machines/event-delivery.ts";
import { eventOf } from "./machines/events.ts";
import { PlannedApiFaults } from "./market/faults.ts";
import { listenOnLoopback } from "./loopback-server.ts";
import { Machines } from "./machines/machines.ts";
import { Market } from "./market/market.ts";
import { startMetadataService } from "./machines/metadata-service.ts";
import type { LocalEc2, LocalEc2Options } from "./options.ts";
import { rightsOf } from "./rights.ts";
import { MachineRole } from "./machines/role-credentials.ts";

export async function startLocalEc2(options: LocalEc2Options): Promise<LocalEc2> {
  const { region, onLog, noticeSeconds, nowMs = () => systemClock.nowMs() } = options;
  const emulator = emulatorAt(options.awsEndpoint, region);
  const delivery = new EventDelivery(options.deliverEvent, onLog, systemClock);
  const machines = new Machines(
    {
      options,
      nowMs,
      announce: (happening, machine) => {
        delivery.send(eventOf(happening, machine, region, nowMs()));
      },
      startMetadata: (machine) =>
        startMetadataService({ machine, region, nowMs, onLog, role: new MachineRole(emulator, machine) }),
    },
    options.visibilityDelaySeconds,
  );
  const context: Ec2Context = {
    machines,
    market: new Market(options.zones, options.seed),
    emulator,
    region,
    fleets: new ClientTokens<AnswerFields>(),
    nowMs,
  };
  const faults = new PlannedApiFaults();
  const api = await listenOnLoopback(
    apiListener({ context, rights: rightsOf(options, context), faults, onLog }),
  );
  const control = await listenOnLoopback(controlListener({ context, faults, noticeSeconds }));
  const shutDown = async (): Promise<void> => {
    delivery.stop();
    try {
      await Promise.all([api.close(), control.close()]);
    } finally {
      await machines.destroyAll();
      emulator.close();
    }
  };
  let stopping: Promise<void> | null = null;
  return {
    endpoint: api.url,
    controlEndpoint: control.url,
    stop: () => (stopping ??= shutDown()),
  };
}
