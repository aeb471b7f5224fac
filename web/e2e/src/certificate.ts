import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";

const DEADLINE_MS = 10_000;

/**
 * The pin (SHA-256 of the public key, base64) of a server's certificate, after checking it against the authority in a
 * PEM file. The browser is given this pin: any other certificate fails in it as it would for a viewer.
 */
export function pinOf(url: URL, authority: string): Promise<string> {
  // Not every resolver knows `.localhost`, as browsers do.
  const host = url.hostname.endsWith(".localhost") ? "127.0.0.1" : url.hostname;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || "443"),
      servername: url.hostname,
      ca: readFileSync(authority),
    });
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`${url.host} does not answer`)));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const key = socket.getPeerX509Certificate()?.publicKey.export({ type: "spki", format: "der" });
      socket.end();
      if (key === undefined) {
        reject(new Error(`${url.host} shows no certificate`));
      } else {
        resolve(createHash("sha256").update(key).digest("base64"));
      }
    });
  });
}
