/** A webhook endpoint: what can be done with it, and what was sent to it. */
import { useState } from "preact/hooks";
import { dataOf, type MusicgenBatch, type Schemas } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Problem } from "../../parts/problem.tsx";
import { useSession } from "../../session/session.ts";
import { Deliveries } from "./deliveries.tsx";
import { ShownOnce } from "./shown-once.tsx";

interface EndpointProps {
  readonly webhook: Schemas["Webhook"];
  readonly onChange: () => void;
}

export function Endpoint({ webhook, onChange }: EndpointProps) {
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary class="text">
        {webhook.url} <span class="faint">{stateOf(webhook)}</span>
      </summary>
      {webhook.description !== null && <p class="faint text">{webhook.description}</p>}
      {isOpen && may("submit") && <Orders webhook={webhook} onChange={onChange} />}
      {isOpen && <Deliveries id={webhook.id} />}
    </details>
  );
}

function stateOf({ enabled, disabled_reason: reason, events }: Schemas["Webhook"]): string {
  if (!enabled) return reason === "gone" ? "disabled: it answered 410" : "disabled";
  return events.length === 0 ? "for batches that name it" : events.join(", ");
}

const asked = {
  rotate: {
    verb: "Make a new secret",
    consequence: "What is sent is signed with the new secret at once, and with the old one too for a day.",
  },
  delete: {
    verb: "Delete",
    consequence: "Nothing is sent there any more, also not what still waits. It cannot be undone.",
  },
} as const;

function Orders({ webhook, onChange }: EndpointProps) {
  const action = useAction();
  const [order, setOrder] = useState<keyof typeof asked | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const params = { path: { id: webhook.id } };
  const close = (): void => {
    setOrder(null);
    action.clear();
  };
  const run = async (act: (api: MusicgenBatch) => Promise<unknown>, done: string | null): Promise<void> => {
    setTold(null);
    if (!(await action.run(act))) return;
    setTold(done);
    close();
    onChange();
  };
  const test = (): Promise<void> =>
    run(
      (api) => dataOf(api.POST("/v1/webhooks/{id}/test", { params })),
      "A test event is on its way; what comes of it is listed below.",
    );
  const enable = (enabled: boolean): Promise<void> =>
    run((api) => dataOf(api.PATCH("/v1/webhooks/{id}", { params, body: { enabled } })), null);
  const send = {
    rotate: () =>
      run(async (api) => {
        setSecret((await dataOf(api.POST("/v1/webhooks/{id}/rotate", { params }))).secret);
      }, null),
    delete: () => run((api) => dataOf(api.DELETE("/v1/webhooks/{id}", { params })), null),
  };
  return (
    <>
      <div class="row">
        <button type="button" disabled={action.isRunning || !webhook.enabled} onClick={() => void test()}>
          Send a test
        </button>
        <button type="button" disabled={action.isRunning} onClick={() => void enable(!webhook.enabled)}>
          {webhook.enabled ? "Disable" : "Enable"}
        </button>
        {(["rotate", "delete"] as const).map((own) => (
          <button
            key={own}
            type="button"
            onClick={() => {
              setOrder(own);
            }}
          >
            {asked[own].verb}
          </button>
        ))}
      </div>
      {order === null && action.problem !== null && <Problem problem={action.problem} />}
      <p class="faint" role="status">
        {told}
      </p>
      <ShownOnce what="The new secret" secret={secret} />
      {order !== null && (
        <Dialog
          title={`${asked[order].verb}: ${webhook.url}`}
          verb={asked[order].verb}
          action={action}
          onConfirm={() => void send[order]()}
          onClose={close}
        >
          <p>{asked[order].consequence}</p>
        </Dialog>
      )}
    </>
  );
}
