/** A table of captions in the shape of MusicCaps (nine columns), as a spreadsheet's user has it; no caption is of it. */

const header =
  "ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id,is_balanced_subset,is_audioset_eval";

const captions = [
  (n: number) => `A slow piano plays alone, take ${n}.`,
  (n: number) => `This is "lo-fi", with drums, bass and a soft voice; number ${n}.`,
  (n: number) => `The recording is noisy.\nA guitar strums ${n} chords, then it stops.`,
  (n: number) => `Café ${n}: accordion, brushes, a double bass – and rain.`,
];

/** @param count of its rows, whose captions all differ */
export function captionsTable(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const caption = captions[n % captions.length]?.(n) ?? "";
    return [
      `clip${n}`,
      "30",
      "40",
      "/m/0140xf,/m/02cjck",
      "['piano', 'slow', \"don't rush\"]",
      caption,
      String(n % 10),
      "False",
      "True",
    ].map(cell);
  });
  return `${[header, ...rows.map((cells) => cells.join(","))].join("\r\n")}\r\n`;
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
