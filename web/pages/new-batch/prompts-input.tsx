/** Prompts: typed, pasted, chosen or dropped. */
import { useRef, useState } from "preact/hooks";
import { bytesText, countText } from "../../parts/numbers.ts";
import { pasted, type LineMistake, type Reading, type Source } from "./reading.ts";

interface PromptsInputProps {
  readonly reading: Reading;
  readonly onSource: (source: Source) => void;
}

export function PromptsInput({ reading, onSource }: PromptsInputProps) {
  const [text, setText] = useState("");
  const [file, setFile] = useState<Source | null>(null);
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    const source = { name: chosen.name, bytes: new Uint8Array(await chosen.arrayBuffer()) };
    setFile(source);
    onSource(source);
  };
  const write = (written: string): void => {
    setText(written);
    onSource(pasted(written));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer?.files[0]);
  };
  return (
    <section
      class={isOver ? "card drop over" : "card drop"}
      aria-labelledby="prompts"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={drop}
    >
      <div class="row">
        <h2 id="prompts">Prompts</h2>
        <div class="actions">
          <input
            ref={chooser}
            class="unseen"
            type="file"
            accept=".txt,.csv,.tsv,.jsonl,.ndjson,.json"
            aria-label="Choose a prompts file"
            tabIndex={-1}
            onChange={(event) => {
              void take(event.currentTarget.files?.[0]);
              event.currentTarget.value = "";
            }}
          />
          <button type="button" onClick={() => chooser.current?.click()}>
            Choose a file
          </button>
        </div>
      </div>
      {file === null ? (
        <textarea
          aria-label="Prompts, one per line"
          aria-describedby="prompts-hint"
          aria-invalid={reading.kind === "mistakes"}
          placeholder={"slow ambient pad with rain\nlofi hip hop, dusty drums, 80 bpm"}
          spellcheck={false}
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
          }}
        />
      ) : (
        <p>
          <strong class="text">{file.name}</strong> <span class="faint">{bytesText(file.bytes.length)}</span>{" "}
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setFile(null);
              write(text);
            }}
          >
            Remove
          </button>
        </p>
      )}
      <p id="prompts-hint" class="faint">
        One prompt per line; or a table with a column <code>prompt</code>, or JSON Lines. Drop a .txt, .csv or
        .jsonl file here: it is read as <code>mgb submit</code> reads it.
      </p>
      <div role="status">
        <ReadingView reading={reading} />
      </div>
    </section>
  );
}

const mostPreviewed = 4;

function ReadingView({ reading }: { readonly reading: Reading }) {
  switch (reading.kind) {
    case "nothing":
      return null;
    case "mistakes":
      return <Mistakes mistakes={reading.mistakes} more={reading.more} />;
    case "items":
      return (
        <>
          <p>
            <strong>
              {countText(reading.items.length)} {reading.items.length === 1 ? "prompt" : "prompts"}
            </strong>
            {reading.notes.map((note) => ` · ${note}`)}
          </p>
          <ol class="preview">
            {reading.items.slice(0, mostPreviewed).map(({ prompt }, place) => (
              <li key={place} class="text">
                {prompt}
              </li>
            ))}
          </ol>
        </>
      );
  }
}

interface MistakesProps {
  readonly mistakes: readonly LineMistake[];
  readonly more: number;
}

function Mistakes({ mistakes, more }: MistakesProps) {
  const count = mistakes.length + more;
  return (
    <>
      <p class="bad">
        <strong>
          {countText(count)} {count === 1 ? "mistake" : "mistakes"}
        </strong>
        ; nothing can be sent before they are mended.
      </p>
      <ol class="mistakes">
        {mistakes.map(({ line, found, text }, place) => (
          <li key={place}>
            <span class="line-number">
              <span class="unseen">Line </span>
              {countText(line)}
            </span>
            <code class="text">{found}</code>
            <span class="bad text">{text}</span>
          </li>
        ))}
      </ol>
      {more > 0 && <p class="faint">and {countText(more)} more</p>}
    </>
  );
}
