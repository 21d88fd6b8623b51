/** An item: its clip, how it sounds, what it was made of; and the same again. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Commands } from "../../parts/commands.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facts, type Fact } from "../../parts/facts.tsx";
import { Loading } from "../../parts/loading.tsx";
import { Money } from "../../parts/money.tsx";
import { bytesText, countText } from "../../parts/numbers.ts";
import { Time } from "../../parts/time.tsx";
import { Player } from "../../player/player.tsx";
import { linkTo } from "../../router.ts";
import { useSession } from "../../session/session.ts";
import type { PageProps } from "../page.ts";
import { Again } from "./again.tsx";
import { Attempts } from "./attempts.tsx";

type ItemView = Schemas["Item"];

export function Item({ rest: [id = ""] }: PageProps) {
  const { may } = useSession();
  const { data, problem } = useResource(
    `item ${id}`,
    (api, signal) => dataOf(api.GET("/v1/items/{id}", { params: { path: { id } }, signal })),
    5000,
  );
  if (data === null)
    return problem === null ? (
      <Loading what="Asking for the item" />
    ) : (
      <Empty title={problem.title}>
        <span class="text">{id}</span>: {problem.detail}. <a href={linkTo("batches")}>All batches</a>
      </Empty>
    );
  const { result } = data;
  return (
    <div class="page">
      <header>
        <div>
          <h1 class="text">{data.custom_id ?? `Item ${countText(data.index)}`}</h1>
          <p class="faint small text">
            {id} in <a href={linkTo("batch", data.batch_id)}>{data.batch_id}</a>
          </p>
        </div>
        {may("submit") && <Again item={data} />}
      </header>
      <section class="card" aria-label="Clip">
        <div class="row">
          <span class={`badge of-${data.status}`}>{data.status}</span>
        </div>
        <p class="text prompt">{data.prompt}</p>
        {result?.audio != null && (
          <Player itemId={id} title={`Clip: ${data.prompt}`} plays={false} hasSpectrogram={true} />
        )}
        {result?.error != null && (
          <p class="problem text">
            <strong class="mono">{result.error.code}</strong> {result.error.detail}
          </p>
        )}
      </section>
      <div class="two">
        {result?.audio != null && <Facts title="How it sounds" facts={soundOf(result.audio)} />}
        <Facts title="Made of" facts={partsOf(data)} />
        {result !== null && <Facts title="How it was made" facts={makingOf(result)} />}
        <Attempts item={data} />
      </div>
      <Commands path={`/v1/items/${id}`} mgb={[`get ${id}`, `play ${id}`]} />
    </div>
  );
}

const orDash = (value: number | null, unit: string): string =>
  value === null ? "–" : `${value.toFixed(1)} ${unit}`;

const soundOf = (audio: NonNullable<Schemas["Result"]["audio"]>): readonly Fact[] => [
  ["Length", `${audio.duration_seconds.toFixed(2)} s`],
  ["Loudness", orDash(audio.checks.lufs, "LUFS")],
  ["True peak", orDash(audio.checks.true_peak_dbtp, "dBTP")],
  ["Silence", `${(audio.checks.silence_ratio * 100).toFixed(0)} %`],
  ["Clipped samples", countText(audio.checks.clipped_samples)],
  ["File", `${audio.format}, ${bytesText(audio.bytes)}, ${countText(audio.sample_rate)} Hz`],
  ["SHA-256", audio.sha256],
];

function partsOf({ seed, parameters, continue_from }: ItemView): readonly Fact[] {
  const { output, ...numbers } = parameters;
  return [
    ["seed", String(seed)],
    ...Object.entries(numbers).map(([name, value]) => [name, String(value)] as const),
    ...(continue_from === undefined ? [] : [["continues", continuedFact(continue_from)] as const]),
    ...Object.entries(output).map(([name, value]) => [`output.${name}`, String(value)] as const),
  ];
}

function continuedFact({ item_id, upload_id, start = 0, end }: NonNullable<ItemView["continue_from"]>) {
  if (item_id !== undefined) return <a href={linkTo("item", item_id)}>{item_id}</a>;
  return `${upload_id ?? ""}, from ${start} s to ${end === undefined ? "its end" : `${end} s`}`;
}

const makingOf = ({ provenance, ...result }: Schemas["Result"]): readonly Fact[] => [
  ["Finished", <Time key="finished" at={result.finished_at} />],
  ["Cost", <Money key="cost" usd={result.receipt?.usd} />],
  ["Licence of the weights", result.licence ?? "–"],
  ...(result.reused_from === null
    ? []
    : [
        [
          "Copied from",
          <a key="from" href={linkTo("item", result.reused_from)}>
            {result.reused_from}
          </a>,
        ] as const,
      ]),
  ...(provenance === null
    ? []
    : ([
        ["Model", provenance.model],
        ["Revision", provenance.revision],
        ["Engine", provenance.engine_version],
        ["On", `${provenance.device}, ${provenance.dtype}`],
      ] as const)),
];
