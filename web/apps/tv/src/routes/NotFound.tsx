import { Notice } from "@nexus/ui";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { usePageTitle } from "../usePageTitle";

interface NotFoundProps {
  title: string;
  detail: string;
}

export function NotFoundPage() {
  return (
    <NotFound
      title="There is no such page"
      detail="The address may be mistyped, or the page has moved."
    />
  );
}

/** Says that an address leads nowhere, and leads somewhere. */
export function NotFound({ title, detail }: NotFoundProps) {
  usePageTitle("Not found");
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <Notice
        icon={Compass}
        title={title}
        actions={
          <Link
            to="/"
            className="inline-flex min-h-11 items-center rounded-control bg-(--button-strong-bg) px-4 text-[0.9375rem] font-medium text-(--button-strong-text) hover:bg-white"
          >
            See what is live
          </Link>
        }
      >
        <p>{detail}</p>
      </Notice>
    </>
  );
}
