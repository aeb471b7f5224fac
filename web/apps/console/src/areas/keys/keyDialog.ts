import type { ApiKey } from "./ApiKeys";

/** What is asked about one key. */
export interface KeyDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  /** With the new secret, where there is one. */
  onDone: (secret?: string) => unknown;
}
