import { take } from "@nexus/api";
import { gateway } from "../../data/clients";
import type { Person } from "./people";

/** Changes a person as they were when they were last looked at. */
export function changePerson(
  { id, revision }: Person,
  change: { display_name?: string; role?: Person["role"]; disabled?: boolean },
): Promise<Person> {
  return take(
    gateway.PATCH("/api/v1/people/{id}", {
      params: { path: { id }, header: { "if-match": `"${revision}"` } },
      body: change,
    }),
  );
}
