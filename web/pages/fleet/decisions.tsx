/** What the launcher decided last: each reason, and what it was reckoned from. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Money } from "../../parts/money.tsx";
import { countText, durationText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";

type Decision = Schemas["Decision"];
type ModelDecision = Decision["models"][number];

export function Decisions() {
  const { data, problem } = useResource(
    "decisions",
    (api, signal) => dataOf(api.GET("/v1/decisions", { params: { query: { limit: 10 } }, signal })),
    15_000,
  );
  return (
    <section class="card" aria-labelledby="decisions">
      <h2 id="decisions">The last decisions</h2>
      {problem !== null && <Problem problem={problem} />}
      {data?.data.length === 0 && <p class="faint">The launcher has decided nothing yet.</p>}
      <ol class="decisions">
        {data?.data.map((decision) => (
          <OneDecision key={decision.at} decision={decision} />
        ))}
      </ol>
    </section>
  );
}

function OneDecision({ decision }: { readonly decision: Decision }) {
  const { at, models, drained, launches } = decision;
  return (
    <li>
      <p class="faint">
        <Time at={at} /> · <Time at={at} as="ago" />
      </p>
      {models.map((model) => (
        <div key={model.model} class="decision">
          <p>
            <strong>{model.model}</strong> {didText(model)}
          </p>
          <dl class="reasons">
            {model.reasons.map(({ reason, detail }, place) => [
              <dt key={`${reason} ${place}`}>{reason.replaceAll("_", " ")}</dt>,
              <dd key={`${reason} ${place} detail`} class="text">
                {detail}
              </dd>,
            ])}
          </dl>
        </div>
      ))}
      {drained.map(({ instance_id, zone, detail }) => (
        <p key={instance_id} class="text">
          <span class="mono">{instance_id}</span> in {zone} was told to leave: {detail}
        </p>
      ))}
      {launches.flatMap(({ errors }) =>
        errors.map(({ code, message, zone }, place) => (
          <p key={`${code} ${place}`} class="text">
            EC2{zone !== null && ` in ${zone}`}: <span class="mono">{code}</span> {message}
          </p>
        )),
      )}
      <details>
        <summary>What it was reckoned from</summary>
        <Inputs decision={decision} />
      </details>
    </li>
  );
}

const didText = ({ launched, launch, have, want }: ModelDecision): string =>
  `${launched > 0 ? `launched ${countText(launched)}` : launch > 0 ? `asked for ${countText(launch)}, got none` : "launched none"}: ${countText(have)} there, ${countText(want)} wanted`;

function Inputs({ decision }: { readonly decision: Decision }) {
  const { models, prices, instances, spent_usd } = decision;
  const machines = Object.entries(instances).filter(([, count]) => count > 0);
  return (
    <div class="inputs">
      <Table caption="Work by model" columns={workColumns} rows={models} keyOf={({ model }) => model} />
      <dl class="facts">
        <dt>Machines</dt>
        <dd>{machines.map(([phase, count]) => `${countText(count)} ${phase}`).join(", ") || "none"}</dd>
        <dt>Spent</dt>
        <dd>
          <Money usd={spent_usd.day} /> today, <Money usd={spent_usd.month} /> this month
        </dd>
        <dt>Spot prices</dt>
        <dd>
          {prices.length === 0 && "none known"}
          {prices.map(({ instance_type, zone, price_usd_per_hour: usd }, place) => (
            <span key={`${instance_type ?? ""} ${zone}`}>
              {place > 0 && ", "}
              {instance_type !== null && `${instance_type} `}
              {zone} <Money usd={usd} />
            </span>
          ))}
        </dd>
      </dl>
    </div>
  );
}

const workColumns: readonly Column<ModelDecision>[] = [
  { title: "Model", cell: ({ model }) => model },
  { title: "Type", cell: ({ instance_type }) => instance_type ?? "–" },
  { title: "Open items", isNumber: true, cell: ({ open_items }) => countText(open_items) },
  {
    title: "Audio to make",
    isNumber: true,
    cell: ({ open_audio_seconds: seconds }) => durationText(seconds),
  },
  { title: "Work of one machine", isNumber: true, cell: ({ work_seconds }) => durationText(work_seconds) },
  {
    title: "Pace, audio s a second",
    isNumber: true,
    cell: ({ audio_seconds_per_second: pace }) => pace.toFixed(1),
  },
  { title: "Boot", isNumber: true, cell: ({ boot_seconds }) => durationText(boot_seconds) },
];
