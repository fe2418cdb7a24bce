//! Texts of taking exports away and bringing them back: the questions, *Undo*, and the pane *Removed*.

use super::{Language, format};

crate::messages! {
    /// How many files stay: begins the sentence, whose verb they have in French.
    files[count] => {
        en "Stays where it is: {count} file" | "Stay where they are: {count} files",
        fr "Reste en place\u{a0}: {count} fichier" | "Restent en place\u{a0}: {count} fichiers"
    }
    /// What stays of an export that delivered.
    stays[count](files) => {
        en "{files} of {count} delivery, with its waybill." | "{files} of {count} deliveries, with their waybills.",
        fr "{files} de {count} livraison, avec son bordereau." | "{files} de {count} livraisons, avec leurs bordereaux."
    }
    /// The same where the files were not counted.
    stays_uncounted[count] => {
        en "Stays where it is: what {count} delivery wrote, with its waybill." | "Stays where it is: what {count} deliveries wrote, with their waybills.",
        fr "Reste en place\u{a0}: ce que {count} livraison a écrit, avec son bordereau." | "Reste en place\u{a0}: ce que {count} livraisons ont écrit, avec leurs bordereaux."
    }
    /// What stays of an export that never delivered.
    never_delivered => { en "It has not delivered anything yet.", fr "Elle n’a encore rien livré." }
    /// What becomes of the export itself.
    restorable => {
        en "The export can be restored for 30 days, under Removed.",
        fr "L’exportation peut être restaurée pendant 30 jours, sous Supprimées."
    }
    /// Runs that have not ended.
    under_way[count] => {
        en "{count} run is under way. It will finish, unless you cancel it." | "{count} runs are under way. They will finish, unless you cancel them.",
        fr "{count} exécution est en cours. Elle va à son terme, sauf si vous l’arrêtez." | "{count} exécutions sont en cours. Elles vont à leur terme, sauf si vous les arrêtez."
    }
    /// Answer, while a run is under way.
    remove_and_stop_one => { en "Remove and cancel the run", fr "Supprimer et arrêter l’exécution" }
    /// Answer, while runs are under way.
    remove_and_stop_many => { en "Remove and cancel the runs", fr "Supprimer et arrêter les exécutions" }
    /// In place of an export.
    not_there => {
        en "This export does not exist, or it was removed.",
        fr "Cette exportation n’existe pas, ou elle a été supprimée."
    }
    /// Over an error.
    not_removed => { en "Not removed", fr "Non supprimée" }
    /// Over an error.
    not_detached => { en "Not detached", fr "Non détachée" }
    /// What is taken away.
    delivers_to(connection) => {
        en "It delivers to {connection}; nothing that is there is touched.",
        fr "Elle livre à {connection}\u{a0}; rien de ce qui s’y trouve n’est touché."
    }
    /// A run that has not ended.
    run_finishes => { en "The run under way will finish.", fr "L’exécution en cours va à son terme." }
    /// Takes a removal back.
    undo_removal => { en "Undo", fr "Annuler la suppression" }
    /// Takes a detachment back.
    undo_detachment => { en "Undo", fr "Annuler le détachement" }
    /// Passing message, once it was taken back.
    undone[count] => {
        en "{count} export is as it was before" | "{count} exports are as they were before",
        fr "{count} exportation est comme avant" | "{count} exportations sont comme avant"
    }
    /// After what was not taken back: what was.
    others_undone[count] => {
        en "{count} other export is as it was before." | "{count} other exports are as they were before.",
        fr "{count} autre exportation est comme avant." | "{count} autres exportations sont comme avant."
    }
    /// Message that stays: somebody took all of it back before.
    nothing_undone => {
        en "Nothing was changed: there was nothing left to take back.",
        fr "Rien n’a été changé\u{a0}: il n’y avait plus rien à annuler."
    }
    /// Message that stays: not taken back.
    not_undone => { en "Not undone.", fr "Non annulé." }
    /// One export that was not taken back.
    not_undone_for(name, why) => { en "{name}: {why}", fr "{name}\u{a0}: {why}" }
    /// An export whose name is not known.
    an_export => { en "An export", fr "Une exportation" }

    /// Link to the pane, and its title.
    removed => { en "Removed", fr "Supprimées" }
    /// Under the title.
    removed_text => {
        en "Exports that were removed in the last 30 days. Restored, they are switched off.",
        fr "Exportations supprimées dans les 30 derniers jours. Restaurées, elles sont désactivées."
    }
    /// What the table lists.
    caption => { en "Removed exports", fr "Exportations supprimées" }
    /// Column.
    removed_at => { en "Removed at", fr "Supprimée le" }
    /// Column.
    removed_by => { en "Removed by", fr "Supprimée par" }
    /// Column.
    kept_until => { en "Kept until", fr "Conservée jusqu’au" }
    /// Column of the commands, and the command.
    restore => { en "Restore", fr "Restaurer" }
    /// The command for screen readers.
    restore_one(name) => { en "Restore {name}", fr "Restaurer {name}" }
    /// Nothing there.
    none => { en "Nothing was removed in the last 30 days.", fr "Rien n’a été supprimé dans les 30 derniers jours." }
    /// Passing message.
    restored(name) => { en "{name} restored. Its schedule is off.", fr "Exportation «\u{a0}{name}\u{a0}» restaurée. Sa planification est désactivée." }
    /// Over an error.
    not_restored => { en "Not restored", fr "Non restaurée" }
    /// Link to older rows.
    older => { en "Older", fr "Plus anciennes" }
    /// Link to the start.
    newest => { en "Newest", fr "Les plus récentes" }
}

/// Answer, while so many runs are under way.
pub fn remove_and_stop(language: Language, runs: u64) -> &'static str {
    if format::is_singular(language, runs) {
        remove_and_stop_one(language)
    } else {
        remove_and_stop_many(language)
    }
}
