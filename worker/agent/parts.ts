/** The parts of a worker, each made once and given to those that use it. */
import { EngineKeeper, type EngineEvents } from "./engine/engine-keeper.ts";
import { Exit } from "./exit.ts";
import { Pause } from "./flow/pause.ts";
import { Tasks } from "./flow/tasks.ts";
import { ControlCache } from "./intake/control-cache.ts";
import { Intake } from "./intake/intake.ts";
import { Screener } from "./intake/screener.ts";
import { Heartbeat } from "./lifecycle/heartbeat.ts";
import { Life } from "./lifecycle/life.ts";
import type { AgentPorts, Identity, Settings } from "./ports.ts";
import { LeaseBook } from "./queue/lease-book.ts";
import { Checkpoints } from "./jobs/checkpoints.ts";
import { SourceFiles } from "./jobs/source-files.ts";
import { Committer } from "./jobs/committer.ts";
import { Reporter } from "./jobs/reporter.ts";
import { Timesheet } from "./jobs/timesheet.ts";
import { Workbench } from "./jobs/workbench.ts";

export type Parts = ReturnType<typeof partsOf>;

export function partsOf(
  ports: AgentPorts,
  identity: Identity,
  settings: Settings,
  events: { readonly engine: EngineEvents; readonly jobsChanged: () => void },
) {
  const { store, clock, log } = ports;
  const life = new Life();
  const pause = new Pause(clock);
  const tasks = new Tasks(clock, log);
  const timesheet = new Timesheet();
  const heartbeat = new Heartbeat(ports, identity);
  const leases = new LeaseBook(clock, log, settings.visibility_seconds);
  const control = new ControlCache(store, clock, settings.heartbeat_seconds * 1000);
  const checkpoints = new Checkpoints(ports, tasks);
  const reporter = new Reporter(ports, identity.instanceId, settings, { leases, tasks });
  const committer = new Committer(ports, identity, settings, { reporter, checkpoints, tasks });
  const engine = new EngineKeeper(ports, tasks, events.engine);
  const workbench = new Workbench(ports, {
    tasks,
    reporter,
    committer,
    engine,
    timesheet,
    changed: events.jobsChanged,
  });
  const intake = new Intake(ports, settings, {
    leases,
    screener: new Screener(ports, identity, {
      committer,
      reporter,
      checkpoints,
      control,
      sources: new SourceFiles(ports),
    }),
    inHand: (itemId) => workbench.find(itemId),
  });
  const exit = new Exit(ports, { life, pause, engine, workbench, reporter });
  return {
    life,
    pause,
    tasks,
    timesheet,
    heartbeat,
    leases,
    control,
    reporter,
    committer,
    engine,
    workbench,
    intake,
    exit,
  };
}
