import { readFileSync } from "node:fs";
import path from "node:path";

// Without the fixtures: neither a server nor a page.
import { expect, test } from "@playwright/test";

const root = path.resolve(import.meta.dirname, "../..");
const readme = readFileSync(path.join(root, "end2end/README.md"), "utf8");

/** How many items each part of the checklist has. */
const parts = { A: 15, B: 12, C: 7, D: 12, E: 16, F: 10, G: 8, H: 10, I: 5, J: 10, K: 7 };

const rows = new Map(
  [...readme.matchAll(/^\| ([A-K]\d+) \| (.+) \|$/gm)].map(([, id, proof]) => [id!, proof!] as const),
);

/** `file` › title, as the table writes it. */
const proofs = [...readme.matchAll(/`([\w./-]+\.(?:spec\.ts|rs))` › ([^<|\n]+)/g)].map(([, file, title]) => ({
  file: file!,
  title: title!.trim(),
}));

test("the table has every item of the checklist, each with a proof or a reason", () => {
  for (const [part, count] of Object.entries(parts)) {
    for (let number = 1; number <= count; number += 1) {
      const proof = rows.get(`${part}${number}`);
      expect(proof, `${part}${number}`).toBeDefined();
      expect(proof, `${part}${number}`).toMatch(/` › |Why not: /);
    }
  }
});

test("every test that the table names exists under this name", () => {
  expect(proofs.length).toBeGreaterThan(100);
  const missing = proofs.filter(({ file, title }) => {
    const place = file.endsWith(".rs") ? path.join(root, file) : path.join(root, "end2end/tests", file);
    const source = readFileSync(place, "utf8");
    return file.endsWith(".rs") ? !source.includes(`fn ${title}(`) : !source.includes(title);
  });
  expect(missing.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
});
