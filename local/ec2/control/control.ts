/**
 * The control endpoint: it shows the state of the local EC2, and causes events that real markets cause by themselves.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { billFor, type Bill } from "../market/bill.ts";
import type { Ec2Context } from "../context.ts";
import {
  capacityRequestSchema,
  faultEndRequestSchema,
  instanceRequestSchema,
  interruptRequestSchema,
  priceRequestSchema,
  requestFaultSchema,
} from "./control-requests.ts";
import type { PlannedApiFaults } from "../market/faults.ts";
import { readBody } from "../loopback-server.ts";
import type { MachineLife } from "../machines/machine-life.ts";

export interface ControlSettings {
  readonly context: Ec2Context;
  readonly faults: PlannedApiFaults;
  readonly noticeSeconds: number;
}

class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Route = (body: unknown, settings: ControlSettings) => unknown;

const routes: Readonly<Record<string, Route>> = {
  "GET /state": (_body, settings) => stateOf(settings),
  "GET /bill": (_body, settings) => currentBill(settings),
  "POST /interrupt": (body, settings) => {
    const { instance_id, notice_seconds } = interruptRequestSchema.parse(body);
    const life = aliveById(instance_id, settings);
    if (life.machine.market !== "spot") throw new ControlError(409, `${instance_id} is not a spot instance`);
    if (life.machine.interruption !== null) throw new ControlError(409, `${instance_id} has had its notice`);
    life.giveNotice(notice_seconds ?? settings.noticeSeconds);
    return summaryOf(life);
  },
  "POST /rebalance": (body, settings) => {
    const life = aliveById(instanceRequestSchema.parse(body).instance_id, settings);
    life.recommendRebalance();
    return summaryOf(life);
  },
  "POST /kill": (body, settings) => {
    const life = aliveById(instanceRequestSchema.parse(body).instance_id, settings);
    life.kill();
    return summaryOf(life);
  },
  "POST /capacity": (body, settings) => {
    const { zone, instance_type, instances } = capacityRequestSchema.parse(body);
    const market = inZone(zone, settings);
    market.setCapacity(zone, instances ?? Infinity, instance_type);
    return stateOf(settings);
  },
  "POST /price": (body, settings) => {
    const { zone, instance_type, usd } = priceRequestSchema.parse(body);
    inZone(zone, settings).setSpotPrice(zone, usd, settings.context.nowMs(), instance_type);
    return stateOf(settings);
  },
  "POST /fault": (body, settings) => {
    settings.faults.plan(requestFaultSchema.parse(body), settings.context.nowMs());
    return stateOf(settings);
  },
  "POST /fault-end": (body, settings) => {
    settings.faults.end(faultEndRequestSchema.parse(body).action);
    return stateOf(settings);
  },
};

export const controlListener =
  (settings: ControlSettings) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, settings).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    });
  };

async function answer(
  request: IncomingMessage,
  settings: ControlSettings,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const name = `${request.method ?? ""} ${request.url ?? ""}`;
    const route = routes[name];
    if (route === undefined) {
      throw new ControlError(404, `there is no ${name}; there are ${Object.keys(routes).join(", ")}`);
    }
    const text = await readBody(request);
    return { status: 200, body: route(text === "" ? undefined : JSON.parse(text), settings) };
  } catch (cause) {
    if (cause instanceof ControlError) return { status: cause.status, body: { error: cause.message } };
    if (cause instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(cause) } };
    if (cause instanceof SyntaxError) return { status: 400, body: { error: `not JSON: ${cause.message}` } };
    return { status: 500, body: { error: (cause as Error).message } };
  }
}

function aliveById(instanceId: string, { context }: ControlSettings): MachineLife {
  const life = context.machines.all().find(({ machine }) => machine.instanceId === instanceId);
  if (life === undefined) throw new ControlError(404, `there is no instance ${instanceId}`);
  if (life.machine.endedMs !== null) throw new ControlError(409, `${instanceId} has ended`);
  return life;
}

function inZone(zone: string, { context: { market } }: ControlSettings): Ec2Context["market"] {
  if (market.zoneNames.includes(zone)) return market;
  throw new ControlError(404, `there is no zone ${zone}; there are ${market.zoneNames.join(", ")}`);
}

function currentBill({ context: { machines, market, nowMs } }: ControlSettings): Bill {
  return billFor(
    machines.all().map((life) => life.machine),
    (machine, atMs) =>
      machine.market === "spot"
        ? market.spotPrice(machine.zone, atMs, machine.instanceType)
        : market.onDemandPrice(machine.instanceType),
    nowMs(),
  );
}

function stateOf({ context: { machines, market, nowMs }, faults }: ControlSettings): unknown {
  return {
    zones: market.zoneNames.map((zone) => ({
      zone,
      spot_usd_per_hour: market.spotPrice(zone, nowMs()),
      capacity: Number.isFinite(market.capacity(zone)) ? market.capacity(zone) : null,
      instances: machines.countIn(zone),
    })),
    instances: machines.all().map(summaryOf),
    faults: faults.left(nowMs()),
  };
}

const summaryOf = (life: MachineLife): Readonly<Record<string, unknown>> => ({
  instance_id: life.machine.instanceId,
  instance_type: life.machine.instanceType,
  zone: life.machine.zone,
  market: life.machine.market,
  state: life.machine.state,
  end_cause: life.machine.endCause,
  process_id: life.processId ?? null,
  console: life.consolePath,
  launched_at: new Date(life.machine.launchedMs).toISOString(),
  interruption_at:
    life.machine.interruption === null ? null : new Date(life.machine.interruption.actionMs).toISOString(),
  tags: life.machine.tags,
});
