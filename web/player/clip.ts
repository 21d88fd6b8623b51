/** Where a clip is: an address that the API signs, and signs anew when it has expired. */
import { dataOf, type MusicgenBatch } from "../../client/client.ts";

export interface ClipAddress {
  readonly url: string;
  readonly fileName: string;
}

export async function clipAddress(api: MusicgenBatch, itemId: string): Promise<ClipAddress> {
  const params = { path: { id: itemId }, query: { redirect: false } };
  // Without a redirect it is JSON.
  const { url, file_name: fileName } = (await dataOf(api.GET("/v1/items/{id}/audio", { params }))) as {
    readonly url: string;
    readonly file_name: string;
  };
  return { url, fileName };
}
