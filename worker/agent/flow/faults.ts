/** Errors of the outside world are logged, and the worker goes on. Any other error is a bug and ends it. */
import { ContentionError, RecordError } from "../../../shared/records/records.ts";
import { QueueError, StoreError } from "../../../shared/ports.ts";
import { MetadataError } from "../ports.ts";

const outside = [StoreError, QueueError, MetadataError, ContentionError, RecordError];

export const isOutsideFault = (error: unknown): error is Error =>
  outside.some((kind) => error instanceof kind);
