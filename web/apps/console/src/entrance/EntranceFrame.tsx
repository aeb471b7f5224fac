import { Announcer, Wordmark } from "@nexus/ui";
import { Outlet } from "@tanstack/react-router";

/** One card in the middle of the screen. */
export function EntranceFrame() {
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex h-16 items-center px-4 sm:px-8">
        <Wordmark app="COS" />
      </header>
      <main className="mx-auto w-full max-w-md px-4 pt-[8dvh] pb-16">
        <Outlet />
      </main>
      <Announcer />
    </div>
  );
}
