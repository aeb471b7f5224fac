import type { GatewaySchemas } from "@nexus/api";

/** What the server sends to begin a ceremony. */
type Ceremony = GatewaySchemas["PasskeyCeremony"];

/** Asking for a passkey came to nothing; what it says is for people. */
export class PasskeyRefused extends Error {}

/** Whether this browser has passkeys at all. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Whether passkeys can be offered among the suggestions of a text field. */
export async function hasPasskeySuggestions(): Promise<boolean> {
  return hasPasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;
}

interface AskOptions {
  /** `conditional`: among the suggestions of the e-mail field, without a dialog. */
  mediation?: CredentialMediationRequirement;
  signal?: AbortSignal;
}

/** Proves possession of a passkey; the answer finishes the ceremony. */
export async function askForPasskey(
  { ceremony, options }: Ceremony,
  { mediation, signal }: AskOptions = {},
): Promise<GatewaySchemas["PasskeyProof"]> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    publicKeyOf<PublicKeyCredentialRequestOptionsJSON>(options),
  );
  const request: CredentialRequestOptions = { publicKey };
  if (mediation !== undefined) {
    request.mediation = mediation;
  }
  if (signal !== undefined) {
    request.signal = signal;
  }
  const credential = await toJson<GatewaySchemas["PasskeyAssertion"]>(navigator.credentials.get(request));
  return { ceremony, credential };
}

/** Makes a passkey on this device or on a key; the answer is the credential as JSON. */
export async function makePasskey({ options }: Ceremony): Promise<GatewaySchemas["PasskeyAttestation"]> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    publicKeyOf<PublicKeyCredentialCreationOptionsJSON>(options),
  );
  return toJson(navigator.credentials.create({ publicKey }));
}

function publicKeyOf<T>(options: unknown): T {
  return (options as { publicKey: T }).publicKey;
}

async function toJson<T>(asked: Promise<Credential | null>): Promise<T> {
  try {
    const credential = await asked;
    if (credential instanceof PublicKeyCredential) {
      return credential.toJSON() as T;
    }
  } catch (error) {
    throw explained(error);
  }
  throw new PasskeyRefused("the browser gave no passkey; try again, or use another way");
}

function explained(error: unknown): unknown {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") {
    return new PasskeyRefused("no passkey was used: it was cancelled, took too long, or there is none for this site");
  }
  if (name === "InvalidStateError") {
    return new PasskeyRefused("this device already has a passkey for your account");
  }
  return error;
}
