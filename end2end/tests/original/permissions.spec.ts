import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone, mayWrite, mayWriteAll } from "../../fixtures/matrix.ts";
import { expect, test } from "../../fixtures/test.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role, words }) => {
  test("the column of permissions tells what the person may do with each export, and sorts", async ({ page, server }) => {
    const furniture = await Furniture.of(server);
    const tag = `${role} ${language}`;
    const [shared, reserved] = [`Permitted ${tag} shared`, `Permitted ${tag} reserved`];
    await furniture.export(shared);
    await furniture.export(reserved, { connection: "Administrators only" });
    const exports = new ExportsPage(page);
    await exports.goto(`?q=${encodeURIComponent(`Permitted ${tag}`)}`);
    await exports.hydrated();
    const permission = (may: boolean) => (may ? words.canEdit : words.viewOnly);
    await expect(exports.row(shared).getByRole("cell", { name: permission(mayWrite(role)), exact: true })).toBeVisible();
    await expect(exports.row(reserved).getByRole("cell", { name: permission(mayWriteAll(role)), exact: true })).toBeVisible();

    const header = exports.header(words.yourPermissions);
    await header.getByRole("link").click();
    await expect(header).toHaveAttribute("aria-sort", "ascending");
    if (role !== "contributor") return;
    await expect.poll(() => exports.names()).toEqual([shared, reserved]);
    await header.getByRole("link").click();
    await expect(header).toHaveAttribute("aria-sort", "descending");
    await expect.poll(() => exports.names()).toEqual([reserved, shared]);
  });
});
