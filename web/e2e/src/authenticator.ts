import { execFileSync } from "node:child_process";
import type { CDPSession, Page } from "playwright-core";

/** A device with passkeys that verifies its user at once, plugged into a page by Chromium itself. */
export class Device {
  private constructor(
    private readonly session: CDPSession,
    private readonly id: string,
  ) {}

  static async plugInto(page: Page): Promise<Device> {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Device(session, authenticatorId);
  }

  /** Whether its user touches it when it is asked to sign. */
  async touched(enabled: boolean): Promise<void> {
    await this.session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: this.id, enabled });
  }

  /** Whether it knows its user's finger. */
  async knowsItsUser(isUserVerified: boolean): Promise<void> {
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId: this.id, isUserVerified });
  }

  async passkeys() {
    return (await this.session.send("WebAuthn.getCredentials", { authenticatorId: this.id })).credentials;
  }

  /** Has the passkeys of another device besides, as those do that are synced. */
  async syncFrom(other: Device): Promise<void> {
    for (const credential of await other.passkeys()) {
      // oxlint-disable-next-line no-await-in-loop
      await this.session.send("WebAuthn.addCredential", { authenticatorId: this.id, credential });
    }
  }
}

/** The code that an authenticator app with this secret shows now, by another hand than ours: `oathtool`. */
export function codeOf(secret: string): string {
  return execFileSync("oathtool", ["--totp", "--base32", secret.replaceAll(" ", "")], { encoding: "utf8" }).trim();
}
