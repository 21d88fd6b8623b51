/** Makes a webhook endpoint, and shows its secret once. */
import { useState } from "preact/hooks";
import { dataOf } from "../../../client/client.ts";
import { webhookEventTypes, type WebhookEventType } from "../../../shared/contract/api/event-types.ts";
import { useAction } from "../../data/use-action.ts";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { ShownOnce } from "./shown-once.tsx";

export function NewWebhook({ onDone }: { readonly onDone: () => void }) {
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<WebhookEventType>>(new Set(["batch.ended"]));
  const [secret, setSecret] = useState<string | null>(null);
  const action = useAction();
  const toggle = (type: WebhookEventType): void => {
    const next = new Set(chosen);
    if (!next.delete(type)) next.add(type);
    setChosen(next);
  };
  const create = async (): Promise<void> => {
    const events = webhookEventTypes.filter((type) => chosen.has(type));
    const about = description.trim();
    const body = { url: url.trim(), events, ...(about !== "" && { description: about }) };
    const isDone = await action.run(async (api) => {
      setSecret((await dataOf(api.POST("/v1/webhooks", { body }))).secret);
    });
    if (!isDone) return;
    setUrl("");
    setDescription("");
    onDone();
  };
  return (
    <form
      aria-label="New webhook"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <div class="fields">
        <Field
          title="Address"
          value={url}
          hint="https://example.com/hooks"
          maxLength={2048}
          onValue={setUrl}
        />
        <Field title="What it is for" value={description} maxLength={200} onValue={setDescription} />
      </div>
      <fieldset>
        <legend>It is told of</legend>
        {webhookEventTypes.map((type) => (
          <label key={type}>
            <input
              type="checkbox"
              checked={chosen.has(type)}
              onChange={() => {
                toggle(type);
              }}
            />{" "}
            {type}
          </label>
        ))}
      </fieldset>
      <div class="row">
        <button type="submit" disabled={action.isRunning || url.trim() === "" || chosen.size === 0}>
          Add the webhook
        </button>
      </div>
      {action.problem !== null && <Problem problem={action.problem} />}
      <ShownOnce what="The secret that signs what is sent there" secret={secret} />
    </form>
  );
}
