import { Toasts } from "@nexus/ui";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./data/queries";
import { router } from "./router";
import { StartFailure } from "./shell/StartFailure";

export function showApp(): void {
  show(
    <QueryClientProvider client={queries}>
      <Toasts>
        <RouterProvider router={router} />
      </Toasts>
    </QueryClientProvider>,
  );
}

/** Signing in came to nothing; trying again begins anew at the address. */
export function showFailure(error: unknown, href: string): void {
  show(<StartFailure error={error} onRetry={() => window.location.replace(href)} />);
}

function show(page: ReactNode): void {
  const root = document.getElementById("root");
  if (root === null) {
    throw new Error("index.html has no #root");
  }
  createRoot(root).render(<StrictMode>{page}</StrictMode>);
}
