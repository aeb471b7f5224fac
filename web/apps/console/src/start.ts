import "./app.css";
import { CALLBACK } from "@nexus/auth";
import { auth } from "./data/auth";
import { isOpen } from "./entrance/paths";

/**
 * What every page load begins with, small so that who must go to the server first goes at once: the app's code is
 * fetched where it is used.
 */
async function start(): Promise<void> {
  const url = new URL(window.location.href);
  auth.tellSignedOut(url);
  // Whole: a path that begins with two slashes would name another server.
  const { href } = url;
  try {
    if (url.pathname === CALLBACK) {
      await arrive(url);
    } else if (!isOpen(url.pathname)) {
      await auth.signIn(href);
    }
  } catch (error) {
    const { showFailure } = await import("./app");
    return showFailure(error, url.pathname === CALLBACK ? "/" : href);
  }
  const { showApp } = await import("./app");
  return showApp();
}

/** Exchanges the code while the app is being fetched; its address is of no use afterwards. */
async function arrive(callback: URL): Promise<void> {
  const [href] = await Promise.all([auth.arrive(callback), import("./app")]);
  window.history.replaceState(null, "", href);
}

void start();
