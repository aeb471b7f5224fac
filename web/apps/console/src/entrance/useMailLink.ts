import { take } from "@nexus/api";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { publicGateway } from "../data/clients";

/**
 * The link of a mail that led here. Its token stands behind the `#`, which browsers send to no server, and leaves the
 * address at once, so that it stays in no history.
 */
export function useMailLink() {
  const [token] = useState(takeToken);
  useEffect(() => {
    // Another link pasted into the same tab changes nothing but what is behind the `#`.
    const onHash = (): void => window.location.reload();
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const query = useQuery({
    queryKey: ["mail-link", token],
    queryFn: ({ signal }) => take(publicGateway.POST("/api/v1/mail-links/inspect", { body: { token }, signal })),
    // Asked again after it was used it would be gone from under the page.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return { token, query };
}

function takeToken(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "";
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  return token;
}
