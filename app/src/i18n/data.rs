//! Texts of the data pages: tables and sources.

use super::Language;
use crate::domain::RefreshStatus;

crate::messages! {
    /// First crumb above the title.
    data => { en "Data", fr "Données" }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Column and field.
    name => { en "Name", fr "Nom" }
    /// Column of buttons.
    actions => { en "Actions", fr "Actions" }
    /// Column.
    refreshed => { en "Refreshed", fr "Actualisée" }
    /// No refresh has ended well yet.
    never => { en "Never", fr "Jamais" }
    /// Column.
    status => { en "Status", fr "Statut" }
    /// Why a command does nothing.
    administrators_only => { en "Only administrators can do this", fr "Réservé aux administrateurs" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Non enregistré" }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }

    /// Page.
    tables => { en "Tables", fr "Tables" }
    /// What the table shows, for screen readers.
    tables_caption => { en "Tables with their source, size and last refresh", fr "Tables avec leur source, leur taille et leur dernière actualisation" }
    /// Column.
    source => { en "Source", fr "Source" }
    /// Column.
    rows => { en "Rows", fr "Lignes" }
    /// Column.
    size => { en "Size", fr "Taille" }
    /// Column.
    columns => { en "Columns", fr "Colonnes" }
    /// State of a table.
    table_ready => { en "Ready", fr "Prête" }
    /// State of a table whose source has other columns now.
    table_changed => { en "Schema changed", fr "Schéma modifié" }
    /// State of a table whose last refresh failed.
    table_failed => { en "Last refresh failed", fr "Dernière actualisation en échec" }
    /// State of a table without rows yet.
    table_waiting => { en "Not refreshed yet", fr "Pas encore actualisée" }
    /// Empty list.
    no_tables => { en "No tables yet", fr "Aucune table pour l’instant" }
    /// Why, for administrators.
    no_tables_administrator => {
        en "Tables come from data sources. Add a source, and its tables appear here.",
        fr "Les tables proviennent des sources de données. Ajoutez une source\u{a0}: ses tables apparaîtront ici."
    }
    /// Why, for others.
    no_tables_other => {
        en "Tables come from data sources. An administrator can add one.",
        fr "Les tables proviennent des sources de données. Un administrateur peut en ajouter une."
    }

    /// Section of the table's pane.
    schema => { en "Columns", fr "Colonnes" }
    /// Column.
    column => { en "Column", fr "Colonne" }
    /// Column and field.
    kind => { en "Type", fr "Type" }
    /// Column and checkbox.
    personal => { en "Personal", fr "Personnelle" }
    /// What the mark does.
    personal_help => {
        en "Personal columns are masked for viewers.",
        fr "Les colonnes personnelles sont masquées pour les observateurs."
    }
    /// Command: opens the form of the schema.
    correct_schema => { en "Correct types", fr "Corriger les types" }
    /// Why they cannot be corrected yet.
    correct_schema_waits => { en "Columns are known after the first refresh", fr "Les colonnes seront connues après la première actualisation" }
    /// Title of the form.
    correct_schema_of(table) => { en "Correct the columns of {table}", fr "Corriger les colonnes de {table}" }
    /// What saving does.
    correct_schema_text => {
        en "Saving reads the source again. A value that does not fit its type fails the refresh and is named.",
        fr "L’enregistrement relit la source. Une valeur qui ne convient pas à son type fait échouer l’actualisation et est nommée."
    }
    /// Button of the form.
    save_and_refresh => { en "Save and refresh", fr "Enregistrer et actualiser" }
    /// Passing message.
    schema_saved => { en "Saved; the table is being refreshed", fr "Enregistré, la table est en cours d’actualisation" }
    /// Label of a control in a row.
    type_of(column) => { en "Type of {column}", fr "Type de {column}" }
    /// Label of a control in a row.
    personal_of(column) => { en "{column} is personal", fr "{column} est personnelle" }
    /// Title over the differences.
    change_title => { en "The schema changed with the last refresh", fr "Le schéma a changé à la dernière actualisation" }
    /// A difference.
    added(names) => { en "New: {names}. New columns are not sent until somebody adds them to an export.", fr "Nouvelles\u{a0}: {names}. Elles ne sont pas envoyées tant que personne ne les ajoute à une exportation." }
    /// A difference.
    removed(names) => { en "Gone: {names}. Exports that use them fail.", fr "Disparues\u{a0}: {names}. Les exportations qui les utilisent échouent." }
    /// A difference.
    retyped(name, from, to) => { en "{name}: {from} became {to}", fr "{name}\u{a0}: {from} est devenu {to}" }
    /// Section of the table's pane.
    preview => { en "First rows", fr "Premières lignes" }
    /// What the table shows, for screen readers.
    preview_caption(table) => { en "First rows of {table}", fr "Premières lignes de {table}" }
    /// Some columns are masked.
    masked => { en "Personal columns are masked.", fr "Les colonnes personnelles sont masquées." }
    /// A table without rows.
    preview_empty => { en "The table has no rows.", fr "La table n’a aucune ligne." }
    /// No snapshot to show.
    preview_waits => { en "Rows appear here after the first refresh.", fr "Les lignes apparaîtront ici après la première actualisation." }
    /// A null value, for screen readers.
    null => { en "no value", fr "aucune valeur" }
    /// Section of the table's pane.
    used_by => { en "Used by", fr "Utilisée par" }
    /// No export uses it.
    used_by_none => { en "No export uses this table.", fr "Aucune exportation n’utilise cette table." }

    /// Page.
    sources => { en "Sources", fr "Sources" }
    /// What the table shows, for screen readers.
    sources_caption => { en "Data sources with their status and tables", fr "Sources de données avec leur statut et leurs tables" }
    /// Command.
    add_source => { en "Add source", fr "Ajouter une source" }
    /// Title of the form.
    edit_source(name) => { en "Edit {name}", fr "Modifier {name}" }
    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// Command.
    refresh => { en "Refresh", fr "Actualiser" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Passing message.
    refresh_asked(name) => { en "{name} is being refreshed", fr "{name} est en cours d’actualisation" }
    /// Over an error.
    refresh_failed => { en "Not refreshed", fr "Actualisation impossible" }
    /// Passing message.
    source_saved => { en "Source saved; its tables are being read", fr "Source enregistrée, ses tables sont en cours de lecture" }
    /// Passing message.
    source_removed(name) => { en "{name} was removed", fr "{name} a été supprimée" }
    /// Empty list.
    no_sources => { en "No data sources yet", fr "Aucune source de données pour l’instant" }
    /// Why, for administrators.
    no_sources_administrator => {
        en "A source is where tables come from: a folder of Parquet, CSV or JSON Lines files.",
        fr "Une source fournit des tables\u{a0}: un dossier de fichiers Parquet, CSV ou JSON Lines."
    }
    /// Why, for others.
    no_sources_other => {
        en "A source is where tables come from. An administrator can add one.",
        fr "Une source fournit des tables. Un administrateur peut en ajouter une."
    }
    /// Field.
    path => { en "Folder", fr "Dossier" }
    /// About the name of a source.
    source_name_help => {
        en "SQL segments may call it by this name. They follow a new one.",
        fr "Les segments SQL peuvent l’appeler par ce nom. Ils suivent un nouveau nom."
    }
    /// What to fill in.
    path_help => {
        en "Full path of a folder on the server, inside one of its allowed roots. Each file is a table; a subfolder of parts is one table.",
        fr "Chemin complet d’un dossier du serveur, dans l’une de ses racines autorisées. Chaque fichier est une table\u{a0}; un sous-dossier de fragments est une seule table."
    }
    /// Kind of source.
    folder => { en "Folder of files", fr "Dossier de fichiers" }
    /// Question.
    remove_source_title(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What goes and what stays.
    remove_source_text[tables] => {
        en "{tables} table goes with it. The files in the folder stay as they are." | "{tables} tables go with it. The files in the folder stay as they are.",
        fr "{tables} table disparaît avec elle. Les fichiers du dossier restent tels quels." | "{tables} tables disparaissent avec elle. Les fichiers du dossier restent tels quels."
    }
    /// Over the error.
    not_removed => { en "Not removed", fr "Suppression impossible" }

    /// Status of a refresh.
    refresh_not_started => { en "Not started", fr "Non démarrée" }
    /// Status of a refresh.
    refresh_queued => { en "Queued", fr "En file d’attente" }
    /// Status of a refresh.
    refresh_processing => { en "Processing", fr "Traitement en cours" }
    /// Status of a refresh.
    refresh_successful => { en "Successful", fr "Réussie" }
    /// Status of a refresh.
    refresh_failed_status => { en "Failed", fr "Échec" }
    /// Status of a refresh that a person stopped.
    refresh_canceled => { en "Canceled", fr "Annulée" }
    /// Status of a task whose upstream was not renewed.
    refresh_skipped => { en "Skipped", fr "Ignorée" }

    /// Type of a column.
    type_text => { en "Text", fr "Texte" }
    /// Type of a column.
    type_integer => { en "Integer", fr "Entier" }
    /// Type of a column.
    type_double => { en "Floating point", fr "Virgule flottante" }
    /// Type of a column.
    type_decimal(precision, scale) => { en "Decimal ({precision}, {scale})", fr "Décimal ({precision}, {scale})" }
    /// Type of a column.
    type_boolean => { en "True or false", fr "Vrai ou faux" }
    /// Type of a column.
    type_date => { en "Date", fr "Date" }
    /// Type of a column.
    type_timestamp => { en "Date and time", fr "Date et heure" }
    /// Type of a column.
    type_timestamp_utc => { en "Instant (UTC)", fr "Instant (UTC)" }
    /// Type of a column.
    type_binary => { en "Binary", fr "Binaire" }
}

/// The name of a state of a refresh.
pub fn refresh_status(language: Language, status: RefreshStatus) -> &'static str {
    match status {
        RefreshStatus::NotStarted => refresh_not_started(language),
        RefreshStatus::Queued => refresh_queued(language),
        RefreshStatus::Processing => refresh_processing(language),
        RefreshStatus::Successful => refresh_successful(language),
        RefreshStatus::Failed => refresh_failed_status(language),
        RefreshStatus::Canceled => refresh_canceled(language),
        RefreshStatus::Skipped => refresh_skipped(language),
    }
}

/// The name of a column's type; one without a name of its own stays as the engine writes it.
pub fn column_type(language: Language, code: &str) -> String {
    let name = match code {
        "text" => type_text(language),
        "integer" => type_integer(language),
        "double" => type_double(language),
        "boolean" => type_boolean(language),
        "date" => type_date(language),
        "timestamp" => type_timestamp(language),
        "timestamp_utc" => type_timestamp_utc(language),
        "binary" => type_binary(language),
        other => {
            let decimal = other
                .strip_prefix("decimal(")
                .and_then(|rest| rest.strip_suffix(')'));
            return match decimal.and_then(|rest| rest.split_once(',')) {
                Some((precision, scale)) => type_decimal(language, precision.trim(), scale.trim()),
                None => other.to_owned(),
            };
        }
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names_and_unknown_ones_stay() {
        assert_eq!(
            column_type(Language::English, "decimal(38,2)"),
            "Decimal (38, 2)"
        );
        assert_eq!(column_type(Language::French, "text"), "Texte");
        assert_eq!(
            column_type(Language::French, "arrow:List(Int8)"),
            "arrow:List(Int8)"
        );
    }
}
