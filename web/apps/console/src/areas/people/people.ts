import { type GatewaySchemas, take } from "@nexus/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { gateway } from "../../data/clients";

export type Person = GatewaySchemas["Person"];
export type Role = Person["role"];

/** Everybody whose name or address has this in it. */
export function peopleLike(query: string) {
  return infiniteQueryOptions({
    queryKey: ["people", "list", query],
    queryFn: ({ signal, pageParam }) =>
      take(
        gateway.GET("/api/v1/people", {
          params: {
            query: { ...(query === "" ? {} : { query }), ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
}

export function onePerson(id: string) {
  return queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/people/{id}", { params: { path: { id } }, signal })),
  });
}

export const invitations = queryOptions({
  queryKey: ["people", "invitations"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/people/invitations", { signal })),
});

/** What the roles mean. */
export const ROLES: ReadonlyArray<{ value: Role; label: string; detail: string }> = [
  { value: "admin", label: "Administrator", detail: "May do everything, and manages people" },
  { value: "operator", label: "Operator", detail: "Runs shows: streams, keys, checks" },
  { value: "viewer", label: "Viewer", detail: "Watches" },
];

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}
