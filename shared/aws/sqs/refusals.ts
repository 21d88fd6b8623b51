/** Which refusals of SQS are about a message's content: sending the same message again is then pointless. */
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { codeOf, messageOf } from "../sdk-errors.ts";

/** SQS reports these as the sender's fault too, but they are about rights, keys, limits or the queue. */
const notForContent =
  /AccessDenied|NotAuthorized|Unauthorized|Security|Token|Signature|Kms|Throttl|OverLimit|TooManyRequests|Queue|Address|UnsupportedOperation|Internal|Unavailable|Timeout/i;
const throttles = /Throttl|OverLimit|TooManyRequests/i;
/** For a whole request. @see SQS API reference, SendMessageBatch, Errors */
const contentCodes = /^(InvalidMessageContents|BatchRequestTooLong)(Exception)?$/;
const tooLong = /shorter than \d+ bytes/;

/** For one entry in the answer to a batch. */
export const isForContent = ({ SenderFault, Code }: BatchResultErrorEntry): boolean =>
  SenderFault === true && !notForContent.test(shortOf(Code));

/** Sending again may help. */
export const isPassing = ({ SenderFault, Code }: BatchResultErrorEntry): boolean =>
  SenderFault !== true || throttles.test(shortOf(Code));

/** Whether the whole request was refused because of the content of one message, or of all together. */
export const isRefusedForContent = (error: unknown): boolean =>
  contentCodes.test(shortOf(codeOf(error))) || tooLong.test(messageOf(error));

/** SQS puts its old name before some codes. */
const shortOf = (code = ""): string => code.replace(/^AWS\.SimpleQueueService\./, "");
