/** Finds a free port. */
import { createServer } from "node:net";

/** A port of loopback on which nothing listens now. Another process may still take it first. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("expected a TCP address"));
        else resolve(address.port);
      });
    });
  });
}
