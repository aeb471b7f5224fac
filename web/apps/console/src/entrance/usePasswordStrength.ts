import { type GatewaySchemas, take } from "@nexus/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { publicGateway } from "../data/clients";

/** For how long nobody types before the server is asked. */
const PAUSE_MS = 250;

/**
 * How strong the server thinks a password is; nothing while there is none, or while the server cannot say. `about` is
 * what is known of its owner.
 */
export function usePasswordStrength(
  password: string,
  about: readonly string[],
): GatewaySchemas["PasswordStrength"] | undefined {
  const [settled, setSettled] = useState(password);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(password), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [password]);
  const query = useQuery({
    queryKey: ["password-strength", settled, ...about],
    queryFn: ({ signal }) =>
      take(publicGateway.POST("/api/v1/password-strength", { body: { password: settled, about: [...about] }, signal })),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
    retry: false,
    // A password is not kept longer than the field that it stands in.
    gcTime: 0,
  });
  return password === "" || query.isError ? undefined : query.data;
}
