import { inEachLanguage, roles } from "../fixtures/matrix.ts";
import { about, addresses } from "../fixtures/places.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

// Any warning or error of the browser, refused request or failed hydration fails a test: see `Problems`.
inEachLanguage(() => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const role of roles) {
      test(`the browser has nothing to complain about: ${role}, ${colorScheme}`, async ({ page, problems, server, signIn }) => {
        problems.expect(/answer 404.*nowhere|404 \(Not Found\)/);
        await page.emulateMedia({ colorScheme });
        await signIn("admin");
        const there = await about(server, page);
        await signIn(role);
        for (const address of addresses(there, role)) {
          await page.goto(address);
          await new ExportsPage(page).hydrated();
          await expect(page.locator("html"), address).not.toHaveAttribute("data-stopped");
        }
      });
    }
  }
});
