import { ApiError, take } from "@nexus/api";
import { Skeleton, StatusBadge } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { gateway } from "../../data/clients";
import { failureLine } from "../../data/failure";
import { checkProof } from "./proof";

/** Whether the sealed log has the entry; the hashes and the signature are computed here, in the browser. */
export function ProofStatus({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["audit", "proof", id],
    queryFn: async ({ signal }) => {
      const proof = await take(gateway.GET("/api/v1/audit/{id}/proof", { params: { path: { id } }, signal }));
      return { proof, verdict: await checkProof(proof) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) {
    const early = error instanceof ApiError && error.status === 409;
    return <StatusBadge status={early ? "standby" : "caution"}>{early ? "Not sealed yet; it is within a minute" : failureLine(error)}</StatusBadge>;
  }
  if (data === undefined) {
    return <Skeleton className="h-6 w-64" />;
  }
  const { proof, verdict } = data;
  switch (verdict) {
    case "sealed":
      return <StatusBadge status="normal">{`Sealed: number ${proof.index + 1} of ${proof.tree_size} entries under a signed checkpoint`}</StatusBadge>;
    case "wrong-root":
      return <StatusBadge status="serious">The proof does not lead to the sealed log: run `nexus audit verify`</StatusBadge>;
    case "wrong-signature":
      return <StatusBadge status="serious">The checkpoint is not signed by the log’s key: run `nexus audit verify`</StatusBadge>;
  }
}
