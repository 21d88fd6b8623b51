/** Each machine over time: the phases of its life, what it cost, and the batches that it worked for. */
import type { Schemas } from "../../../client/client.ts";
import { Money } from "../../parts/money.tsx";
import { countText, durationText, percentText, usdText } from "../../parts/numbers.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { linkTo } from "../../router.ts";
import { TimeAxis } from "./time-axis.tsx";
import { placeIn, windowOf, type TimeWindow } from "./time-window.ts";

type Machine = NonNullable<Schemas["Usage"]["instances"]>[number];
type Span = Machine["phases"][number];

interface GanttProps {
  readonly machines: readonly Machine[];
  /** By id; a batch that is not among them goes by its id. */
  readonly batchNames: ReadonlyMap<string, string>;
}
const dayMs = 86_400_000;
const mostRows = 100;

export function Gantt({ machines, batchNames }: GanttProps) {
  const nowMs = useNow(15_000);
  const recent = machines
    .filter(({ ended_at }) => ended_at === null || nowMs - Date.parse(ended_at) < dayMs)
    .sort((a, b) => (a.launched_at < b.launched_at ? 1 : -1));
  const window = windowOf(
    recent.map(({ launched_at }) => Date.parse(launched_at)),
    nowMs,
  );
  if (recent.length === 0) return <p class="faint">No machine ran in the last 24 hours.</p>;
  return (
    <>
      <p class="legend">
        {phases.map(([phase, meaning]) => (
          <span key={phase} class={`badge of-phase-${phase}`} title={meaning}>
            {phase}
          </span>
        ))}
      </p>
      <div class="gantt">
        {recent.slice(0, mostRows).map((machine) => (
          <Row key={machine.instance_id} {...{ machine, window, batchNames }} />
        ))}
        <div class="time-axis-row">
          <span />
          <TimeAxis window={window} />
        </div>
      </div>
      {recent.length > mostRows && (
        <p class="faint">And {countText(recent.length - mostRows)} that were launched before these.</p>
      )}
    </>
  );
}

const phases: readonly (readonly [phase: Span["phase"], meaning: string])[] = [
  ["pending", "EC2 starts it; its hours are not billed yet"],
  ["boot", "until its worker runs"],
  ["load", "until its model is ready"],
  ["work", "ready; as full as it worked"],
  ["idle", "nothing to make"],
  ["leaving", "told to leave; it finishes"],
  ["interrupted", "EC2 takes it, or it died"],
];

interface RowProps {
  readonly machine: Machine;
  readonly window: TimeWindow;
  readonly batchNames: ReadonlyMap<string, string>;
}

function Row({ machine, window, batchNames }: RowProps) {
  const { instance_id, instance_type, zone, market, ended_at } = machine;
  const kind = [instance_type, zone, market === "spot" ? "spot" : "on demand"];
  return (
    <details class="gantt-row">
      <summary>
        <span class="gantt-name">
          <span class="mono">{instance_id}</span>{" "}
          <span class="faint small">{kind.filter((part) => part !== null).join(" · ")}</span>
        </span>
        <span class="gantt-line">
          {machine.phases.map((span) => (
            <Bar key={span.phase} {...{ span, machine, window }} />
          ))}
        </span>
        <span class="gantt-sum small">
          <span>{stateOf(machine)}</span> <Money usd={machine.usd} />
        </span>
      </summary>
      <div class="gantt-more">
        <Table
          caption={`Phases of ${instance_id}`}
          columns={spanColumns(machine)}
          rows={machine.phases}
          keyOf={({ phase }) => phase}
        />
        <Batches machine={machine} batchNames={batchNames} />
        {ended_at !== null && (
          <p>
            Ended <Time at={ended_at} />
            {machine.end_reason !== null && <>: {machine.end_reason.replaceAll("_", " ")}</>}.
          </p>
        )}
      </div>
    </details>
  );
}

/** What it does now, or how it ended. */
function stateOf({ phases: spans, ended_at }: Machine): string {
  const last = spans.at(-1);
  if (ended_at === null) return last?.phase ?? "pending";
  return last?.phase === "interrupted" ? "interrupted" : "ended";
}

interface BarProps {
  readonly span: Span;
  readonly machine: Machine;
  readonly window: TimeWindow;
}

/** A machine may wait between two batches. How much of its phase was work shows as how full the bar is. */
function Bar({ span, machine, window }: BarProps) {
  const nowMs = window.toMs;
  const place = placeIn(window, Date.parse(span.from), endOf(span, nowMs));
  if (place === null) return null;
  const full = span.phase === "work" ? workShare(machine, span, nowMs) : 1;
  return (
    <span
      class={`gantt-bar of-phase-${span.phase}`}
      style={{ left: `${place.left}%`, width: `${place.width}%` }}
      title={`${span.phase}, ${durationText(secondsOf(span, nowMs))}`}
    >
      <span style={{ height: `${full * 100}%` }} />
    </span>
  );
}

const endOf = ({ to }: Span, nowMs: number): number => (to === null ? nowMs : Date.parse(to));
const secondsOf = (span: Span, nowMs: number): number => (endOf(span, nowMs) - Date.parse(span.from)) / 1000;
const workShare = ({ work_seconds }: Machine, span: Span, nowMs: number): number =>
  Math.min(1, work_seconds / Math.max(1, secondsOf(span, nowMs)));

const spanColumns = (machine: Machine): readonly Column<Span>[] => [
  { title: "Phase", cell: ({ phase }) => <span class={`badge of-phase-${phase}`}>{phase}</span> },
  { title: "From", cell: ({ from }) => <Time at={from} /> },
  { title: "To", cell: ({ to }) => (to === null ? "now" : <Time at={to} />) },
  { title: "Took", isNumber: true, cell: (span) => durationText(secondsOf(span, Date.now())) },
  {
    title: "Of it, work",
    isNumber: true,
    cell: (span) => (span.phase === "work" ? percentText(workShare(machine, span, Date.now())) : ""),
  },
];

function Batches({ machine, batchNames }: Omit<RowProps, "window">) {
  const { batches, other_batches, waste_usd, usd } = machine;
  return (
    <p>
      {batches.length === 0 ? "It has worked for no batch yet." : "It worked for "}
      {batches.map(({ batch_id, work_seconds }, place) => (
        <span key={batch_id}>
          {place > 0 && ", "}
          <a class="text" href={linkTo("batch", batch_id)}>
            {batchNames.get(batch_id) ?? batch_id}
          </a>{" "}
          ({durationText(work_seconds)})
        </span>
      ))}
      {other_batches > 0 && ` and ${countText(other_batches)} more`}
      {batches.length > 0 && "."} Of {usdText(Number(usd))}, {usdText(Number(waste_usd))} was waste.
    </p>
  );
}
