import { type GatewaySchemas, take } from "@nexus/api";
import { queryOptions } from "@tanstack/react-query";
import { gateway } from "../../data/clients";

export type Organisation = GatewaySchemas["Organisation"];
export type Member = GatewaySchemas["Member"];
export type Team = GatewaySchemas["Team"];

export const organisations = queryOptions({
  queryKey: ["organisations", "list"],
  queryFn: ({ signal }) => take(gateway.GET("/api/v1/organisations", { signal })),
});

/** Everything that is asked about one organisation has this key before its own. */
export function keyOf(organisation: string): readonly string[] {
  return ["organisations", "one", organisation];
}

export function oneOrganisation(organisation: string) {
  return queryOptions({
    queryKey: [...keyOf(organisation), "itself"],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/organisations/{organisation}", { params: { path: { organisation } }, signal })),
  });
}

export function membersOf(organisation: string) {
  return queryOptions({
    queryKey: [...keyOf(organisation), "members"],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/organisations/{organisation}/members", { params: { path: { organisation } }, signal })),
  });
}

export function invitationsOf(organisation: string) {
  return queryOptions({
    queryKey: [...keyOf(organisation), "invitations"],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/organisations/{organisation}/invitations", { params: { path: { organisation } }, signal })),
  });
}

export function teamsOf(organisation: string) {
  return queryOptions({
    queryKey: [...keyOf(organisation), "teams"],
    queryFn: ({ signal }) => take(gateway.GET("/api/v1/organisations/{organisation}/teams", { params: { path: { organisation } }, signal })),
  });
}
