/** Fields of a form, each with its label. */
import { useId } from "preact/hooks";

interface FieldProps {
  readonly title: string;
  readonly value: string;
  /** In the empty field. */
  readonly hint?: string;
  /** Under the field. */
  readonly below?: string;
  readonly isWrong?: boolean;
  readonly maxLength?: number;
  readonly inputMode?: "text" | "decimal" | "search";
  readonly onValue: (value: string) => void;
}

export function Field({ title, value, hint, below, isWrong, maxLength, inputMode, onValue }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{title}</label>
      <input
        id={id}
        value={value}
        placeholder={hint}
        maxLength={maxLength}
        inputMode={inputMode}
        autocomplete="off"
        aria-invalid={isWrong === true}
        aria-describedby={below === undefined ? undefined : `${id}-below`}
        onInput={(event) => {
          onValue(event.currentTarget.value);
        }}
      />
      {below !== undefined && (
        <span id={`${id}-below`} class={isWrong === true ? "below bad" : "below faint"}>
          {below}
        </span>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly title: string;
  /** Empty: none was made. */
  readonly value: string;
  /** What holds without a choice; absent: one must be made. */
  readonly usual?: string;
  readonly options: readonly (readonly [value: string, shown: string])[];
  readonly onValue: (value: string) => void;
}

export function Choice({ title, value, usual, options, onValue }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{title}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onValue(event.currentTarget.value);
        }}
      >
        {usual !== undefined && <option value="">usual: {usual}</option>}
        {options.map(([own, shown]) => (
          <option key={own} value={own}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}
