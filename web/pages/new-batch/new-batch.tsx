/** Makes a batch of prompts: checked here as on the command line, estimated while it is put together. */
import { useEffect, useRef, useState } from "preact/hooks";
import { dataOf } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { useResource } from "../../data/use-resource.ts";
import { durationText } from "../../parts/numbers.ts";
import { Money } from "../../parts/money.tsx";
import { Problem } from "../../parts/problem.tsx";
import { goTo } from "../../router.ts";
import { PromptsInput } from "./prompts-input.tsx";
import { readSource, type Reading, type Source } from "./reading.ts";
import { emptyForm, termsOf, totalsOf, type Terms } from "./request.ts";
import { sendBatch } from "./send.ts";
import { BatchSettings } from "./settings.tsx";

const typingMs = 250;

export function NewBatch() {
  const [source, setSource] = useState<Source | null>(null);
  const [reading, setReading] = useState<Reading>({ kind: "nothing" });
  const [form, setForm] = useState(emptyForm);
  const models = useResource("models", (api, signal) => dataOf(api.GET("/v1/models", { signal })), null);
  useEffect(() => {
    if (source === null) return undefined;
    // A long text is not read at every key.
    const timer = setTimeout(() => {
      setReading(readSource(source));
    }, typingMs);
    return () => {
      clearTimeout(timer);
    };
  }, [source]);
  const terms = termsOf(form);
  return (
    <div class="page">
      <header>
        <h1>New batch</h1>
      </header>
      <PromptsInput reading={reading} onSource={setSource} />
      <BatchSettings
        form={form}
        models={models.data?.data ?? []}
        faults={terms.kind === "faults" ? terms.faults : []}
        onChange={setForm}
      />
      <Send reading={reading} terms={terms} />
    </div>
  );
}

function Send({ reading, terms }: { readonly reading: Reading; readonly terms: Terms }) {
  const action = useAction();
  const sent = useRef({ request: "", key: "" });
  const isReady = reading.kind === "items" && terms.kind === "terms";
  const send = async (): Promise<void> => {
    if (reading.kind !== "items" || terms.kind !== "terms") return;
    const { items } = reading;
    // The same request again is the same batch: the answer may have been lost.
    const request = JSON.stringify([terms.terms, items]);
    if (sent.current.request !== request) sent.current = { request, key: crypto.randomUUID() };
    const { key } = sent.current;
    await action.run(async (api) => {
      const { id } = await sendBatch(api, terms.terms, items, key);
      goTo("batch", id);
    });
  };
  return (
    <section class="card send" aria-labelledby="send">
      <div class="row">
        <h2 id="send">Estimate</h2>
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={!isReady || action.isRunning}
            onClick={() => void send()}
          >
            {action.isRunning ? "Sending …" : "Send the batch"}
          </button>
        </div>
      </div>
      {isReady ? (
        <Estimate reading={reading} terms={terms} />
      ) : (
        <p class="faint">It is told once there are prompts.</p>
      )}
      {action.problem !== null && <Problem problem={action.problem} />}
    </section>
  );
}

interface EstimateProps {
  readonly reading: Extract<Reading, { kind: "items" }>;
  readonly terms: Extract<Terms, { kind: "terms" }>;
}

function Estimate({ reading, terms }: EstimateProps) {
  const { model, speed, defaults } = terms.terms;
  const totals = totalsOf(reading.items, defaults);
  const body = { ...(model !== undefined && { model }), ...(speed !== undefined && { speed }), totals };
  const { data, problem } = useResource(
    `estimate ${JSON.stringify(body)}`,
    (api, signal) => dataOf(api.POST("/v1/estimates", { body, signal })),
    null,
  );
  if (problem !== null) return <Problem problem={problem} />;
  if (data === null) return <p class="faint">Estimating …</p>;
  const { usd, seconds, basis } = data.estimate;
  return (
    <div role="status">
      <p class="figure">
        <Money usd={usd.low} /> to <Money usd={usd.high} />, in {durationText(seconds.low)} to{" "}
        {durationText(seconds.high)}
      </p>
      <p class="faint">
        {durationText(data.audio_seconds)} of audio on {basis.machines}{" "}
        {basis.machines === 1 ? "machine" : "machines"} that make {basis.audio_seconds_per_second.toFixed(1)}{" "}
        s of audio a second ({basis.measured ? "measured" : "a first guess"}), with{" "}
        {durationText(basis.boot_seconds)} to start one.
      </p>
    </div>
  );
}
