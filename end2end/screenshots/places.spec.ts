import path from "node:path";

import { inEachLanguage } from "../fixtures/matrix.ts";
import { about, groups, open } from "../fixtures/places.ts";
import { test } from "../fixtures/test.ts";

const sizes = { 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } };

inEachLanguage(({ language, words }) => {
  for (const [group, places] of Object.entries(groups)) {
    test(group, async ({ page, problems, server, signIn }) => {
      problems.expect(/404/);
      await page.emulateMedia({ reducedMotion: "reduce" });
      await signIn("admin");
      let number = 0;
      for (const place of places(await about(server, page))) {
        number += 1;
        const name = place.at.replaceAll(/[0-9a-f-]{36}/g, "id").replaceAll(/\W+/g, "-").slice(1);
        await page.setViewportSize(sizes[1280]);
        await open(page, place, words);
        for (const [width, size] of Object.entries(sizes)) {
          await page.setViewportSize(size);
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            const file = `${String(number).padStart(2, "0")}-${name}-${language}-${width}-${colorScheme}.png`;
            await page.screenshot({ path: path.resolve("test-results/screenshots", group.replaceAll(" ", "-"), file) });
          }
        }
      }
    });
  }
});
