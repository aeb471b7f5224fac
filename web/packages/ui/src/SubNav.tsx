import type { ShellLink } from "./navigation";

interface SubNavProps {
  /** What the pages are about: `Account`. */
  label: string;
  entries: ReadonlyArray<{ to: string; label: string }>;
  path: string;
  link: ShellLink;
}

/** The pages of one place, side by side. */
export function SubNav({ label, entries, path, link: Link }: SubNavProps) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto px-4 [scrollbar-width:none] sm:mx-0 sm:px-0">
      <ul className="flex min-w-max gap-1 border-b border-line">
        {entries.map(({ to, label: name }) => (
          <li key={to}>
            <Link
              to={to}
              aria-current={path === to ? "page" : undefined}
              className={`-mb-px flex min-h-11 items-center border-b-2 px-3 text-[0.9375rem] font-medium whitespace-nowrap transition-colors ${
                path === to ? "border-text text-text" : "border-transparent text-text-soft hover:text-text"
              }`}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
