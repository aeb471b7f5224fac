import { buttonClass, Time } from "@nexus/ui";
import { Link, useSearch } from "@tanstack/react-router";
import { EntranceCard } from "./EntranceCard";

/** What whoever deleted their account is told last. */
export function AccountClosed() {
  const { erased_at } = useSearch({ from: "/entrance/account-closed" });
  return (
    <EntranceCard
      title="Your account is closed"
      description={
        <>
          It is erased {erased_at === undefined ? "after 30 days" : <>on <Time at={erased_at} as="day" /></>}. Until then the
          link in the mail that was sent to you brings it back.
        </>
      }
    >
      <Link to="/sign-in" className={buttonClass()}>
        Go to sign-in
      </Link>
    </EntranceCard>
  );
}
