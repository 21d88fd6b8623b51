/** The API key: kept for this tab alone, until it is closed. */
const place = "musicgen-batch.key";

/** From the fragment of the address, which is never sent and is removed from the bar at once; or as it was kept. */
export function keyAtStart(): string | null {
  const given = /^#key=([^&]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(place);
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  const key = decodeURIComponent(given);
  keepKey(key);
  return key;
}

export const keepKey = (key: string): void => {
  sessionStorage.setItem(place, key);
};
export const forgetKey = (): void => {
  sessionStorage.removeItem(place);
};
