import { Toast } from "@base-ui/react/toast";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { toasts } from "./toast";

/** Where what was done is said; around the whole app, once. */
export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-20 z-70 mx-auto flex max-w-sm flex-col gap-2 sm:right-6 sm:bottom-6 sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((one) => (
    <Toast.Root
      key={one.id}
      toast={one}
      className="rounded-panel border border-(--popup-line) bg-(--popup-bg) shadow-(--popup-shadow) transition-[opacity,translate] duration-200 data-ending-style:translate-y-2 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-3 py-2.5 pr-2 pl-4">
        <Check aria-hidden className="mt-1.5 size-4 shrink-0 text-normal" />
        <div className="min-w-0 flex-1 py-1">
          <Toast.Title className="text-[0.9375rem] leading-snug font-medium" />
          <Toast.Description className="mt-0.5 text-sm leading-snug text-text-soft" />
        </div>
        <Toast.Close
          aria-label="Dismiss"
          className="grid size-8 shrink-0 cursor-pointer place-items-center rounded-control text-text-soft hover:bg-hover hover:text-text"
        >
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
