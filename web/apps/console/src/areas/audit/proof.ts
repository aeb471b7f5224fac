/** What `GET /api/v1/audit/{id}/proof` answers. */
export interface Proof {
  index: number;
  leaf_hash: string;
  tree_size: number;
  path: string[];
  /** A signed note (C2SP tlog-checkpoint). */
  checkpoint: string;
  /** `name+id+key`. */
  public_key: string;
}

export type Verdict = "sealed" | "wrong-root" | "wrong-signature";

/** Whether the proof leads to the root that the checkpoint seals, and the log's key signed that. */
export async function checkProof(proof: Proof): Promise<Verdict> {
  const { body, signatures } = parseNote(proof.checkpoint);
  const [, size, root = ""] = body.split("\n");
  const computed = await rootFrom(proof);
  if (Number(size) !== proof.tree_size || computed === null || computed !== root) {
    return "wrong-root";
  }
  return (await isSigned(body, signatures, proof.public_key)) ? "sealed" : "wrong-signature";
}

/** The root that a leaf and its path lead to (RFC 9162, 2.1.3.2), in base64; null when the path does not fit. */
export async function rootFrom({ index, tree_size, leaf_hash, path }: Omit<Proof, "checkpoint" | "public_key">): Promise<string | null> {
  if (index >= tree_size) {
    return null;
  }
  let node = index;
  let last = tree_size - 1;
  let hash = fromBase64(leaf_hash);
  for (const step of path.map(fromBase64)) {
    if (last === 0) {
      return null;
    }
    if (node % 2 === 1 || node === last) {
      // Each step needs the hash of the one before.
      // oxlint-disable-next-line no-await-in-loop
      hash = await inner(step, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      // oxlint-disable-next-line no-await-in-loop
      hash = await inner(hash, step);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? toBase64(hash) : null;
}

async function inner(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes.set([1]);
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

interface Note {
  /** What is signed, with its last line end. */
  body: string;
  /** Key id (4 bytes) and signature of each line. */
  signatures: Uint8Array[];
}

function parseNote(note: string): Note {
  const end = note.indexOf("\n\n");
  const lines = note.slice(end + 2).split("\n").filter((line) => line.startsWith("— "));
  return { body: note.slice(0, end + 1), signatures: lines.map((line) => fromBase64(line.split(" ")[2] ?? "")) };
}

/** Ed25519 with the key of `name+id+key`, whose first byte names the algorithm (C2SP signed-note). */
async function isSigned(body: string, signatures: readonly Uint8Array[], publicKey: string): Promise<boolean> {
  const key = fromBase64(publicKey.split("+").slice(2).join("+")).slice(1);
  const imported = await crypto.subtle.importKey("raw", copy(key), { name: "Ed25519" }, false, ["verify"]);
  const text = new TextEncoder().encode(body);
  const good = await Promise.all(
    signatures.map((signature) => crypto.subtle.verify({ name: "Ed25519" }, imported, copy(signature.slice(4)), text)),
  );
  return good.includes(true);
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.codePointAt(0) ?? 0);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes));
}
