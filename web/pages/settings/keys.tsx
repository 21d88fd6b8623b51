/** API keys: made, shown once, and revoked. */
import { useState } from "preact/hooks";
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { useResource } from "../../data/use-resource.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { ShownOnce } from "./shown-once.tsx";

type Key = Schemas["Key"];
const rights = [
  ["read", "read"],
  ["read,submit", "read and submit"],
  ["read,submit,operate", "read, submit and operate"],
] as const;

export function Keys() {
  const keys = useResource(
    "keys",
    (api, signal) => dataOf(api.GET("/v1/keys", { params: { query: { limit: 100 } }, signal })),
    30_000,
  );
  const [revoking, setRevoking] = useState<Key | null>(null);
  const action = useAction();
  const revoke = async ({ id }: Key): Promise<void> => {
    if (!(await action.run((api) => dataOf(api.DELETE("/v1/keys/{id}", { params: { path: { id } } })))))
      return;
    setRevoking(null);
    keys.refresh();
  };
  const columns: readonly Column<Key>[] = [
    { title: "Name", cell: ({ name, id }) => <span class="text">{name ?? id}</span> },
    { title: "Owner", cell: ({ owner }) => <span class="text">{owner}</span> },
    { title: "May", cell: ({ scopes }) => scopes.join(", ") },
    { title: "State", cell: ({ status }) => status },
    { title: "Made", cell: ({ created_at }) => <Time at={created_at} as="ago" /> },
    {
      title: "Revoke",
      head: <span class="unseen">Revoke</span>,
      cell: (key) =>
        key.status === "active" && (
          <button
            type="button"
            class="quiet"
            aria-label={`Revoke ${key.name ?? key.id}`}
            onClick={() => {
              setRevoking(key);
            }}
          >
            Revoke
          </button>
        ),
    },
  ];
  return (
    <section class="card" aria-labelledby="keys">
      <h2 id="keys">API keys</h2>
      {keys.problem !== null && <Problem problem={keys.problem} />}
      <NewKey onDone={keys.refresh} />
      {keys.data !== null && (
        <Table caption="API keys" columns={columns} rows={keys.data.data} keyOf={({ id }) => id} />
      )}
      {revoking !== null && (
        <Dialog
          title={`Revoke ${revoking.name ?? revoking.id}`}
          verb="Revoke"
          action={action}
          onConfirm={() => void revoke(revoking)}
          onClose={() => {
            setRevoking(null);
            action.clear();
          }}
        >
          <p>Whoever uses it is refused within 30 seconds. It cannot be undone.</p>
        </Dialog>
      )}
    </section>
  );
}

function NewKey({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const [scopes, setScopes] = useState<string>("read");
  const [made, setMade] = useState<string | null>(null);
  const action = useAction();
  const create = async (): Promise<void> => {
    await action.run(async (api) => {
      const body = {
        scopes: scopes.split(",") as Key["scopes"],
        ...(name.trim() !== "" && { name: name.trim() }),
        ...(owner.trim() !== "" && { owner: owner.trim() }),
      };
      setMade((await dataOf(api.POST("/v1/keys", { body }))).key);
      onDone();
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <div class="fields">
        <Field title="Name" value={name} onValue={setName} />
        <Field title="Owner" value={owner} hint="you" onValue={setOwner} />
        <Choice title="May" value={scopes} options={rights} onValue={setScopes} />
      </div>
      <div class="row">
        <button type="submit" disabled={action.isRunning}>
          Make a key
        </button>
      </div>
      {action.problem !== null && <Problem problem={action.problem} />}
      <ShownOnce what="The key" secret={made} />
    </form>
  );
}
