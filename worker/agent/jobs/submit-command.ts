/** What the engine is asked for, with everything stated that a request may leave out. */
import { defaultExtendStride } from "../../../shared/contract/api/parameters.ts";
import { sourceOf, type ContinueFrom } from "../../../shared/contract/api/continuation.ts";
import type { EngineCommand } from "../../../shared/contract/engine-protocol.ts";
import type { Job } from "./job.ts";

type SubmitCommand = Extract<EngineCommand, { type: "submit" }>;

export function submitCommandOf({ itemId, message, resumePath, sourcePath }: Job): SubmitCommand {
  const { prompt, seed, parameters, continue_from } = message;
  return {
    type: "submit",
    id: itemId,
    prompt,
    seed,
    ...parameters,
    extend_stride: parameters.extend_stride ?? defaultExtendStride,
    output: { ...parameters.output, only_new: parameters.output.only_new ?? false },
    continue_from: continue_from === undefined ? null : continued(continue_from, sourcePath),
    resume: resumePath === null ? null : { path: resumePath },
  };
}

function continued(from: ContinueFrom, path: string | null): SubmitCommand["continue_from"] {
  if (path === null) throw new TypeError("expected a job that continues something to have it on disk");
  const source = sourceOf(from);
  return { path, name: source.id, part: source.kind === "upload" ? source.part : null };
}
