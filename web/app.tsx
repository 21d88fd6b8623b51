/** Who has a key sees the pages; who has none is asked for one. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { KeyForm } from "./session/key-form.tsx";
import { forgetKey, keepKey, keyAtStart } from "./session/key.ts";
import { openSession, SessionContext, type Opening, type Session } from "./session/session.ts";
import { Layout } from "./frame/layout.tsx";
import { Loading } from "./parts/loading.tsx";
import { PageView } from "./frame/page-view.tsx";

export function App() {
  const [key, setKey] = useState(keyAtStart);
  const [opening, setOpening] = useState<Opening>({ kind: "opening" });
  const leave = (why: string | null): void => {
    forgetKey();
    setKey(null);
    setOpening({ kind: "refused", why });
  };
  // An address with a key may also be pasted over that of the open page.
  useLayoutEffect(() => {
    const onChange = (): void => {
      setKey(keyAtStart());
    };
    addEventListener("hashchange", onChange);
    return () => {
      removeEventListener("hashchange", onChange);
    };
  }, []);
  useEffect(() => {
    if (key === null) return undefined;
    const ended = new AbortController();
    setOpening({ kind: "opening" });
    void openSession(key, leave, ended.signal, setOpening);
    return () => {
      ended.abort();
    };
  }, [key]);
  const enter = (given: string): void => {
    keepKey(given);
    setKey(given);
  };
  if (key === null) return <KeyForm why={opening.kind === "refused" ? opening.why : null} onKey={enter} />;
  switch (opening.kind) {
    case "opening":
      return <Loading what="Asking the API what this key may do" />;
    case "silent":
      return (
        <Loading
          what={`The API does not answer since ${new Date(opening.sinceMs).toLocaleTimeString()}; trying again`}
        />
      );
    case "refused":
      return <KeyForm why={opening.why} onKey={enter} />;
    case "open":
      return <Open session={opening.session} />;
  }
}

function Open({ session }: { readonly session: Session }) {
  return (
    <SessionContext.Provider value={session}>
      <Layout>
        <PageView />
      </Layout>
    </SessionContext.Provider>
  );
}
