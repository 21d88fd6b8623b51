/** The credentials in a machine's metadata: a session of its instance profile's role. */
import { GetInstanceProfileCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Emulator } from "../emulator.ts";
import type { Machine } from "./machine.ts";

/** EC2 provides new credentials well before the old ones expire. */
const renewBeforeMs = 5 * 60_000;

export interface RoleCredentials {
  readonly roleName: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly updatedMs: number;
  readonly expiresMs: number;
}

/**
 * Fetches credentials once, and again when the session is about to expire. Answers null for a machine without a
 * profile.
 */
export class MachineRole {
  readonly #emulator: Emulator;
  readonly #machine: Machine;
  #held: RoleCredentials | null = null;

  constructor(emulator: Emulator, machine: Machine) {
    this.#emulator = emulator;
    this.#machine = machine;
  }

  async credentials(nowMs: number): Promise<RoleCredentials | null> {
    const profile = this.#machine.template.instanceProfile;
    if (profile === null) return null;
    if (this.#held === null || this.#held.expiresMs - nowMs < renewBeforeMs) {
      const name = profile.name ?? profile.arn?.split("/").at(-1);
      this.#held = await this.#assume(name ?? "", nowMs);
    }
    return this.#held;
  }

  async #assume(profileName: string, nowMs: number): Promise<RoleCredentials> {
    const profile = await this.#emulator.iam.send(
      new GetInstanceProfileCommand({ InstanceProfileName: profileName }),
    );
    const role = profile.InstanceProfile?.Roles?.[0];
    if (role === undefined) throw new Error(`instance profile ${profileName} has no role`);
    const { Credentials: session } = await this.#emulator.sts.send(
      // As on EC2, the session is named after the machine; the name shows in the access log of each call.
      new AssumeRoleCommand({ RoleArn: role.Arn, RoleSessionName: this.#machine.instanceId }),
    );
    if (session === undefined) throw new Error(`role ${role.RoleName ?? ""} was assumed without credentials`);
    return {
      roleName: role.RoleName ?? "",
      accessKeyId: session.AccessKeyId ?? "",
      secretAccessKey: session.SecretAccessKey ?? "",
      token: session.SessionToken ?? "",
      updatedMs: nowMs,
      expiresMs: session.Expiration?.getTime() ?? nowMs,
    };
  }
}
