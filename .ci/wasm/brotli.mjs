#!/usr/bin/env node
// Writes the .br files below a folder anew. Brotli that is told how much there will be makes the start module some 500
// bytes smaller than cargo-leptos, which does not tell it.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [folder] = process.argv.slice(2);
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith(".br")) continue;
  const path = join(folder, name);
  const plain = readFileSync(path.slice(0, -".br".length));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  writeFileSync(path, brotliCompressSync(plain, { params }));
}
