import { useMe } from "../../data/me";

/** Who did something. */
export function Actor({ id }: { id: string | null }) {
  const { user } = useMe();
  if (id === null) {
    return <>Nobody signed in</>;
  }
  return id === user.id ? <>You</> : <span className="font-mono text-sm">…{id.slice(-8)}</span>;
}
