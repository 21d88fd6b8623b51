/** Which of SQS's refusals are about what is in a message: sending the same message again is then pointless. */
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { codeOf, messageOf } from "../sdk-errors.ts";

/** SQS calls these the sender's fault too, but they are about rights, keys, limits or the queue. */
const notForContent =
  /AccessDenied|NotAuthorized|Unauthorized|Security|Token|Signature|Kms|Throttl|OverLimit|TooManyRequests|Queue|Address|UnsupportedOperation|Internal|Unavailable|Timeout/i;
const throttles = /Throttl|OverLimit|TooManyRequests/i;
/** Of a whole request. @see SQS API reference, SendMessageBatch, Errors */
const contentCodes = /^(InvalidMessageContents|BatchRequestTooLong)(Exception)?$/;
const tooLong = /shorter than \d+ bytes/;

/** Of one entry in the answer to a batch. */
export const isForContent = ({ SenderFault, Code }: BatchResultErrorEntry): boolean =>
  SenderFault === true && !notForContent.test(shortOf(Code));

/** Asking again may help. */
export const isPassing = ({ SenderFault, Code }: BatchResultErrorEntry): boolean =>
  SenderFault !== true || throttles.test(shortOf(Code));

/** Of a request as a whole, for the content of one message or of all of them together. */
export const isRefusedForContent = (error: unknown): boolean =>
  contentCodes.test(shortOf(codeOf(error))) || tooLong.test(messageOf(error));

/** SQS says some codes with its old name before them. */
const shortOf = (code = ""): string => code.replace(/^AWS\.SimpleQueueService\./, "");
