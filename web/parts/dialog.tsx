/** Asks before something that is hard to undo; for the hardest, a word must be typed. */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Action } from "../data/use-action.ts";
import { Problem } from "./problem.tsx";

interface DialogProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly verb: string;
  /** What must be typed first. */
  readonly word?: string;
  readonly action: Action;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, verb, word, action, onConfirm, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const ids = { title: useId(), word: useId() };
  const [typed, setTyped] = useState("");
  // Before the next frame: a key that comes at once is already the dialog's.
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  const isAllowed = (word === undefined || typed.trim() === word) && !action.isRunning;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isAllowed) onConfirm();
  };
  return (
    <dialog ref={dialog} aria-labelledby={ids.title} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={ids.title}>{title}</h2>
        {children}
        {word !== undefined && (
          <div class="field">
            <label for={ids.word}>
              Type <strong>{word}</strong> to go on
            </label>
            <input
              id={ids.word}
              autocomplete="off"
              spellcheck={false}
              value={typed}
              onInput={(event) => {
                setTyped(event.currentTarget.value);
              }}
            />
          </div>
        )}
        {action.problem !== null && <Problem problem={action.problem} />}
        <div class="actions">
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class="danger" disabled={!isAllowed}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
