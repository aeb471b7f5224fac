import { useAuthState } from "@nexus/auth";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { auth } from "../data/auth";
import { queries } from "../data/queries";

/** Around every page: whoever is signed out, here or in another tab, leaves the signed-in part at once. */
export function Root() {
  const state = useAuthState(auth);
  const router = useRouter();
  const inside = useRouterState({ select: ({ matches }) => matches.some(({ routeId }) => routeId === "/signed-in") });
  const before = useRef(state);
  useEffect(() => {
    if (before.current === "signed-in" && state === "signed-out") {
      queries.clear();
      if (inside) {
        void router.invalidate();
      }
    }
    before.current = state;
  }, [state, inside, router]);
  return <Outlet />;
}
