/** Where a browser finds the dashboard of an API. */

/** @param key of the embedded cloud: the fragment is never sent. Null: the dashboard asks for a key */
export const dashboardAddress = (apiUrl: string, key: string | null): string =>
  `${apiUrl}/${key === null ? "" : `#key=${encodeURIComponent(key)}`}`;
