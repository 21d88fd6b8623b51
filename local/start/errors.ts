/** Something the user can put right; its message is all there is to say. */
export class UserError extends Error {
  override readonly name = "UserError";
}
