/** An answer that EC2 gives as an error: its code, its words, and the HTTP status that goes with the code. */
export class Ec2ApiError extends Error {
  override readonly name = "Ec2ApiError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return statusOf[this.code] ?? 400;
  }
}

/** EC2 answers 400 for whatever the caller did wrong; the rest is here. @see EC2 API reference, "Error codes" */
const statusOf: Readonly<Record<string, number>> = {
  AuthFailure: 401,
  UnauthorizedOperation: 403,
  InternalError: 500,
  InternalFailure: 500,
  InsufficientCapacity: 500,
  InsufficientInstanceCapacity: 500,
  RequestLimitExceeded: 503,
  ServerInternal: 500,
  ServiceUnavailable: 503,
  Unavailable: 503,
};
