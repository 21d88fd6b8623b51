/** What a cell of a table says, as spreadsheets and data frames write it. Nothing is guessed: what can be read two ways is refused. */
import { withoutInert } from "../../shared/contract/api/formulas.ts";
import { type FieldKind, fieldKind } from "./fields.ts";

export type Cell =
  | { readonly kind: "blank" }
  | { readonly kind: "value"; readonly value: string | number | boolean }
  | { readonly kind: "mistake"; readonly text: string };

/** How programs write that a value is missing. */
const missingMarks = new Set(["nan", "NaN", "NAN", "None", "null", "NULL", "<NA>", "NA", "N/A", "NaT"]);
/** `#NAME?`, `#VALUE!`, `#N/A`, and what Excel calls them in other languages. */
const spreadsheetError = /^#(?:[\p{Lu}\p{N}/]+[!?]|N\/A|NV)$/u;

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** `1,000` and `1.000` may be a thousand or one. */
const mayBeThousands = /^[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+$/;

/** @param decimalComma whether `0,5` is a half, as where columns are not separated by commas */
export function readCell(field: string, text: string, decimalComma: boolean): Cell {
  const cell = text.trim();
  if (cell === "") return { kind: "blank" };
  if (spreadsheetError.test(cell)) return mistake(`${field} is '${cell}', a spreadsheet's error`);
  const kind = fieldKind(field);
  // `none` is a choice as well: what Python writes as None is then left to the schema.
  if (missingMarks.has(cell) && !(kind === "choice" && cell === "None")) {
    if (field !== "prompt") return { kind: "blank" };
    return mistake(`prompt is '${cell}', which means a missing value; remove the row`);
  }
  if (kind === "flag") return readFlag(field, cell);
  return kind === "integer" || kind === "number"
    ? readNumber(field, cell, kind, decimalComma)
    : { kind: "value", value: kind === "text" ? withoutInert(cell) : cell };
}

/** Spreadsheets write TRUE, in the words of their language; data frames write True. */
function readFlag(field: string, cell: string): Cell {
  const word = cell.toLowerCase();
  if (word === "true" || word === "false") return { kind: "value", value: word === "true" };
  return mistake(`${field} is '${cell}'; write true or false`);
}

function readNumber(field: string, cell: string, kind: FieldKind, decimalComma: boolean): Cell {
  const isAmbiguous = mayBeThousands.test(cell) && (kind === "integer" || cell.includes(","));
  if (isAmbiguous)
    return mistake(`${field} is '${cell}', which can be read in two ways; write it without separators`);
  const text = decimalComma && !cell.includes(".") ? cell.replace(",", ".") : cell;
  if (!number.test(text)) return mistake(`${field} is '${cell}', which is not a number`);
  // A spreadsheet shortens a long number to a few digits when its column is narrow.
  if (kind === "integer" && /e/i.test(text))
    return mistake(`${field} is '${cell}', shortened by a spreadsheet; format the column without decimals`);
  return { kind: "value", value: Number(text) };
}

const mistake = (text: string): Cell => ({ kind: "mistake", text });
