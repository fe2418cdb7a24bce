//! Texts of the preview of a delivery: its path and its first rows, while an export is set up.

crate::messages! {
    /// Title of the part.
    preview => { en "Preview", fr "Aperçu" }
    /// Field: which of several is looked at.
    looked_at => { en "Table or segment to look at", fr "Table ou segment à examiner" }
    /// While nothing is chosen.
    nothing_chosen => {
        en "Choose what to export: its first rows appear here as they will be written.",
        fr "Choisissez ce qu’il faut exporter\u{a0}: les premières lignes apparaissent ici telles qu’elles seront écrites."
    }
    /// While the server reads.
    reading => { en "Reading the first rows…", fr "Lecture des premières lignes…" }
    /// Over the rows.
    first_of[rows] => {
        en "The first rows as they will be written, of {rows} row." | "The first rows as they will be written, of {rows} rows.",
        fr "Les premières lignes telles qu’elles seront écrites, sur {rows} ligne." | "Les premières lignes telles qu’elles seront écrites, sur {rows} lignes."
    }
    /// Of a table or segment without a snapshot.
    not_refreshed => {
        en "There are no rows to show before the first refresh.",
        fr "Aucune ligne à afficher avant la première actualisation."
    }
    /// Under a text that ends early.
    cut => { en "The rows are long: the rest is left out here.", fr "Les lignes sont longues\u{a0}: la suite est omise ici." }
    /// Under the text, where the file is compressed.
    compressed => { en "The file is compressed after this.", fr "Le fichier est ensuite compressé." }
    /// Under the text, where cells are escaped.
    escaped[cells] => {
        en "{cells} cell here is escaped for spreadsheets." | "{cells} cells here are escaped for spreadsheets.",
        fr "{cells} cellule est protégée ici pour les tableurs." | "{cells} cellules sont protégées ici pour les tableurs."
    }
    /// While something is wrong: followed by what.
    wrong => { en "The preview needs this first", fr "L’aperçu demande d’abord ceci" }
    /// Over the reason.
    not_made => { en "No preview", fr "Pas d’aperçu" }
    /// Name of the text of the file.
    beginning_of(path) => { en "Beginning of {path}", fr "Début de {path}" }
    /// Before the path of the next delivery.
    path_now => { en "Path if it started now", fr "Chemin si elle démarrait maintenant" }
}
