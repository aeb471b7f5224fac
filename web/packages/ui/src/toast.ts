import { Toast } from "@base-ui/react/toast";

export const toasts = Toast.createToastManager();

/** Says that something was done; read out politely. For what failed use a form error beside the thing that failed. */
export function toast(title: string, description?: string): void {
  toasts.add(description === undefined ? { title } : { title, description });
}
