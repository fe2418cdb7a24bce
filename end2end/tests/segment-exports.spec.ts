import { expectAccessible } from "../fixtures/axe.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { OwnSegment } from "../fixtures/own-segment.ts";
import { expect, test } from "../fixtures/test.ts";
import { ExportPane } from "../pages/export-pane.ts";
import { SegmentExportsPane } from "../pages/segment-exports.ts";
import { SegmentsPage } from "../pages/segments.ts";
import { SystemPage } from "../pages/system.ts";

inEachLanguage(({ language, words }) => {
  test("a segment is added to an export, and a new export is set up with it", async ({ page, signIn }) => {
    const segments = new SegmentsPage(page);
    const system = new SystemPage(page);
    const pane = new SegmentExportsPane(page);
    const name = `All customers ${language}`;
    const [getsIt, hasNot] = [`Gets it (${language})`, `Has it not (${language})`] as const;
    await signIn("contributor");
    await segments.goto();
    const segment = await OwnSegment.make(system, name);
    const own = await OwnExports.make(system, [getsIt, hasNot]);

    await segments.goto(`?pane=view/${segment.id}`);
    await segments.pane().getByRole("link", { name: words.manageExports }).click();
    await pane.opened();
    await expect(page).toHaveURL(/[?&]pane=exports\//);
    await expect(pane.dialog).toContainText(words.exportsForSegment);
    await expect(pane.dialog).toContainText(/No export contains this segment|Aucune exportation ne contient ce segment/);
    await pane.search.fill(getsIt);
    await pane.search.press("Enter");
    await expect(pane.row(pane.others, hasNot)).toBeHidden();
    await expect(pane.row(pane.others, getsIt)).toContainText(words.canEdit);
    await expectAccessible(page);
    await pane.add(getsIt).click();
    await expect(pane.row(pane.containing, getsIt)).toBeVisible();
    await expect(pane.add(getsIt)).toBeHidden();
    await expect(pane.dialog.locator("#field-containing")).toBeFocused();
    const found = await system.call<{ items: { table_name: string }[] }>("exports/get", { id: own.id(getsIt) });
    expect(found.items.map((item) => item.table_name)).toEqual(["orders", name]);

    await pane.back.click();
    await expect(pane.dialog).toBeHidden();
    await expect(page).toHaveURL(/\/data\/segments$/);
    await segments.goto(`?pane=exports/${segment.id}`);
    await pane.addExport.click();
    await expect(page).toHaveURL(/\/data\/exports\?pane=new&segment=/);
    const form = await new ExportPane(page, words.setUpExport).opened();
    await expect(form.table(name)).toBeChecked();
    await form.close.click();

    await own.remove(system);
    await segment.remove(system);
  });

  test("who may not edit an export is told why it cannot get the segment", async ({ page, server, signIn }) => {
    const segments = new SegmentsPage(page);
    const system = new SystemPage(page);
    const pane = new SegmentExportsPane(page);
    const closed = `Of administrators (${language})`;
    await signIn("admin");
    await segments.goto();
    const segment = await OwnSegment.make(system, `Everybody (${language})`);
    const connection = await OwnExports.privateConnection(system, server);
    const own = await OwnExports.make(system, [closed], connection);
    for (const role of ["contributor", "viewer"] as const) {
      await signIn(role);
      await segments.goto(`?q=${encodeURIComponent(closed)}&pane=exports/${segment.id}`);
      await expect(pane.row(pane.others, closed)).toContainText(words.viewOnly);
      await expect(pane.add(closed)).toHaveAttribute("aria-disabled", "true");
    }
    await expect(pane.addExport).toHaveAttribute("aria-disabled", "true");
    await signIn("admin");
    await segments.goto();
    await own.remove(system);
    await segment.remove(system);
  });
});
