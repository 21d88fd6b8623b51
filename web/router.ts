/** Pages by the fragment of the address: `#/batches/bat_…?tab=clips`. The server has one page alone. */
import { useLayoutEffect, useState } from "preact/hooks";

export interface Place {
  /** Such as `["batches", "bat_…"]`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return {
    parts: path
      .split("/")
      .filter((part) => part !== "")
      .map(decodedOrAsIs),
    query: new URLSearchParams(query),
  };
}

function decodedOrAsIs(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const linkTo = (...parts: readonly string[]): string =>
  `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;

export const goTo = (...parts: readonly string[]): void => {
  location.hash = linkTo(...parts);
};

/** The page stays, and its address says what it shows. */
export function replaceQuery(query: Readonly<Record<string, string>>): void {
  const kept = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  const path = location.hash.split("?")[0] ?? "#/";
  const text = kept.toString();
  history.replaceState(null, "", `${path === "" ? "#/" : path}${text === "" ? "" : `?${text}`}`);
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  // Before the next frame: no change of the address is missed.
  useLayoutEffect(() => {
    const onChange = (): void => {
      setHash(location.hash);
    };
    addEventListener("hashchange", onChange);
    return () => {
      removeEventListener("hashchange", onChange);
    };
  }, []);
  return placeOf(hash);
}
