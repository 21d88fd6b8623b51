/** The same from a terminal. */
import { useState } from "preact/hooks";

interface CommandsProps {
  /** The path of a GET, such as `/v1/batches/batch_…`. */
  readonly path: string;
  /** What follows `mgb`. */
  readonly mgb: readonly string[];
}

export function Commands({ path, mgb }: CommandsProps) {
  const curl = `curl -H "Authorization: Bearer $KEY" '${location.origin}${path}'`;
  return (
    <details class="card">
      <summary>From a terminal</summary>
      <Command title="as curl" text={curl} />
      <Command title="as mgb" text={mgb.map((command) => `mgb ${command}`).join("\n")} />
    </details>
  );
}

function Command({ title, text }: { readonly title: string; readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="command">
      <div class="row">
        <h3>{title}</h3>
        <button type="button" class="quiet" aria-label={`Copy ${title}`} onClick={() => void copy()}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
