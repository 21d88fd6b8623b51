/** A batch: what of it is done, what failed, what it waits for, what it costs; and its clips. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { itemIdOf } from "../../item-id.ts";
import { Commands } from "../../parts/commands.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Loading } from "../../parts/loading.tsx";
import { countText, durationText, percentText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { BatchState, countsText, Progress } from "../../parts/progress.tsx";
import { Time } from "../../parts/time.tsx";
import { goTo, linkTo } from "../../router.ts";
import { useSession } from "../../session/session.ts";
import { Orders } from "../batches/orders.tsx";
import type { PageProps } from "../page.ts";
import { Clips } from "./clips.tsx";
import { CostSplit } from "./cost-split.tsx";
import { Events } from "./events.tsx";
import { FailureList } from "./failure-list.tsx";
import { StateGrid } from "./state-grid.tsx";

export function Batch({ rest: [id = ""] }: PageProps) {
  const { may } = useSession();
  const params = { path: { id } };
  const batch = useResource(
    `batch ${id}`,
    (api, signal) => dataOf(api.GET("/v1/batches/{id}", { params, signal })),
    3000,
  );
  const states = useResource(
    batch.data === null ? null : `states ${id}`,
    (api, signal) => dataOf(api.GET("/v1/batches/{id}/states", { params, signal })),
    batch.data?.ended_at === null ? 5000 : null,
  );
  const { data, problem } = batch;
  if (data === null)
    return problem === null ? (
      <Loading what="Asking for the batch" />
    ) : (
      <Empty title={problem.title}>
        <span class="text">{id}</span>: {problem.detail}. <a href={linkTo("batches")}>All batches</a>
      </Empty>
    );
  const letters = states.data?.states ?? "";
  const refresh = (): void => {
    batch.refresh();
    states.refresh();
  };
  return (
    <div class="page">
      <header>
        <div>
          <h1 class="text">{data.name ?? id}</h1>
          <p class="faint small text">
            {id} · {data.model} · {data.speed}
          </p>
        </div>
        {may("submit") && <Orders selected={[data]} onDone={refresh} />}
      </header>
      {problem !== null && <Problem problem={problem} />}
      {data.waiting_reason !== null && data.ended_at === null && (
        <p class="waiting text">{data.waiting_reason.detail}</p>
      )}
      {data.input_errors !== null && <InputErrors errors={data.input_errors} />}
      <Summary batch={data} />
      {data.counts.failed > 0 && letters !== "" && (
        <FailureList batchId={id} letters={letters} failed={data.counts.failed} />
      )}
      {letters !== "" && (
        <section class="card" aria-labelledby="items">
          <h2 id="items">Items</h2>
          <StateGrid
            letters={letters}
            onChoose={(index) => {
              goTo("item", itemIdOf(id, index));
            }}
          />
        </section>
      )}
      {letters !== "" && <Clips batchId={id} letters={letters} />}
      <CostSplit cost={data.cost} />
      <Events batchId={id} />
      <Commands
        path={`/v1/batches/${id}`}
        mgb={[`watch ${id}`, `pull ${id}`, `results ${id}`, ...(may("submit") ? [`cancel ${id}`] : [])]}
      />
    </div>
  );
}

function Summary({ batch }: { readonly batch: Schemas["Batch"] }) {
  const { counts, progress, audio_seconds: audio, interruptions } = batch;
  return (
    <section class="card" aria-label="Progress">
      <div class="row">
        <BatchState batch={batch} />
        <span class="figure">{percentText(progress)}</span>
        <span class="faint">{countsText(counts)}</span>
      </div>
      <Progress counts={counts} />
      <dl class="facts">
        <dt>Submitted</dt>
        <dd>
          <Time at={batch.submitted_at} />
        </dd>
        <dt>{batch.ended_at === null ? "Due" : "Ended"}</dt>
        <dd>
          <Time at={batch.ended_at ?? batch.deadline_at} />
          {batch.ended_at === null && (
            <>
              {" "}
              (<Time at={batch.deadline_at} as="ago" />)
            </>
          )}
        </dd>
        <dt>Audio</dt>
        <dd>
          {durationText(audio.succeeded)} of {durationText(audio.total)}
        </dd>
        {interruptions > 0 && (
          <>
            <dt>Interruptions</dt>
            <dd>{countText(interruptions)}; what was made goes on where it was</dd>
          </>
        )}
        {batch.retry_of !== null && (
          <>
            <dt>Retry of</dt>
            <dd>
              <a class="text" href={linkTo("batch", batch.retry_of)}>
                {batch.retry_of}
              </a>
            </dd>
          </>
        )}
        {Object.entries(batch.metadata).map(([key, value]) => [
          <dt key={key} class="text">
            {key}
          </dt>,
          <dd key={`${key} value`} class="text">
            {value}
          </dd>,
        ])}
      </dl>
    </section>
  );
}

function InputErrors({ errors }: { readonly errors: NonNullable<Schemas["Batch"]["input_errors"]> }) {
  return (
    <section class="problem" aria-label="Mistakes of its upload">
      <p>
        <strong>{countText(errors.count)} mistakes in its upload</strong>; nothing of it was queued.
      </p>
      <ul>
        {errors.first.map(({ line, pointer, detail }, place) => (
          <li key={place}>
            line {countText(line)}, <code>{pointer}</code>: {detail}
          </li>
        ))}
      </ul>
    </section>
  );
}
