// Makes public/icons.svg from the icons named in icons.txt, in Fluent's regular weight for 20 px.
// The file is written only when it changes, so that the pages are not built again for nothing.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = here("../../public/icons.svg");

const names = readFileSync(here("icons.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

const symbols = names.map((name) => {
  const svg = readFileSync(here(`../node_modules/@fluentui/svg-icons/icons/${name}_20_regular.svg`), "utf8");
  const [, box, shapes] = /^<svg [^>]*viewBox="([^"]+)"[^>]*>(.*)<\/svg>\s*$/s.exec(svg) ?? [];
  if (!shapes) throw new Error(`cannot read the icon ${name}`);
  return `<symbol id="${name}" viewBox="${box}" fill="currentColor">${shapes}</symbol>`;
});

const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;

let current;
try {
  current = readFileSync(target, "utf8");
} catch {
  current = undefined;
}
if (current !== sprite) writeFileSync(target, sprite);
