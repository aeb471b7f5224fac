import { Dialog, Facts, Time } from "@nexus/ui";
import { Link } from "@tanstack/react-router";
import { Actor } from "./Actor";
import { type Entry, Outcome } from "./Audit";
import { ProofStatus } from "./ProofStatus";

/** Everything about one entry, and whether it is sealed. */
export function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { id, action, outcome, at, actor, subject, address, request_id, details } = entry;
  return (
    <Dialog open onClose={onClose} size="wide" title={action}>
      <div className="*:items-start *:whitespace-normal">
        <ProofStatus id={id} />
      </div>
      <Facts
        facts={[
          ["Outcome", <Outcome key="outcome" outcome={outcome} />],
          ["When", <Time key="at" at={at} as="exact" />],
          [
            "Who",
            actor ? (
              <Link key="actor" to="/audit" search={{ actor }} onClick={onClose} className="underline underline-offset-4">
                <Actor id={actor} />
              </Link>
            ) : (
              "Nobody signed in"
            ),
          ],
          [
            "What",
            subject ? (
              <Link key="subject" to="/audit" search={{ subject }} onClick={onClose} className="font-mono text-sm underline underline-offset-4">
                {subject}
              </Link>
            ) : (
              "–"
            ),
          ],
          ["From", address ?? "–"],
          ["Request", <span key="request" className="font-mono text-sm">{request_id ?? "–"}</span>],
          ["Entry", <span key="entry" className="font-mono text-sm">{id}</span>],
        ]}
      />
      <div>
        <p className="mb-1.5 text-sm font-medium">Details</p>
        {/* Long details scroll, for the keyboard too. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0} aria-label="Details" className="max-h-72 overflow-auto rounded-control border border-line bg-sunken p-4 font-mono text-sm leading-relaxed">
          {JSON.stringify(details, null, 2)}
        </pre>
      </div>
    </Dialog>
  );
}
