import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { POPUP } from "./popup";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** Buttons at the foot, the strong one last. */
  actions?: ReactNode;
  /** With this the dialog is a form, and a submit button among the actions sends it. */
  onSubmit?: () => void;
  /** `wide` for what is read rather than filled in. */
  size?: "normal" | "wide";
  /** False while something is shown that is shown once only: Escape and a click beside it do not close it. */
  dismissible?: boolean;
  children?: ReactNode;
}

/** Something to do before going on; a sheet from below on a phone. */
export function Dialog({ open, onClose, title, description, actions, onSubmit, size = "normal", dismissible = true, children }: DialogProps) {
  const body = (
    <>
      <div className="flex items-start justify-between gap-4 px-5 pt-5 sm:px-6 sm:pt-6">
        <Base.Title className="text-xl leading-tight font-semibold tracking-tight">{title}</Base.Title>
        {dismissible && (
          <Base.Close
            aria-label="Close"
            className="-mt-1.5 -mr-2 grid size-9 shrink-0 cursor-pointer place-items-center rounded-control text-text-soft hover:bg-hover hover:text-text"
          >
            <X aria-hidden className="size-5" />
          </Base.Close>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-2 pb-5 sm:px-6 sm:pb-6">
        {description !== undefined && (
          <Base.Description render={<div />} className="text-[0.9375rem] leading-relaxed text-text-soft">
            {description}
          </Base.Description>
        )}
        {children !== undefined && <div className="mt-5 space-y-5">{children}</div>}
      </div>
      {actions !== undefined && (
        <div className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-4 max-sm:*:flex-1 sm:px-6">{actions}</div>
      )}
    </>
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Base.Root open={open} disablePointerDismissal={!dismissible} onOpenChange={(next, { reason }) => {
      if (!next && (dismissible || reason !== "escape-key")) {
        onClose();
      }
    }}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-50 bg-(--backdrop) transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-50 grid items-end justify-items-center sm:items-center sm:p-6">
          <Base.Popup
            className={`${POPUP} flex max-h-[min(92dvh,60rem)] w-full flex-col overflow-hidden max-sm:rounded-b-none sm:data-starting-style:scale-97 ${size === "wide" ? "sm:max-w-3xl" : "sm:max-w-lg"}`}
          >
            {onSubmit === undefined ? body : <form onSubmit={submit} noValidate className="flex min-h-0 flex-col">{body}</form>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
