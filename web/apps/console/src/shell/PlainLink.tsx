import type { ShellLinkProps } from "@nexus/ui";
import { Link } from "@tanstack/react-router";

/** The router's link for addresses that are data. */
export function PlainLink({ children, to, ...rest }: ShellLinkProps) {
  return (
    <Link to={to} {...rest}>
      {children}
    </Link>
  );
}
