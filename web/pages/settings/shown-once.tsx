/** A secret that the API tells this once. */
export function ShownOnce({ what, secret }: { readonly what: string; readonly secret: string | null }) {
  return (
    <div role="status">
      {secret !== null && (
        <>
          <p>{what} is shown this once; copy it now:</p>
          <pre tabIndex={0}>{secret}</pre>
        </>
      )}
    </div>
  );
}
