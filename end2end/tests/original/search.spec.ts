import { Furniture } from "../../fixtures/furniture.ts";
import { forEveryone } from "../../fixtures/matrix.ts";
import { expect, test } from "../../fixtures/test.ts";
import { ExportsPage } from "../../pages/exports.ts";

forEveryone(({ language, role }) => {
  test("searches by export name, connection name and connection type, whatever case and accents", async ({
    page,
    server,
  }) => {
    const furniture = await Furniture.of(server);
    const tag = `${role} ${language}`;
    const [byName, byConnection, byType] = [`Chèques cadeaux ${tag}`, `Vouchers ${tag}`, `Tickets ${tag}`];
    await furniture.export(byName);
    await furniture.export(byConnection, { connection: "Dépôt de la Région" });
    await furniture.webhook("Partner");
    await furniture.export(byType, { connection: "Partner", options: { format: "jsonl" } });
    const exports = new ExportsPage(page);
    await exports.goto();
    await exports.hydrated();
    const finds = async (text: string, found: string[], notFound: string[]) => {
      await exports.search.fill(text);
      for (const name of found) await expect(exports.row(name), text).toBeVisible();
      for (const name of notFound) await expect(exports.row(name), text).toHaveCount(0);
      await expect(page).toHaveURL(/[?&]q=/);
    };
    for (const text of [`Chèques ${tag}`, `CHEQUES CADEAUX ${tag}`, `chéquès ${tag.toUpperCase()}`]) {
      await finds(text, [byName], [byConnection]);
    }
    for (const text of [`Dépôt ${tag}`, `DEPOT DE LA REGION ${tag}`, `région ${tag}`]) {
      await finds(text, [byConnection], [byName]);
    }
    for (const text of [`Local folder ${tag}`, `DOSSIER LOCAL ${tag}`]) {
      await finds(text, [byName, byConnection], [byType]);
    }
    await finds(`webHOOK ${tag}`, [byType], [byName, byConnection]);
    await finds(`Chèques no such thing ${tag}`, [], [byName, byConnection, byType]);
  });
});
