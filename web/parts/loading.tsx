/** What is being waited for. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading faint" role="status">
      {what} …
    </p>
  );
}
