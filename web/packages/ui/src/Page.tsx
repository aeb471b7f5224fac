import type { ReactNode } from "react";

interface PageProps {
  title: string;
  /** One sentence on what this page is for. */
  description?: ReactNode;
  /** Buttons for the whole page. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the app: its name, what can be done, its content. */
export function Page({ title, description, actions, children }: PageProps) {
  return (
    <div className="animate-rise">
      <title>{`${title} · Nexus`}</title>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4 sm:mb-8">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-2xl leading-tight font-semibold tracking-tight text-balance wrap-anywhere sm:text-3xl">{title}</h1>
          {description !== undefined && (
            <p className="mt-2 max-w-2xl text-base leading-relaxed text-pretty text-text-soft">{description}</p>
          )}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-3 max-sm:w-full max-sm:*:flex-1">{actions}</div>}
      </div>
      <div className="space-y-6">{children}</div>
    </div>
  );
}
