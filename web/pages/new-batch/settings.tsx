/** What the batch is made with, how soon, and what it may cost. */
import type { Schemas } from "../../../client/client.ts";
import { audioFormats, priorities, speeds } from "../../../shared/contract/api/parameters.ts";
import type { Fault } from "../../../shared/contract/api/problem.ts";
import { Choice, Field } from "../../parts/field.tsx";
import { durationText } from "../../parts/numbers.ts";
import { useSession } from "../../session/session.ts";
import { numberFields, rangeOf, type Form, type NumberField } from "./request.ts";

interface SettingsProps {
  readonly form: Form;
  readonly models: readonly Schemas["Model"][];
  readonly faults: readonly Fault[];
  readonly onChange: (form: Form) => void;
}

const titles: Readonly<Record<NumberField, string>> = {
  duration_seconds: "Length, seconds",
  temperature: "Temperature",
  top_k: "Top k",
  top_p: "Top p (0: off)",
  guidance_scale: "Guidance",
};

export function BatchSettings({ form, models, faults, onChange }: SettingsProps) {
  const { target_seconds: targets, default_speed: usualSpeed } = useSession().stage;
  const model = models.find(({ id }) => id === form.model) ?? models[0];
  const set = (change: Partial<Form>): void => {
    onChange({ ...form, ...change });
  };
  const soon = (speed: string): string => `${speed}, within ${durationText(targets[speed] ?? 0)} or so`;
  return (
    <>
      <section class="card" aria-labelledby="when">
        <h2 id="when">When and for how much</h2>
        <div class="fields">
          <Field
            title="Name"
            value={form.name}
            maxLength={200}
            onValue={(name) => {
              set({ name });
            }}
          />
          <Choice
            title="Speed"
            value={form.speed}
            usual={soon(usualSpeed)}
            options={speeds.map((speed) => [speed, soon(speed)])}
            onValue={(speed) => {
              set({ speed: speed as Form["speed"] });
            }}
          />
          <Choice
            title="Priority among your work"
            value={form.priority}
            usual="normal"
            options={priorities.map((priority) => [priority, priority])}
            onValue={(priority) => {
              set({ priority: priority as Form["priority"] });
            }}
          />
          <Field
            title="It may cost, USD"
            value={form.maxCostUsd}
            hint="no limit"
            inputMode="decimal"
            onValue={(maxCostUsd) => {
              set({ maxCostUsd });
            }}
          />
        </div>
      </section>
      <section class="card" aria-labelledby="sound">
        <h2 id="sound">Sound</h2>
        <p class="faint">For prompts that do not say it themselves. An empty field is the usual value.</p>
        <div class="fields">
          {models.length > 1 && (
            <Choice
              title="Model"
              value={form.model}
              usual={models[0]?.display_name ?? ""}
              options={models.map(({ id, display_name }) => [id, display_name])}
              onValue={(chosen) => {
                set({ model: chosen });
              }}
            />
          )}
          {numberFields.map((field) => {
            const { least, most, usual } = rangeOf(field, model?.max_duration_seconds ?? Infinity);
            const fault = faults.find(({ pointer }) => pointer === `/${field}`);
            return (
              <Field
                key={field}
                title={titles[field]}
                value={form.numbers[field]}
                hint={String(usual)}
                below={fault?.detail ?? `${least} to ${most}`}
                isWrong={fault !== undefined}
                inputMode="decimal"
                onValue={(value) => {
                  set({ numbers: { ...form.numbers, [field]: value } });
                }}
              />
            );
          })}
          <Choice
            title="Format"
            value={form.format}
            usual="wav"
            options={audioFormats.map((format) => [format, format])}
            onValue={(format) => {
              set({ format });
            }}
          />
          <Choice
            title="Loudness"
            value={form.normalize}
            usual="made equal (−14 LUFS)"
            options={[
              ["loudness", "made equal (−14 LUFS)"],
              ["peak", "peak at −1 dB"],
              ["none", "as it comes"],
            ]}
            onValue={(normalize) => {
              set({ normalize });
            }}
          />
        </div>
      </section>
    </>
  );
}
