import { expect, test } from "vitest";
import { parsePromptFile } from "../../../../cli/prompts/prompt-file.ts";
import { captionsTable } from "./captions-table.ts";

test("a table of 5,521 captions with nine columns is read whole, with quotes, commas and line breaks in them", () => {
  const notes: string[] = [];
  const read = parsePromptFile("captions.csv", Buffer.from(captionsTable(5521)), {
    promptColumn: "caption",
    ignoreOtherColumns: true,
    onNote: (note) => notes.push(note),
  });
  const items = read.kind === "items" ? read.items : [];
  expect(items).toHaveLength(5521);
  expect(items.slice(1, 4)).toEqual([
    { prompt: 'This is "lo-fi", with drums, bass and a soft voice; number 1.' },
    { prompt: "The recording is noisy.\nA guitar strums 2 chords, then it stops." },
    { prompt: "Café 3: accordion, brushes, a double bass – and rain." },
  ]);
  expect(notes).toEqual([
    "left out: ytid, start_s, end_s, audioset_positive_labels, aspect_list, author_id, is_balanced_subset, is_audioset_eval",
  ]);
});
