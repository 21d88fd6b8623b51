/** The clips that are made, with a player. Space plays, arrows go from clip to clip. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { dataOf } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { itemIdOf } from "../../item-id.ts";
import { countText } from "../../parts/numbers.ts";
import { Player } from "../../player/player.tsx";
import { linkTo } from "../../router.ts";
import { indicesOf } from "./states.ts";

interface ClipsProps {
  readonly batchId: string;
  readonly letters: string;
}

const aPage = 50;
const mostClips = 50_000;
/** The API lists so many items at once. */
const mostListed = 1000;

export function Clips({ batchId, letters }: ClipsProps) {
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const place = useRef<HTMLElement>(null);
  const clips = indicesOf(letters, "s", mostClips);
  const shown = clips.slice(page * aPage, (page + 1) * aPage);
  const names = useNames(batchId, shown);
  const step = (by: number): void => {
    const at = chosen === null ? -1 : clips.indexOf(chosen);
    const next = clips[Math.min(clips.length - 1, Math.max(0, at + by))];
    if (next === undefined) return;
    setChosen(next);
    setPage(Math.floor(clips.indexOf(next) / aPage));
  };
  useKeys(place, (key) => {
    if (key === "ArrowDown") step(1);
    else if (key === "ArrowUp") step(-1);
    else if (chosen === null) step(1);
    else toggle(place.current?.querySelector("audio"));
  });
  if (clips.length === 0) return null;
  return (
    <section ref={place} class="card clips" aria-labelledby="clips">
      <div class="row">
        <h2 id="clips">
          {countText(clips.length)} {clips.length === 1 ? "clip" : "clips"}
        </h2>
        <span class="actions faint keys">
          <kbd>space</kbd> plays · <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
      </div>
      {chosen !== null && (
        <Chosen
          itemId={itemIdOf(batchId, chosen)}
          onEnded={() => {
            step(1);
          }}
        />
      )}
      <ol class="clip-list">
        {shown.map((index) => (
          <li key={index} aria-current={index === chosen ? "true" : undefined}>
            <button
              type="button"
              class="play"
              aria-label={`Play item ${index}`}
              onClick={() => {
                setChosen(index);
              }}
            >
              ▶
            </button>
            <span class="number faint">{countText(index)}</span>
            <a class="text" href={linkTo("item", itemIdOf(batchId, index))}>
              {names.get(index) ?? itemIdOf(batchId, index)}
            </a>
          </li>
        ))}
      </ol>
      {clips.length > aPage && (
        <div class="row">
          <button
            type="button"
            disabled={page === 0}
            onClick={() => {
              setPage(page - 1);
            }}
          >
            Earlier
          </button>
          <span class="faint">
            {countText(page * aPage + 1)} to {countText(page * aPage + shown.length)}
          </span>
          <button
            type="button"
            disabled={(page + 1) * aPage >= clips.length}
            onClick={() => {
              setPage(page + 1);
            }}
          >
            Later
          </button>
        </div>
      )}
    </section>
  );
}

function Chosen({ itemId, onEnded }: { readonly itemId: string; readonly onEnded: () => void }) {
  const { data } = useResource(
    `item ${itemId}`,
    (api, signal) => dataOf(api.GET("/v1/items/{id}", { params: { path: { id: itemId } }, signal })),
    null,
  );
  const title = data === null ? itemId : data.prompt;
  return (
    <div class="chosen-clip">
      <p class="text">{title}</p>
      <Player itemId={itemId} title={`Clip: ${title}`} plays={true} onEnded={onEnded} />
    </div>
  );
}

/** The users' own ids of the items, where they lie near enough to be listed at once. */
function useNames(batchId: string, shown: readonly number[]): ReadonlyMap<number, string> {
  const [first = 0, last = 0] = [shown[0], shown.at(-1)];
  const limit = Math.min(mostListed, last - first + 1);
  const { data } = useResource(
    shown.length === 0 ? null : `items ${batchId} ${first} ${limit}`,
    (api, signal) => {
      const params = { path: { id: batchId }, query: { cursor: String(first), limit } };
      return dataOf(api.GET("/v1/batches/{id}/items", { params, signal }));
    },
    null,
  );
  return new Map(
    (data?.data ?? []).flatMap(({ index, custom_id }) => (custom_id === null ? [] : [[index, custom_id]])),
  );
}

function toggle(audio: HTMLAudioElement | null | undefined): void {
  if (audio == null) return;
  if (audio.paused) void audio.play();
  else audio.pause();
}

const ownKeys = new Set([" ", "ArrowDown", "ArrowUp"]);

/** While nothing else has the keyboard, or something in the list has it. */
function useKeys(place: { readonly current: HTMLElement | null }, onKey: (key: string) => void): void {
  const now = useRef(onKey);
  now.current = onKey;
  // Before the next frame: the list that can be seen has its keys.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const isFree =
        target === document.body || target.id === "main" || place.current?.contains(target) === true;
      if (!isFree || !ownKeys.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      // A button is pressed by space, and the player has keys of its own.
      if (event.key === " " && (target.tagName === "BUTTON" || target.tagName === "AUDIO")) return;
      event.preventDefault();
      now.current(event.key);
    };
    document.addEventListener("keydown", listen);
    return () => {
      document.removeEventListener("keydown", listen);
    };
  }, []);
}
