/** A clip's codes between the engine's file and the result that keeps them. */
import { readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** About 11 kB for 30 s. */
export const packedCodes = (path: string): string => deflateRawSync(readFileSync(path)).toString("base64");

export const unpackedCodes = (packed: string): Buffer => inflateRawSync(Buffer.from(packed, "base64"));
