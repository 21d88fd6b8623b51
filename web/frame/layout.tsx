/** What is around every page: the navigation, and what all pages have to say. */
import type { ComponentChildren } from "preact";
import { pages } from "../pages/pages.ts";
import { linkTo, usePlace } from "../router.ts";
import { useSession } from "../session/session.ts";
import { StateBar } from "./state-bar.tsx";

/** The page's server writes it there. */
const stageName = document.querySelector("meta[name=stage]")?.getAttribute("content") ?? "";

/** A page that is not listed belongs to one that is. */
const listedUnder: Readonly<Record<string, string>> = { batch: "batches", item: "batches" };

export function Layout({ children }: { readonly children: ComponentChildren }) {
  const { stage, may, leave } = useSession();
  const first = usePlace().parts[0] ?? "";
  const current = listedUnder[first] ?? first;
  return (
    <div class="layout">
      <a class="skip" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <header class="side">
        <p class="brand">
          musicgen-batch <span class="stage">{stageName}</span>
        </p>
        <nav aria-label="Pages">
          <ul>
            {pages
              .filter(({ isListed, scope }) => isListed && may(scope))
              .map(({ path, title }) => (
                <li key={path}>
                  <a href={linkTo(path)} aria-current={path === current ? "page" : undefined}>
                    {title}
                  </a>
                </li>
              ))}
          </ul>
        </nav>
        <p class="who">
          <span class="faint">
            {stage.key.owner} · {stage.key.scopes.join(", ")}
          </span>
          <a href="/docs">API reference</a>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              leave(null);
            }}
          >
            Forget the key
          </button>
        </p>
      </header>
      <main id="main" tabIndex={-1}>
        <StateBar />
        {children}
      </main>
    </div>
  );
}

/** The fragment is the page's address, so the link must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
