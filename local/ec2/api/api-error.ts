/** An error of EC2: its code, its message, and the HTTP status of that code. */
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

/** EC2 answers 400 for every mistake of the caller; these are the other codes. @see EC2 API reference, "Error codes" */
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
