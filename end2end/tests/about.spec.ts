import { expectAccessible } from "../fixtures/axe.ts";
import { inEachLanguage } from "../fixtures/matrix.ts";
import { OwnExports } from "../fixtures/own-exports.ts";
import { expect, test } from "../fixtures/test.ts";
import { AboutPane, editAbout } from "../pages/about-pane.ts";
import { ExportsPage } from "../pages/exports.ts";
import { SystemPage } from "../pages/system.ts";

type About = { version: number; labels: string[]; note: string };

inEachLanguage(({ language, words }) => {
  const name = `Noted export (${language})`;
  const label = `CRM ${language}`;

  test("labels, an owner and a note are noted, read by everybody, and lists are narrowed to a label", async ({
    page,
    signIn,
  }) => {
    const exports = new ExportsPage(page);
    const system = new SystemPage(page);
    await signIn("contributor");
    await exports.goto();
    const own = await OwnExports.make(system, [name]);
    await exports.goto();
    await exports.hydrated();
    // Whoever may edit is led to *Edit* by the name, and here by the menu.
    await exports.fromMenu(name, new RegExp(`^${words.view}`));
    await editAbout(page).click();
    const pane = await new AboutPane(page).opened();
    await expect(page).toHaveURL(/[?&]pane=about\//);
    await pane.labels.fill(` ${label} \n\nÉté`);
    await pane.owner.selectOption({ label: "Victor Lindqvist" });
    await pane.note.fill("Ask Victor first.\nHe knows why.");
    await expectAccessible(page);
    await pane.saved();

    const details = exports.pane(words.exportDetails);
    for (const text of [label, "Été", "Victor Lindqvist", "He knows why."]) {
      await expect(details).toContainText(text);
    }
    await details.getByRole("link", { name: label, exact: true }).click();
    await expect(page).toHaveURL(/[?&]label=CRM/);
    await expect(exports.row(name)).toBeVisible();
    await expect(exports.table.getByRole("rowheader")).toHaveCount(1);

    // What is noted is no part of the configuration: no version came of it.
    const found = await system.call<{ row: { version: number } }>("exports/get", { id: own.id(name) });
    expect(found.row.version).toBe(1);
    await signIn("viewer");
    await exports.goto(`?pane=view/${own.id(name)}`);
    await expect(details).toContainText("Ask Victor first.");
    await expect(editAbout(page)).toHaveAttribute("aria-disabled", "true");
    await signIn("contributor");
    await exports.goto();
    await own.remove(system);
  });

  test("a label in use is added without typing, and one that stands twice is told at its field", async ({
    page,
    problems,
    signIn,
  }) => {
    problems.expect(/\b422\b/);
    const exports = new ExportsPage(page);
    const system = new SystemPage(page);
    const [first, second] = [`${name}, first`, `${name}, second`] as const;
    await signIn("contributor");
    await exports.goto();
    const own = await OwnExports.make(system, [first, second]);
    const draft = { labels: [label], owner_id: null, note: "" };
    await system.call("exports/about/update", { id: own.id(first), version: 1, draft });
    await exports.goto(`?pane=about/${own.id(second)}`);
    await exports.hydrated();
    const pane = await new AboutPane(page).opened();
    await pane.known.selectOption(label);
    await pane.add.click();
    await expect(pane.labels).toHaveValue(label);
    await pane.labels.fill(`${label}\n${label.toLowerCase()}`);
    await pane.save.click();
    await expect(pane.labels).toHaveAttribute("aria-invalid", "true");
    await expect(pane.labels).toBeFocused();
    await pane.labels.fill(label);
    await pane.saved();
    // The details that follow are left before what they are about is removed.
    await exports.goto();
    await own.remove(system);
  });

  test("who saves later than somebody else is asked which of the two counts", async ({ page, problems, signIn }) => {
    problems.expect(/\b412\b/);
    const exports = new ExportsPage(page);
    const system = new SystemPage(page);
    const contested = `${name}, contested`;
    await signIn("contributor");
    await exports.goto();
    const own = await OwnExports.make(system, [contested]);
    const id = own.id(contested);
    const meanwhile = (version: number, note: string) =>
      system.call("exports/about/update", { id, version, draft: { labels: [], owner_id: null, note } });
    await exports.goto(`?pane=about/${id}`);
    await exports.hydrated();
    const pane = await new AboutPane(page).opened();
    await pane.note.fill("mine");
    await meanwhile(1, "theirs");
    await pane.save.click();
    await expect(pane.conflict).toBeVisible();
    await pane.loadTheirs.click();
    await expect(pane.note).toHaveValue("theirs");
    await expect(pane.conflict).toBeHidden();

    await pane.note.fill("mine again");
    await meanwhile(2, "theirs again");
    await pane.save.click();
    await pane.saveOver.click();
    await expect(pane.dialog).toBeHidden();
    const about = await system.call<About>("exports/about", { id });
    expect(about).toMatchObject({ version: 4, note: "mine again" });
    await exports.goto();
    await own.remove(system);
  });
});
