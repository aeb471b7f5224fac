import { useQuery } from "@tanstack/react-query";
import { useAllowed, useMe } from "../../data/me";
import { onePerson } from "../people/people";

const KNOWN_FOR_MS = 300_000;

/** Who did something, by name where one may know it. */
export function Actor({ id }: { id: string | null }) {
  const { user } = useMe();
  const mayKnow = useAllowed("people:read");
  const { data } = useQuery({
    ...onePerson(id ?? ""),
    enabled: id !== null && id !== user.id && mayKnow,
    staleTime: KNOWN_FOR_MS,
  });
  if (id === null) {
    return <>Nobody signed in</>;
  }
  if (id === user.id) {
    return <>You</>;
  }
  return data === undefined ? <span className="font-mono text-sm">…{id.slice(-8)}</span> : <>{data.display_name}</>;
}
