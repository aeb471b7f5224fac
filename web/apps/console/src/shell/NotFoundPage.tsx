import { buttonClass, Notice } from "@nexus/ui";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <main>
      <title>Not found · Nexus</title>
      <h1 className="sr-only">Not found</h1>
      <Notice
        icon={Compass}
        title="There is no such page"
        actions={
          <Link to="/" className={buttonClass("strong")}>
            Go to the start page
          </Link>
        }
      >
        <p>The address may be mistyped, or the page has moved.</p>
      </Notice>
    </main>
  );
}
