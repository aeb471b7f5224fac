import { useQuery } from "@tanstack/react-query";
import { factors } from "../../data/factors";
import { QueryView } from "../../data/QueryView";
import { PasskeysPanel } from "./PasskeysPanel";
import { PasswordPanel } from "./PasswordPanel";
import { RecoveryCodesPanel } from "./RecoveryCodesPanel";
import { TotpPanel } from "./TotpPanel";

/** How one signs in. */
export function Security() {
  const query = useQuery(factors);
  return (
    <>
      <PasskeysPanel />
      <QueryView query={query} what="the ways you sign in">
        {(have) => (
          <>
            <TotpPanel enabled={have.totp} />
            {(have.totp || have.passkeys > 0) && <RecoveryCodesPanel left={have.recovery_codes_left} />}
          </>
        )}
      </QueryView>
      <PasswordPanel />
    </>
  );
}
