// A browser and the person in front of it, who does what the platform's pages ask for.
import assert from "node:assert/strict";
import { credentials, DEADLINE_MS, issuer, send } from "./platform.js";

/** Pages that a sign-in may lead through before the client has its answer. */
const PAGES = 4;

export class Browser {
  #cookie = "";

  /** Goes where a client sends it and on until it is back at the client; where that is, or what it posts there. */
  async visit(url, redirectUri) {
    let place = new URL(url);
    for (let page = 0; page < PAGES; page++) {
      place = place.searchParams.has("interaction") ? await this.#answer(place) : await this.#open(place);
      if (place instanceof Request || place.href.startsWith(redirectUri)) return place;
    }
    throw new Error(`the platform keeps asking: ${place}`);
  }

  /** Lets the device that shows this code act for the person. */
  async allowDevice(userCode) {
    if (this.#cookie === "") await this.#signIn();
    const body = { user_code: userCode, decision: "allow" };
    const response = await send("/api/v1/interaction/device/decision", body, this.#headers());
    assert.equal(response.status, 204, await response.text());
  }

  /** Where an endpoint of the platform sends it on to. */
  async #open(url) {
    const response = await fetch(url, {
      headers: this.#headers(),
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    assert.equal(response.status, 303, await response.text());
    this.#keep(response);
    return new URL(response.headers.get("location"), issuer);
  }

  /** Signs in where that is asked for, and agrees. */
  async #answer(page) {
    if (page.pathname === "/sign-in") await this.#signIn();
    const id = page.searchParams.get("interaction");
    const response = await send(`/api/v1/interaction/${id}`, { decision: "allow" }, this.#headers());
    assert.equal(response.status, 200, await response.clone().text());
    const { redirect_to: next, form } = await response.json();
    if (form !== undefined) return new Request(next, { method: "POST", body: new URLSearchParams(form) });
    return new URL(next, issuer);
  }

  async #signIn() {
    const response = await send("/api/v1/session", credentials, this.#headers());
    assert.equal(response.status, 200, await response.clone().text());
    this.#keep(response);
  }

  /** The one cookie of the platform, and where its pages are from. */
  #headers() {
    const cookie = this.#cookie === "" ? {} : { cookie: this.#cookie };
    return { origin: issuer.origin, ...cookie };
  }

  #keep(response) {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(";");
      if (pair.startsWith("__Host-nexus-session=")) {
        this.#cookie = pair.endsWith("=") ? "" : pair;
      }
    }
  }
}
