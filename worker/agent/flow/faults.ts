/** Which errors are the outside world's, to be logged and outlived; any other is a bug and ends the worker. */
import { ContentionError, RecordError } from "../../../shared/records/records.ts";
import { QueueError, StoreError } from "../../../shared/ports.ts";
import { MetadataError } from "../ports.ts";

const outside = [StoreError, QueueError, MetadataError, ContentionError, RecordError];

export const isOutsideFault = (error: unknown): error is Error =>
  outside.some((kind) => error instanceof kind);
