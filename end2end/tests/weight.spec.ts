import { brotliCompressSync, constants } from "node:zlib";

import { expect, test } from "../fixtures/test.ts";
import { Furniture } from "../fixtures/furniture.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { ExportsPage } from "../pages/exports.ts";

/** Fifty exports that have run: what a page of the list holds. */
const names = Array.from({ length: 50 }, (_, place) => `Weekly delivery ${place + 1} of customers`);

const brotli = (body: Buffer) =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;

test.beforeEach(async ({ server }) => {
  const furniture = await Furniture.of(server);
  const known = await furniture.names("Weekly delivery");
  const ids = await furniture.exports(names.filter((name) => !known.includes(name)));
  for (const id of ids) await furniture.start(id);
});

inEachLanguage(({ language }) => {
  test("the page of fifty exports is small, and compressed smaller still", async ({ page, signIn }) => {
    await signIn("admin");
    const exports = new ExportsPage(page);
    await exports.goto();
    expect((await exports.names()).length).toBe(50);
    // Requests beside the page do not say which language its browser wants.
    const headers = { "accept-language": language };
    const html = Buffer.from(await (await page.request.get("/data/exports", { headers })).text());
    const compressed = brotli(html);
    const data = html.length - html.indexOf("__RESOLVED_RESOURCES");
    console.log(`HTML of 50 rows (${language}): ${html.length} bytes, ${data} of them data, ${compressed} after brotli`);
    // `design/ui.md` allows 90,000 and 12,000; exports that have run once stay well below the second.
    expect(html.length).toBeLessThanOrEqual(90_000);
    expect(compressed).toBeLessThanOrEqual(9_000);
  });
});
