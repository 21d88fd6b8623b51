import { startMemoryApi } from "../memory-api/memory-api.ts";
import { describeApiTable } from "./api-table.ts";

describeApiTable(async () => {
  const api = await startMemoryApi();
  const [read, submit, operate] = await Promise.all([
    api.key("ada", ["read"]),
    api.key("ada", ["read", "submit"]),
    api.key("ada", ["read", "submit", "operate"]),
  ]);
  return { url: api.url, keys: { read, submit, operate }, stop: () => api.stop() };
});
