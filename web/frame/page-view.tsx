/** The page that the address names. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { usePlace } from "../router.ts";
import { useSession } from "../session/session.ts";
import { Empty } from "../parts/empty.tsx";
import { Loading } from "../parts/loading.tsx";
import type { PageEntry, PageProps } from "../pages/page.ts";
import { pages } from "../pages/pages.ts";

export function PageView() {
  const { parts, query } = usePlace();
  const { may } = useSession();
  const [first = "", ...rest] = parts;
  const page = pages.find(({ path }) => path === first);
  if (page === undefined)
    return (
      <Empty title="There is no such page">
        <a href="#/">Go to Now</a>
      </Empty>
    );
  if (!may(page.scope))
    return <Empty title={page.title}>This page needs a key with the scope “{page.scope}”.</Empty>;
  return <LoadedPage key={page.path} page={page} rest={rest} query={query} />;
}

/** Loaded once; then it is there at once. */
const loaded = new Map<string, ComponentType<PageProps>>();

function LoadedPage({ page, rest, query }: PageProps & { readonly page: PageEntry }) {
  const [Component, setComponent] = useState<ComponentType<PageProps> | null>(
    () => loaded.get(page.path) ?? null,
  );
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    document.title = `${page.title} · musicgen-batch`;
    page.load().then(
      (component) => {
        loaded.set(page.path, component);
        setComponent(() => component);
      },
      () => {
        setMissing(true);
      },
    );
  }, [page]);
  if (Component !== null) return <Component rest={rest} query={query} />;
  if (!isMissing) return <Loading what={page.title} />;
  return (
    <Empty title="This page could not be loaded">
      The dashboard may have been replaced by a newer one, or the connection is lost.{" "}
      <button
        type="button"
        onClick={() => {
          location.reload();
        }}
      >
        Reload
      </button>
    </Empty>
  );
}
