import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { checkProof, type Proof, rootFrom } from "./proof";

const hash = (...parts: Buffer[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
const leaf = (number: number): Buffer => hash(Buffer.from([0]), Buffer.from(`entry ${number}`));
const inner = (left: Buffer, right: Buffer): Buffer => hash(Buffer.from([1]), left, right);

/** The definition of RFC 9162, 2.1.1: another way to the same root than the one under test. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) {
    return leaves[0] as Buffer;
  }
  const split = splitOf(leaves.length);
  return inner(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function pathTo(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) {
    return [];
  }
  const split = splitOf(leaves.length);
  return index < split
    ? [...pathTo(index, leaves.slice(0, split)), treeHash(leaves.slice(split))]
    : [...pathTo(index - split, leaves.slice(split)), treeHash(leaves.slice(0, split))];
}

function splitOf(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1);
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const rawKey = publicKey.export({ type: "spki", format: "der" }).subarray(-32);

function proofOf(index: number, size: number): Proof {
  const leaves = Array.from({ length: size }, (_, number) => leaf(number));
  const body = `example.org/audit\n${size}\n${treeHash(leaves).toString("base64")}\n`;
  const signature = Buffer.concat([Buffer.alloc(4), sign(null, Buffer.from(body), privateKey)]);
  return {
    index,
    leaf_hash: leaf(index).toString("base64"),
    tree_size: size,
    path: pathTo(index, leaves).map((step) => step.toString("base64")),
    checkpoint: `${body}\n— example.org/audit ${signature.toString("base64")}\n`,
    public_key: `example.org/audit+00000000+${Buffer.concat([Buffer.from([1]), rawKey]).toString("base64")}`,
  };
}

test("every entry of every tree up to 40 entries is found sealed", async () => {
  const proofs = Array.from({ length: 40 }, (_, size) => Array.from({ length: size + 1 }, (__, index) => proofOf(index, size + 1))).flat();
  const verdicts = await Promise.all(proofs.map(checkProof));
  expect(new Set(verdicts)).toEqual(new Set(["sealed"]));
});

test("another entry, place, path or root is noticed", async () => {
  const proof = proofOf(5, 11);
  const wrong: Proof[] = [
    { ...proof, leaf_hash: leaf(6).toString("base64") },
    { ...proof, index: 4 },
    { ...proof, index: 11 },
    { ...proof, path: proof.path.slice(1) },
    { ...proof, path: [...proof.path, proof.path[0] ?? ""] },
    { ...proof, tree_size: 12 },
  ];
  expect(await Promise.all(wrong.map(checkProof))).toEqual(wrong.map(() => "wrong-root"));
  expect(await rootFrom({ ...proof, index: 12 })).toBeNull();
});

test("a checkpoint of somebody else is noticed", async () => {
  const proof = proofOf(5, 11);
  const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const public_key = `example.org/audit+00000000+${Buffer.concat([Buffer.from([1]), other]).toString("base64")}`;
  expect(await checkProof({ ...proof, public_key })).toBe("wrong-signature");
});
