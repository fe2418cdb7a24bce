import { Furniture } from "../fixtures/furniture.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportsPage } from "../pages/exports.ts";

/** Lightness of the page's background, 0 to 255. */
const lightness = (page: import("@playwright/test").Page) =>
  page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d")!;
    const colours = [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor);
    canvas.fillStyle = colours.find((colour) => colour !== "rgba(0, 0, 0, 0)") ?? "white";
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });

for (const colorScheme of ["light", "dark"] as const) {
  test(`a system in ${colorScheme} gets a ${colorScheme} page`, async ({ page, signIn }) => {
    await page.emulateMedia({ colorScheme });
    await signIn("viewer");
    await new ExportsPage(page).goto();
    const value = await lightness(page);
    if (colorScheme === "light") expect(value).toBeGreaterThan(200);
    else expect(value).toBeLessThan(60);
  });
}

test("the theme that a person chooses stays, and is there before the script", async ({ page, problems, signIn }) => {
  problems.expect(/module\.default/);
  const exports = new ExportsPage(page);
  await page.emulateMedia({ colorScheme: "light" });
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  await exports.fromTopBar("Theme", "Dark");
  await expect.poll(() => lightness(page)).toBeLessThan(60);
  await page.route("**/*.{js,wasm}", (route) => route.fulfill({ status: 200, contentType: "text/javascript", body: "" }));
  await page.goto("/data/exports");
  expect(await lightness(page)).toBeLessThan(60);
});

test("with motion reduced a pane is there at once", async ({ page, signIn }) => {
  const exports = new ExportsPage(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn("viewer");
  await exports.goto();
  await exports.hydrated();
  // Where it is drawn, frame by frame: what watches sizes is asked last before a frame is drawn.
  const frames = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const look = (_: unknown, observer: ResizeObserver) => {
          observer.disconnect();
          const pane = document.querySelector("dialog:modal");
          if (pane) {
            const { x, y, width, height } = pane.getBoundingClientRect();
            seen.push([x, y, width, height, getComputedStyle(pane).opacity].join(" "));
          }
          if (seen.length === 20) resolve(seen);
          else requestAnimationFrame(watch);
        };
        const watch = () => new ResizeObserver(look).observe(document.documentElement);
        requestAnimationFrame(watch);
      }),
  );
  await exports.link("Orders archive").click();
  const places = await frames;
  expect(new Set(places)).toEqual(new Set(places.slice(-1)));
  await exports.pane().getByRole("link", { name: "Close" }).first().click();
  await expect(exports.pane()).toBeHidden();
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const { animationDuration, transitionDuration } = getComputedStyle(element);
      return [animationDuration, transitionDuration].some((value) => value.split(",").some((part) => parseFloat(part) > 0.01));
    }).length,
  );
  expect(moving).toBe(0);
});

test("numbers stand at the end of their column, each digit as wide as the others", async ({ page, server, signIn }) => {
  const furniture = await Furniture.of(server);
  await furniture.run(await furniture.export("Counted"));
  await signIn("viewer");
  await page.goto("/data/runs");
  const numbers = page.locator("td.num");
  await expect(numbers.first()).toBeVisible();
  for (const number of await numbers.all()) {
    await expect(number).toHaveCSS("text-align", "end");
    await expect(number).toHaveCSS("font-variant-numeric", "tabular-nums");
  }
});
