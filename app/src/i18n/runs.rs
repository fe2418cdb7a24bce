//! Texts of runs and waybills.

use super::Language;
use crate::domain::{ExportStatus, Trigger};

crate::messages! {
    /// Title of the pane.
    run_details => { en "Run details", fr "Détails de l’exécution" }
    /// In the pane, where there is no such run.
    not_kept => {
        en "This run does not exist, or no longer: runs are kept for the time that is set under Storage on the page System, and then removed.",
        fr "Cette exécution n’existe pas, ou plus\u{a0}: les exécutions sont conservées pendant la durée fixée sous Stockage à la page Système, puis supprimées."
    }
    /// Title of the receipt.
    waybill => { en "Waybill", fr "Bordereau" }

    /// Status.
    not_started => { en "Not started", fr "Non démarrée" }
    /// Status.
    queued => { en "Queued", fr "En file d’attente" }
    /// Status.
    processing => { en "Processing", fr "Traitement en cours" }
    /// Status with the rows so far.
    processing_rows[count] => {
        en "Processing, {count} row" | "Processing, {count} rows",
        fr "Traitement en cours, {count} ligne" | "Traitement en cours, {count} lignes"
    }
    /// Status.
    successful => { en "Successful", fr "Réussie" }
    /// Status, where the number of rows is not at hand.
    completed_with_warnings => { en "Completed, rows rejected", fr "Terminée, lignes rejetées" }
    /// Status.
    completed_with_rejected[count] => {
        en "Completed, {count} row rejected" | "Completed, {count} rows rejected",
        fr "Terminée, {count} ligne rejetée" | "Terminée, {count} lignes rejetées"
    }
    /// Status.
    failed => { en "Failed", fr "Échec" }
    /// Status, where a destination takes row by row and has taken some.
    failed_after[count](rows) => {
        en "Failed, {rows} of {count} row delivered" | "Failed, {rows} of {count} rows delivered",
        fr "Échec, {rows} sur {count} ligne livrée" | "Échec, {rows} sur {count} lignes livrées"
    }
    /// Status, where the time is not at hand.
    retrying => { en "Retrying", fr "Nouvelle tentative" }
    /// Status: when the next attempt is, and which of how many.
    retrying_at(time, number, attempts) => {
        en "Retrying at {time} ({number} of {attempts})",
        fr "Nouvelle tentative à {time} ({number} sur {attempts})"
    }
    /// Status.
    held => { en "Held", fr "En attente de confirmation" }
    /// Status.
    skipped => { en "Skipped", fr "Ignorée" }
    /// Status.
    missed => { en "Missed", fr "Manquée" }
    /// Status.
    canceled => { en "Canceled", fr "Annulée" }
    /// Status after a request to stop.
    canceling => { en "Canceling…", fr "Arrêt en cours…" }

    /// Label.
    status => { en "Status", fr "Statut" }
    /// Label.
    reason => { en "Reason", fr "Motif" }
    /// Label before a system's own words.
    detail => { en "In the system’s words", fr "Dans les termes du système" }
    /// Label.
    export => { en "Export", fr "Exportation" }
    /// Label.
    export_version => { en "Version of the export", fr "Version de l’exportation" }
    /// Label.
    connection => { en "Connection", fr "Connexion" }
    /// Label.
    started_by => { en "Started by", fr "Lancée par" }
    /// Who, over REST.
    by_api(name) => { en "{name}, through the API", fr "{name}, par l’API" }
    /// What, where nobody did.
    by_schedule => { en "Its schedule", fr "Sa planification" }
    /// What, where nobody did.
    by_refresh => { en "The system refresh", fr "L’actualisation du système" }
    /// Label.
    queued_at => { en "Queued at", fr "Mise en file" }
    /// Label.
    started_at => { en "Started", fr "Début" }
    /// Label.
    ended_at => { en "Ended", fr "Fin" }
    /// Label.
    duration => { en "Duration", fr "Durée" }
    /// Label.
    attempt => { en "Attempt", fr "Tentative" }
    /// Which of how many.
    attempt_of(attempt, attempts) => { en "{attempt} of {attempts}", fr "{attempt} sur {attempts}" }
    /// Label.
    next_attempt => { en "Next attempt", fr "Prochaine tentative" }
    /// Label.
    data_as_of => { en "Data as of", fr "Données du" }
    /// Label.
    size => { en "Size", fr "Taille" }

    /// Heading.
    progress => { en "Progress", fr "Progression" }
    /// Name of a progress bar.
    progress_of(table) => { en "Progress of {table}", fr "Progression de {table}" }
    /// So far.
    rows_of[count](rows) => { en "{rows} of {count} row" | "{rows} of {count} rows", fr "{rows} sur {count} ligne" | "{rows} sur {count} lignes" }
    /// So far, without a goal.
    rows_so_far[count] => { en "{count} row so far" | "{count} rows so far", fr "{count} ligne pour l’instant" | "{count} lignes pour l’instant" }
    /// Announced to screen readers.
    announce(status, rows) => { en "{status}, {rows}", fr "{status}, {rows}" }

    /// Command.
    cancel_run => { en "Cancel run", fr "Arrêter l’exécution" }
    /// Command of a held run.
    deliver => { en "Deliver", fr "Livrer" }
    /// Command of a held run.
    discard => { en "Discard", fr "Abandonner" }
    /// Title of the question of a held run.
    held_title => { en "This run waits for your decision", fr "Cette exécution attend votre décision" }
    /// Title for who may not decide.
    held_title_view => { en "This run waits for a decision", fr "Cette exécution attend une décision" }
    /// What the two answers do.
    held_text => {
        en "Nothing has been published. “Deliver” goes on with what was read; “Discard” ends the run and keeps the last delivery as it is. Until somebody decides, later starts are skipped; after 7 days the run is discarded.",
        fr "Rien n’a été publié. «\u{a0}Livrer\u{a0}» poursuit avec ce qui a été lu\u{a0}; «\u{a0}Abandonner\u{a0}» met fin à l’exécution et garde la dernière livraison telle quelle. Jusqu’à la décision, les départs suivants sont ignorés\u{a0}; après 7 jours, l’exécution est abandonnée."
    }
    /// While a stop is on its way.
    canceling_text => {
        en "The run stops at the next safe point. If the delivery is already published, the run ends normally.",
        fr "L’exécution s’arrête au prochain point sûr. Si la livraison est déjà publiée, l’exécution se termine normalement."
    }
    /// Why the command does nothing.
    view_only_reason => { en "You can only view this export", fr "Vous pouvez seulement afficher cette exportation" }
    /// Above an error of a command.
    command_failed => { en "That did not work", fr "L’opération a échoué" }

    /// Column.
    table => { en "Table", fr "Table" }
    /// Column.
    read => { en "Read", fr "Lues" }
    /// Column.
    written => { en "Written", fr "Écrites" }
    /// Column.
    unchanged => { en "Unchanged", fr "Inchangées" }
    /// Column.
    withheld => { en "Withheld", fr "Écartées" }
    /// Column.
    rejected => { en "Rejected", fr "Rejetées" }
    /// Column.
    in_doubt => { en "In doubt", fr "Incertaines" }
    /// Counted apart.
    removed => { en "Removed", fr "Supprimées" }
    /// Last line of the counts.
    total => { en "Total", fr "Total" }
    /// What the table of counts holds.
    counts_caption => { en "Rows by what became of them", fr "Lignes selon leur sort" }
    /// The sum in words, of the parts that follow.
    adds_up(read, written, unchanged, withheld, rejected, in_doubt) => {
        en "{read} = {written} + {unchanged} + {withheld} + {rejected} + {in_doubt}",
        fr "{read} = {written} + {unchanged} + {withheld} + {rejected} + {in_doubt}"
    }
    /// Part of the sum.
    rows_read[count] => { en "{count} read", fr "{count} lue" | "{count} lues" }
    /// Part of the sum.
    rows_written[count] => { en "{count} written", fr "{count} écrite" | "{count} écrites" }
    /// Part of the sum.
    rows_unchanged[count] => { en "{count} unchanged", fr "{count} inchangée" | "{count} inchangées" }
    /// Part of the sum.
    rows_withheld[count] => { en "{count} withheld", fr "{count} écartée" | "{count} écartées" }
    /// Part of the sum.
    rows_rejected[count] => { en "{count} rejected", fr "{count} rejetée" | "{count} rejetées" }
    /// Part of the sum.
    rows_in_doubt[count] => { en "{count} in doubt", fr "{count} incertaine" | "{count} incertaines" }
    /// The bar over the counts.
    bar_label => { en "What became of the rows", fr "Sort des lignes" }
    /// Heading and caption.
    files => { en "Files", fr "Fichiers" }
    /// Name of the field with the checksum.
    checksum_of(path) => { en "SHA-256 of {path}", fr "SHA-256 de {path}" }
    /// Nothing was written.
    no_files => { en "No file was written.", fr "Aucun fichier n’a été écrit." }
    /// What the list leaves out.
    more_files[count] => {
        en "{count} more file is in the JSON." | "{count} more files are in the JSON.",
        fr "{count} autre fichier figure dans le JSON." | "{count} autres fichiers figurent dans le JSON."
    }
    /// Label.
    snapshot => { en "Snapshot", fr "Instantané" }
    /// Label.
    options => { en "Options", fr "Options" }
    /// Label.
    escaped_cells => { en "Cells escaped for spreadsheets", fr "Cellules protégées pour tableur" }
    /// Command.
    download_json => { en "Download as JSON", fr "Télécharger en JSON" }
    /// Heading over the fields.
    fields_delivered[count] => { en "{count} field delivered" | "{count} fields delivered", fr "{count} champ livré" | "{count} champs livrés" }
    /// Column.
    field => { en "Field", fr "Champ" }
    /// Column.
    field_source => { en "From", fr "Depuis" }
    /// Column.
    field_type => { en "Type", fr "Type" }
    /// What the table of fields holds.
    fields_caption(table) => { en "Fields of {table} as delivered", fr "Champs de {table} tels que livrés" }

    /// What the list of runs holds.
    runs_caption => { en "Runs, newest first", fr "Exécutions, de la plus récente à la plus ancienne" }
    /// Nothing ran yet.
    no_runs => { en "This export has not run yet.", fr "Cette exportation ne s’est pas encore exécutée." }
    /// Column.
    run => { en "Run", fr "Exécution" }
    /// Link to the next page.
    older_runs => { en "Older runs", fr "Exécutions plus anciennes" }
    /// Link to the first page.
    newest_runs => { en "Newest runs", fr "Exécutions les plus récentes" }
}

