import { expect, test } from "../fixtures/test.ts";
import { SystemPage } from "../pages/system.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test("on a narrow screen the day opens at now, however it is reached", async ({ page, signIn }) => {
  const system = new SystemPage(page);
  await signIn("viewer");
  await system.goto("?tab=timeline");
  await system.hydrated();
  await expect.poll(() => system.nowIsInSight(), "drawn by the server").toBe(true);

  await system.goto();
  await system.hydrated();
  await system.tabs.getByRole("link", { name: "Timeline" }).click();
  await expect(system.picture("Timeline")).toBeVisible();
  await expect.poll(() => system.nowIsInSight(), "drawn by the script").toBe(true);
  await system.expectNoSidewaysScroll();
});

test("the day is moved with the arrow keys, and stays where it was moved to while it goes on", async ({
  page,
  signIn,
}) => {
  const system = new SystemPage(page);
  await signIn("admin");
  await system.goto("?tab=timeline");
  await system.hydrated();
  const picture = system.picture("Timeline");
  const moved = () => picture.evaluate((element) => element.scrollLeft);
  await expect.poll(() => system.nowIsInSight()).toBe(true);
  const end = await moved();
  expect(end).toBeGreaterThan(0);
  await picture.focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(moved).toBeLessThan(end);

  await picture.evaluate((element) => element.scrollTo({ left: 0, behavior: "instant" }));
  await expect.poll(moved).toBe(0);
  const { id } = await system.call<{ id: string }>("system/refreshes/start", { run_exports: false });
  await expect(picture.locator(`a[href*="refresh/${id}"]`).first()).toBeAttached({ timeout: 30_000 });
  expect(await moved(), "where the reader left it").toBe(0);
  const state = async () => {
    const { refresh } = await system.call<{ refresh: { status: string } }>("system/refreshes/get", { id });
    return refresh.status;
  };
  await expect.poll(state, { timeout: 60_000 }).toBe("successful");

  // What has the focus keeps it while new work comes into the drawing, and is still the same work.
  const bar = picture.locator(`a[href*="refresh/${id}"]`).first();
  await bar.focus();
  const element = await bar.elementHandle();
  const hasFocus = () =>
    page.evaluate((known) => document.activeElement === known && known!.getAttribute("href"), element);
  const href = await hasFocus();
  expect(href).toContain(id);
  const next = await system.call<{ id: string }>("system/refreshes/start", { run_exports: false });
  await expect(picture.locator(`a[href*="refresh/${next.id}"]`).first()).toBeAttached({ timeout: 30_000 });
  expect(await hasFocus()).toBe(href);
  const ended = async () => {
    const { refresh } = await system.call<{ refresh: { status: string } }>("system/refreshes/get", { id: next.id });
    return refresh.status;
  };
  await expect.poll(ended, { timeout: 60_000 }).toBe("successful");
  expect(await hasFocus()).toBe(href);
});
