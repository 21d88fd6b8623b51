/** The API's refusal, with every fault that it names. */
import type { Problem as ApiProblemBody } from "../../client/client.ts";

export function Problem({ problem }: { readonly problem: ApiProblemBody }) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {problem.errors !== undefined && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ pointer, detail }, place) => (
            <li key={place}>
              <code>{pointer || "(body)"}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.request_id !== "" && <p class="faint">Request {problem.request_id}</p>}
    </div>
  );
}
