// The program in docs/sign-in-with-nexus.md, as it stands there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import process from "node:process";
import { after, before, test } from "node:test";
import { Browser } from "./browser.js";
import { DEADLINE_MS, issuer, register } from "./platform.js";

const PAGE = new URL("../../docs/sign-in-with-nexus.md", import.meta.url);
// Below the installed libraries, so that it finds them.
const FOLDER = new URL("node_modules/.example/", import.meta.url);

let program;
let here;

before(async () => {
  const [, code] = /```js\n(.*?)```/s.exec(await readFile(PAGE, "utf8"));
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL("server.js", FOLDER), code);
  await writeFile(new URL("package.json", FOLDER), '{"type":"module"}');
  const port = await freePort();
  here = `http://127.0.0.1:${port}`;
  const client = await register("confidential", {
    name: "Example",
    grant_types: ["authorization_code"],
    redirect_uris: ["http://127.0.0.1/callback"],
    post_logout_redirect_uris: ["http://127.0.0.1/"],
    scopes: ["openid", "profile", "email"],
  });
  const loopback = new URL("loopback.js", import.meta.url).href;
  program = spawn(process.execPath, ["--import", loopback, "server.js"], {
    cwd: FOLDER,
    env: {
      ...process.env,
      NEXUS_ISSUER: issuer.href,
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: client.client_secret,
      PORT: String(port),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    program.stdout.once("data", resolve);
    program.once("exit", () => reject(new Error("the example ended")));
    setTimeout(() => reject(new Error("the example does not listen")), DEADLINE_MS).unref();
  });
});

after(async () => {
  program?.kill();
  await rm(FOLDER, { recursive: true, force: true });
});

test("the example signs a person in and out", async () => {
  const person = new Browser();
  const cookie = {};
  const open = async (path) => {
    const response = await fetch(new URL(path, here), { headers: cookie, redirect: "manual" });
    const set = response.headers.get("set-cookie");
    if (set !== null) cookie.cookie = set.split(";")[0];
    return response;
  };
  assert.equal(await (await open("/")).text(), "Sign in at /login");

  const away = await open("/login");
  const back = await person.visit(away.headers.get("location"), `${here}/callback`);
  const stolen = await fetch(back, { redirect: "manual" });
  assert.equal(stolen.status, 400, "another browser cannot use the answer");
  assert.equal((await open(back)).headers.get("location"), "/");
  assert.match(await (await open("/")).text(), /^Hello .+/);

  const out = await open("/logout");
  await person.visit(out.headers.get("location"), `${here}/`);
  assert.equal(await (await open("/")).text(), "Sign in at /login");
});

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
