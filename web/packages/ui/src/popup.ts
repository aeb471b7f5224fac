/** What menus, lists and dialogs float on. */
export const POPUP =
  "rounded-panel border border-(--popup-line) bg-(--popup-bg) text-text shadow-(--popup-shadow) outline-none transition-[opacity,scale] duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0";
