import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

const COMPRESSIBLE = /\.(?:html|js|css|svg|json|txt)$/;
/** Below this a compressed copy saves nothing on the wire. */
const MIN_BYTES = 512;

/** Writes a `.br` and a `.gz` beside every text asset, so that the server compresses nothing at request time. */
export function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    enforce: "post",
    writeBundle: {
      order: "post",
      sequential: true,
      async handler({ dir }, bundle) {
        const names = Object.keys(bundle).filter((name) => COMPRESSIBLE.test(name));
        await Promise.all(names.map((name) => compress(join(dir ?? "dist", name))));
      },
    },
  };
}

async function compress(path: string): Promise<void> {
  const plain = await readFile(path);
  if (plain.length < MIN_BYTES) {
    return;
  }
  const small = await brotli(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  });
  await Promise.all([writeFile(`${path}.br`, small), writeFile(`${path}.gz`, await zip(plain, { level: 9 }))]);
}
