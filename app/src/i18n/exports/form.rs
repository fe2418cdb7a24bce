//! Texts of the pane that sets an export up: where to, what, under which paths, and what keeps it safe.

use crate::domain::{Renewal, UpstreamFailure};
use crate::i18n::{Language, format};

crate::messages! {
    /// Part of the form.
    destination => { en "Destination", fr "Destination" }
    /// Field.
    connection_for_export => { en "Connection for export", fr "Connexion pour l’exportation" }
    /// Nothing chosen yet.
    choose_connection => { en "Choose a connection", fr "Choisir une connexion" }
    /// Link for administrators.
    new_connection => { en "New connection", fr "Nouvelle connexion" }
    /// Nothing to choose from.
    no_connections => {
        en "No connection is shared with you yet. An administrator can share one.",
        fr "Aucune connexion n’est encore partagée avec vous. Un administrateur peut en partager une."
    }
    /// Part of the form.
    tables_to_export => { en "Tables and segments to export", fr "Tables et segments à exporter" }
    /// Search among the tables.
    find_table => { en "Find a table or segment", fr "Trouver une table ou un segment" }
    /// Nothing matches.
    no_table_matches => { en "No table or segment matches.", fr "Aucune table ni aucun segment ne correspond." }
    /// No table at all.
    no_tables => { en "There is no table yet. Add a data source first.", fr "Il n’y a pas encore de table. Ajoutez d’abord une source de données." }
    /// Link.
    go_to_sources => { en "Data sources", fr "Sources de données" }
    /// Size of a table.
    rows[count] => { en "{count} row" | "{count} rows", fr "{count} ligne" | "{count} lignes" }
    /// A table without a snapshot.
    not_refreshed => { en "not refreshed yet", fr "pas encore actualisée" }
    /// A table of the export that is gone.
    table_gone => { en "no longer exists", fr "n’existe plus" }
    /// Opens the list of fields.
    fields_of(table) => { en "Fields of {table}", fr "Champs de {table}" }
    /// Opens the list of fields.
    of_fields[count](chosen) => { en "{chosen} of {count} field" | "{chosen} of {count} fields", fr "{chosen} sur {count} champ" | "{chosen} sur {count} champs" }
    /// Checkbox over the fields.
    all_fields => { en "All fields", fr "Tous les champs" }
    /// Checkbox beside it.
    and_new_ones => { en "and new ones", fr "et les nouveaux" }
    /// What it means.
    and_new_ones_help => {
        en "Columns that appear later are sent too, at the end.",
        fr "Les colonnes qui apparaîtront plus tard sont aussi envoyées, à la fin."
    }
    /// Name of an input.
    delivered_as_for(name) => { en "Name of {name} in the delivery", fr "Nom de {name} dans la livraison" }
    /// A field of the export that the table no longer has.
    field_gone => { en "no longer in the table", fr "n’est plus dans la table" }

    /// Part of the form.
    path_section => { en "Files and folder", fr "Fichiers et dossier" }
    /// Heading, where the connection takes rows and no files.
    rows_section => { en "Messages", fr "Messages" }
    /// What such a connection gets.
    rows_text => {
        en "This connection takes rows, not files: they go as JSON, in messages.",
        fr "Cette connexion reçoit des lignes, pas des fichiers\u{a0}: elles partent en JSON, dans des messages."
    }
    /// Field.
    name_in_messages => { en "Name in messages", fr "Nom dans les messages" }
    /// What to fill in.
    name_in_messages_help => {
        en "What the receiver knows this export by. It stays when the export is renamed.",
        fr "Le nom sous lequel le destinataire connaît cette exportation. Il reste quand l’exportation est renommée."
    }
    /// Field.
    folder_name => { en "Folder name", fr "Nom du dossier" }
    /// What it means.
    folder_help => {
        en "Replaces {export} in the path: lower-case letters, digits and “-”. Renaming the export does not move the folder.",
        fr "Remplace {export} dans le chemin\u{a0}: minuscules, chiffres et «\u{a0}-\u{a0}». Renommer l’exportation ne le déplace pas."
    }
    /// While it is empty.
    folder_placeholder => { en "made from the name", fr "tiré du nom" }
    /// Field.
    path_template => { en "Path", fr "Chemin" }
    /// What it means.
    path_help => {
        en "Inside the folder of the connection. {export} {table} {part} {run} {yyyy} {MM} {dd} {HH} {mm} {ss} {HHmmss} are replaced; times are UTC.",
        fr "Dans le dossier de la connexion. {export} {table} {part} {run} {yyyy} {MM} {dd} {HH} {mm} {ss} {HHmmss} sont remplacés\u{a0}; heures UTC."
    }
    /// A path without date.
    path_replaces => {
        en "A path without date is replaced by each delivery.",
        fr "Un chemin sans date est remplacé à chaque livraison."
    }
    /// Part of the form.
    safety_section => { en "Data and safety", fr "Données et sécurité" }
    /// Field.
    renewal => { en "Before each run", fr "Avant chaque exécution" }
    /// Choice.
    renew_first => { en "Renew data first", fr "Renouveler d’abord les données" }
    /// What it means.
    renew_first_help => { en "Tables whose files changed are read again.", fr "Les tables dont les fichiers ont changé sont relues." }
    /// Choice.
    latest_snapshot => { en "Use the latest snapshot", fr "Utiliser le dernier instantané" }
    /// What it means.
    latest_snapshot_help => { en "What was read last is delivered, however old.", fr "Ce qui a été lu en dernier est livré, quel que soit son âge." }
    /// Field.
    upstream => { en "If the data cannot be renewed in time", fr "Si les données ne sont pas renouvelées à temps" }
    /// Choice.
    upstream_skip => { en "Skip the run", fr "Ignorer l’exécution" }
    /// What it means.
    upstream_skip_help => { en "The run says what it waited for.", fr "L’exécution indique ce qu’elle attendait." }
    /// Choice.
    upstream_deliver => { en "Deliver the previous data", fr "Livrer les données précédentes" }
    /// What it means.
    upstream_deliver_help => { en "With a warning that names their age.", fr "Avec un avertissement qui donne leur âge." }
    /// Field.
    upstream_limit => { en "Wait at most (hours)", fr "Attendre au plus (heures)" }
    /// Label.
    upstream_wait => { en "Waits at most", fr "Attend au plus" }
    /// What the two numbers are for.
    held_help => {
        en "A run with far fewer rows than the last delivery waits for a decision before anything is published.",
        fr "Une exécution qui compte bien moins de lignes que la dernière livraison attend une décision avant toute publication."
    }
    /// Field.
    held_percent => { en "Hold when rows drop by more than (%)", fr "Retenir si la baisse dépasse (en pourcentage)" }
    /// Field.
    held_rows => { en "and by more than (rows)", fr "et dépasse (en lignes)" }
    /// Part of the form.
    name_section => { en "Name", fr "Nom" }

    /// Conflict.
    stale_title => { en "Somebody saved this export meanwhile", fr "Quelqu’un a enregistré cette exportation entre-temps" }
    /// Conflict.
    stale_text => {
        en "Load their version to start over from it, or save yours over it. Their version stays in the history.",
        fr "Chargez cette version pour repartir d’elle, ou enregistrez la vôtre par-dessus. L’autre version reste dans l’historique."
    }
    /// Answer.
    load_theirs => { en "Load their version", fr "Charger l’autre version" }
    /// Answer.
    save_over => { en "Save mine over it", fr "Enregistrer la mienne par-dessus" }
}

/// How many of how many fields are chosen.
pub fn fields_chosen(language: Language, chosen: usize, all: usize) -> String {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let chosen = format::integer(language, count(chosen));
    of_fields(language, count(all), chosen)
}

/// Name of a way to renew.
pub fn renewal_name(language: Language, renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::RenewFirst => renew_first(language),
        Renewal::LatestSnapshot => latest_snapshot(language),
    }
}

/// Name of what a run does when its data cannot be renewed in time.
pub fn upstream_name(language: Language, choice: UpstreamFailure) -> &'static str {
    match choice {
        UpstreamFailure::Skip => upstream_skip(language),
        UpstreamFailure::DeliverPrevious => upstream_deliver(language),
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French};
    use super::*;

    #[test]
    fn fields_agree_with_how_many_there_are() {
        for (chosen, all, english, french) in [
            (0, 1, "0 of 1 field", "0 sur 1 champ"),
            (1, 2, "1 of 2 fields", "1 sur 2 champs"),
            (0, 0, "0 of 0 fields", "0 sur 0 champ"),
        ] {
            assert_eq!(fields_chosen(English, chosen, all), english);
            assert_eq!(fields_chosen(French, chosen, all), french);
        }
    }
}
