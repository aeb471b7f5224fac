/** Pages that nobody needs to be signed in for. */
const OPEN: ReadonlySet<string> = new Set([
  "/sign-in",
  "/sign-up",
  "/verify-email",
  "/recover",
  "/reset-password",
  "/invitation",
  "/restore-account",
  "/account-closed",
  "/consent",
]);

/** Whether a page is shown to whoever comes. */
export function isOpen(path: string): boolean {
  return OPEN.has(path);
}
