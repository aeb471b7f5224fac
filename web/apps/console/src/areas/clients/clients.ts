import { type GatewaySchemas, take } from "@nexus/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { gateway } from "../../data/clients";

export type Client = GatewaySchemas["Client"];
export type ClientSpec = GatewaySchemas["ClientSpec"];
export type GrantType = ClientSpec["grant_types"][number];

export const allClients = infiniteQueryOptions({
  queryKey: ["clients", "list"],
  queryFn: ({ signal, pageParam }) =>
    take(gateway.GET("/api/v1/clients", { params: { query: pageParam === null ? {} : { cursor: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next ?? null,
});

/** A client and the `ETag` that an edit of it needs. */
export function oneClient(id: string) {
  return queryOptions({
    queryKey: ["clients", "one", id],
    queryFn: async ({ signal }) => {
      const call = gateway.GET("/api/v1/clients/{id}", { params: { path: { id } }, signal });
      return { client: await take(call), etag: (await call).response.headers.get("etag") ?? "" };
    },
  });
}

/** How a client may get tokens, for people. */
export const GRANTS: ReadonlyArray<{ value: GrantType; label: string; detail: string }> = [
  { value: "authorization_code", label: "People sign in", detail: "In a browser, with the authorization code flow and PKCE" },
  { value: "refresh_token", label: "Stays signed in", detail: "Renews its tokens while nobody is there" },
  { value: "client_credentials", label: "Acts by itself", detail: "Without a person, with its own secret" },
  {
    value: "urn:ietf:params:oauth:grant-type:device_code",
    label: "Devices",
    detail: "A camera box or encoder without a keyboard: people enter a code elsewhere",
  },
];