/// The word for a status.
pub fn status_name(language: Language, status: ExportStatus) -> &'static str {
    match status {
        ExportStatus::NotStarted => not_started(language),
        ExportStatus::Queued => queued(language),
        ExportStatus::Processing => processing(language),
        ExportStatus::Successful => successful(language),
        ExportStatus::CompletedWithWarnings => completed_with_warnings(language),
        ExportStatus::Failed => failed(language),
        ExportStatus::Retrying => retrying(language),
        ExportStatus::Held => held(language),
        ExportStatus::Skipped => skipped(language),
        ExportStatus::Missed => missed(language),
        ExportStatus::Canceled => canceled(language),
    }
}

/// Who or what started a run.
pub fn starter(language: Language, trigger: Trigger, name: &str) -> String {
    match trigger {
        Trigger::Person => name.to_owned(),
        Trigger::Api => by_api(language, name),
        Trigger::Schedule => by_schedule(language).to_owned(),
        Trigger::Refresh => by_refresh(language).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French};
    use super::*;

    #[test]
    fn rows_of_so_many_agree_with_these() {
        for (of, english, french) in [
            (0, "0 of 0 rows", "0 sur 0 ligne"),
            (1, "0 of 1 row", "0 sur 1 ligne"),
            (2, "0 of 2 rows", "0 sur 2 lignes"),
        ] {
            assert_eq!(rows_of(English, of, 0), english);
            assert_eq!(rows_of(French, of, 0), french);
        }
        assert_eq!(failed_after(French, 1, 1), "Échec, 1 sur 1 ligne livrée");
        assert_eq!(
            failed_after(French, 50, 1),
            "Échec, 1 sur 50 lignes livrées"
        );
    }

    #[test]
    fn each_part_of_the_sum_has_its_own_number() {
        let sum = |language| {
            adds_up(
                language,
                rows_read(language, 1_234),
                rows_written(language, 1_229),
                rows_unchanged(language, 0),
                rows_withheld(language, 2),
                rows_rejected(language, 1),
                rows_in_doubt(language, 2),
            )
        };
        assert_eq!(
            sum(English),
            "1,234 read = 1,229 written + 0 unchanged + 2 withheld + 1 rejected + 2 in doubt"
        );
        assert_eq!(
            sum(French),
            "1\u{202f}234 lues = 1\u{202f}229 écrites + 0 inchangée + 2 écartées + 1 rejetée + 2 incertaines"
        );
    }
}
