/** Asks for the API key. */
import { useState } from "preact/hooks";

interface KeyFormProps {
  readonly why: string | null;
  readonly onKey: (key: string) => void;
}

export function KeyForm({ why, onKey }: KeyFormProps) {
  const [text, setText] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    const key = text.trim();
    if (key !== "") onKey(key);
  };
  return (
    <main class="key-form">
      <h1>musicgen-batch</h1>
      <form onSubmit={submit}>
        <label for="key">API key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-describedby="key-hint"
          aria-invalid={why !== null}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        <button class="primary" type="submit">
          Open
        </button>
        {why !== null && (
          <p class="problem" role="alert">
            {why}
          </p>
        )}
        <p id="key-hint" class="faint">
          It is kept in this tab until you close it. Whoever runs this stage makes keys with{" "}
          <code>mgb keys create</code>.
        </p>
      </form>
    </main>
  );
}
