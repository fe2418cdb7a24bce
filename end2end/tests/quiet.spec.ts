import { inEachLanguage, roles } from "../fixtures/matrix.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

// Any warning or error of the browser, refused request or failed hydration fails a test: see `Problems`.
const routes = {
  viewer: ["/data/exports", "/data/runs", "/data/segments", "/data/tables", "/data/sources", "/notices"],
  contributor: ["/data/exports", "/data/exports?pane=new", "/data/runs", "/data/segments?pane=new", "/administration/system"],
  admin: [
    "/data/exports?pane=run-all",
    "/data/exports?pane=removed",
    "/data/runs",
    "/data/segments",
    "/data/tables",
    "/data/sources?pane=new",
    "/notices?tab=groups",
    "/administration/connections?pane=new",
    ...["", "?tab=schedule", "?tab=upcoming", "?tab=pipeline", "?tab=timeline", "?tab=storage", "?tab=about"].map(
      (tab) => `/administration/system${tab}`,
    ),
  ],
};

inEachLanguage(() => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const role of roles) {
      test(`the browser has nothing to complain about: ${role}, ${colorScheme}`, async ({ page, signIn }) => {
        await page.emulateMedia({ colorScheme });
        await signIn(role);
        for (const path of routes[role]) {
          await page.goto(path);
          await new ExportsPage(page).hydrated();
          await expect(page.locator("html")).not.toHaveAttribute("data-stopped");
        }
      });
    }
  }
});
