import { type GatewaySchemas, take } from "@nexus/api";
import { Button, CopyField, Dialog, Field, FormError } from "@nexus/ui";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { QrCode } from "./QrCode";

interface TotpEnrolmentProps {
  enrolment: GatewaySchemas["TotpEnrolment"];
  onClose: () => void;
  /** With recovery codes, when the app is the first second factor. */
  onDone: (codes: readonly string[]) => unknown;
}

/** Scan, then prove that it worked. */
export function TotpEnrolment({ enrolment: { secret, otpauth_uri }, onClose, onDone }: TotpEnrolmentProps) {
  const [code, setCode] = useState("");
  const confirm = useAction(
    () => take(gateway.POST("/api/v1/me/totp/confirm", { body: { code: code.trim() } })),
    ({ recovery_codes }) => onDone(recovery_codes),
  );
  const failure = failureOf(confirm);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Set up an authenticator app"
      description="Scan this with the app on your phone, then enter the code that the app shows."
      onSubmit={() => confirm.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={confirm.isPending}>
            Confirm
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <QrCode text={otpauth_uri} label="Key for the authenticator app as a QR code" />
      <CopyField label="Or enter this key" value={secret.replace(/(.{4})(?=.)/g, "$1 ")} />
      <Field
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        maxLength={8}
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
    </Dialog>
  );
}
