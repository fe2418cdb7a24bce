//! Texts of the Exports page: list, commands, details; `form` and `options` hold those of the pane that sets an
//! export up.

mod form;
mod options;

pub use form::*;
pub use options::*;

use super::{Language, export_table};
use crate::domain::{ConnectionType, ExportSort, Permission};

crate::messages! {
    /// First crumb above the title.
    data => { en "Data", fr "Données" }
    /// The page.
    exports => { en "Exports", fr "Exportations" }
    /// What the table shows, for screen readers.
    caption => { en "Exports with their status and schedule", fr "Exportations avec leur statut et leur planification" }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Button before the commands that a narrow window has no room for.
    more_commands => { en "More", fr "Plus" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Opens the set-up pane.
    add_export => { en "Add export", fr "Ajouter une exportation" }
    /// Command, instead of *Edit* for who may only look.
    view => { en "View", fr "Afficher" }
    /// Command.
    run => { en "Run", fr "Exécuter" }
    /// Command.
    detach_connection => { en "Detach connection", fr "Détacher la connexion" }
    /// Command, and title of the pane: all runs of an export.
    runs => { en "Runs", fr "Exécutions" }
    /// Command, and title of the pane: who changed what of an export.
    history => { en "History", fr "Historique" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// How many rows are chosen.
    selected[count] => { en "{count} selected", fr "{count} sélectionnée" | "{count} sélectionnées" }
    /// Empties the selection.
    clear_selection => { en "Clear selection", fr "Effacer la sélection" }
    /// Checkbox of a row.
    select_row(name) => { en "Select {name}", fr "Sélectionner {name}" }
    /// Checkbox of the header.
    select_all => { en "Select all on this page", fr "Tout sélectionner sur cette page" }
    /// Why a command does nothing yet.
    select_first => { en "Select an export first", fr "Sélectionnez d’abord une exportation" }
    /// Why a command does nothing.
    select_one => { en "Select a single export", fr "Sélectionnez une seule exportation" }
    /// Why a command does nothing for a person who may only look.
    view_only_reason => { en "You can only view this export", fr "Vous pouvez seulement afficher cette exportation" }
    /// Why a command does nothing.
    detached_reason => { en "The export has no connection", fr "L’exportation n’a pas de connexion" }
    /// Why a command does nothing.
    detached_already => { en "The export already has no connection", fr "L’exportation n’a déjà plus de connexion" }
    /// Why nothing can be added.
    viewers_cannot_add => { en "Viewers cannot add exports", fr "Les observateurs ne peuvent pas ajouter d’exportation" }

    /// Column.
    select => { en "Select", fr "Sélection" }
    /// Column and field.
    display_name => { en "Display name", fr "Nom d’affichage" }
    /// Column.
    kind => { en "Type", fr "Type" }
    /// Column.
    status => { en "Status", fr "Statut" }
    /// Column.
    refreshed => { en "Refreshed", fr "Actualisé" }
    /// Column.
    schedule => { en "Schedule", fr "Planification" }
    /// Column.
    connection_used => { en "Connection used", fr "Connexion utilisée" }
    /// Column.
    your_permissions => { en "Your permissions", fr "Vos autorisations" }
    /// Column.
    data_as_of => { en "Data as of", fr "Données du" }
    /// Tooltip of *Refreshed*.
    data_as_of_at(time) => { en "Data as of: {time}", fr "Données du\u{a0}: {time}" }
    /// Tooltip of *Refreshed*: of the last run, where that delivered nothing.
    attempted_at(time) => { en "Last attempt: {time}", fr "Dernière tentative\u{a0}: {time}" }
    /// Column.
    last_updated => { en "Last updated", fr "Dernière mise à jour" }
    /// Column.
    updated_by => { en "Updated by", fr "Mise à jour par" }
    /// Column of the menu.
    row_commands => { en "Commands", fr "Commandes" }
    /// Never delivered.
    never => { en "Never", fr "Jamais" }
    /// The schedule is off.
    off => { en "Off", fr "Désactivé" }
    /// The schedule is on.
    on => { en "On", fr "Activé" }
    /// Detached.
    no_connection => { en "No connection", fr "Aucune connexion" }
    /// Permission.
    can_edit => { en "Can edit", fr "Modification" }
    /// Permission.
    view_only => { en "View only", fr "Affichage uniquement" }
    /// Type of connection.
    local_folder => { en "Local folder", fr "Dossier local" }
    /// Type of connection.
    s3 => { en "Amazon S3 or compatible", fr "Amazon S3 ou compatible" }

    /// Name of the search box.
    search_exports => { en "Search exports", fr "Rechercher des exportations" }
    /// Announced after a change.
    total[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Beside the pager.
    shown_of[count](shown) => {
        en "{shown} of {count} export" | "{shown} of {count} exports",
        fr "{shown} sur {count} exportation" | "{shown} sur {count} exportations"
    }
    /// Name of the choice.
    rows_per_page => { en "Rows per page", fr "Lignes par page" }
    /// Nothing there yet.
    empty_title => { en "No exports yet", fr "Aucune exportation pour l’instant" }
    /// What an export is.
    empty_text => {
        en "An export delivers tables to a connection, by hand or on schedule, with a receipt for every delivery.",
        fr "Une exportation livre des tables à une connexion, à la demande ou selon une planification, avec un bordereau pour chaque livraison."
    }
    /// For viewers.
    empty_for_viewers => {
        en "Contributors and administrators can add exports. You will see them here.",
        fr "Les contributeurs et les administrateurs peuvent ajouter des exportations. Vous les verrez ici."
    }

    /// Title of the pane.
    set_up_export => { en "Set up export", fr "Configurer l’exportation" }
    /// Title of the pane.
    edit_export => { en "Edit export", fr "Modifier l’exportation" }
    /// Under the title of the pane.
    duplicate_of(name) => {
        en "Filled in from {name}. Nothing exists until you save. Its schedule is switched off; switch it on under Schedule.",
        fr "Valeurs reprises de «\u{a0}{name}\u{a0}». Rien n’est créé avant l’enregistrement. La planification est désactivée\u{a0}; activez-la sous Planification."
    }
    /// Title of the pane.
    export_details => { en "Export details", fr "Détails de l’exportation" }
    /// Title of the window while a filter is on.
    filtered_title(status) => { en "Exports: {status}", fr "Exportations\u{a0}: {status}" }
    /// The system refresh is off.
    refresh_off => { en "The system refresh is off.", fr "L’actualisation du système est désactivée." }
    /// What that means.
    refresh_off_text[count] => {
        en "{count} export that follows it will not run by itself." | "{count} exports that follow it will not run by themselves.",
        fr "{count} exportation qui la suit ne s’exécutera pas d’elle-même." | "{count} exportations qui la suivent ne s’exécuteront pas d’elles-mêmes."
    }
    /// Link for administrators.
    refresh_off_edit => { en "System schedule", fr "Planification du système" }
    /// The last live answer failed.
    not_current => { en "The list may be out of date", fr "La liste n’est peut-être plus à jour" }
    /// Command.
    save => { en "Save", fr "Enregistrer" }
    /// Command.
    save_and_run => { en "Save and run", fr "Enregistrer et exécuter" }
    /// Passing message.
    saved(name) => { en "{name} saved", fr "Exportation «\u{a0}{name}\u{a0}» enregistrée" }
    /// Passing message.
    removed(name) => { en "{name} removed", fr "Exportation «\u{a0}{name}\u{a0}» supprimée" }
    /// Passing message.
    detached(name) => { en "Connection detached from {name}", fr "Connexion détachée de «\u{a0}{name}\u{a0}»" }
    /// Passing message.
    runs_started[count] => { en "{count} run started" | "{count} runs started", fr "{count} exécution lancée" | "{count} exécutions lancées" }
    /// Passing message.
    was_under_way(name) => { en "A run of {name} was under way already", fr "Une exécution de «\u{a0}{name}\u{a0}» était déjà en cours" }
    /// Above an error of a command.
    command_failed => { en "That did not work", fr "L’opération a échoué" }
    /// Above an error of one of several.
    run_failed_for(name) => { en "{name} was not started", fr "L’exportation «\u{a0}{name}\u{a0}» n’a pas été lancée" }
    /// The pane could not be filled.
    pane_failed => { en "This pane could not be loaded", fr "Ce volet n’a pas pu être chargé" }

    /// Question.
    remove_question(name) => { en "Remove {name}?", fr "Supprimer «\u{a0}{name}\u{a0}»\u{a0}?" }
    /// Answer.
    keep => { en "Keep it", fr "La conserver" }
    /// Question.
    detach_question(name) => { en "Detach the connection of {name}?", fr "Détacher la connexion de «\u{a0}{name}\u{a0}»\u{a0}?" }
    /// What stays.
    detach_text => {
        en "The export keeps its configuration and does not run until it gets another connection. Missed starts are not caught up.",
        fr "L’exportation garde sa configuration et ne s’exécute plus avant d’avoir une autre connexion. Les départs manqués ne sont pas rattrapés."
    }

    /// Answer.
    keep_connection => { en "Keep it attached", fr "La laisser attachée" }
    /// An option that is on.
    yes => { en "Yes", fr "Oui" }
    /// An option that is off.
    no => { en "No", fr "Non" }

    /// Part of the details.
    configuration => { en "Configuration", fr "Configuration" }
    /// Part of the details.
    last_runs => { en "Last runs", fr "Dernières exécutions" }
    /// Label.
    tables => { en "Tables", fr "Tables" }
    /// A table with its fields.
    table_with_fields[count](table) => { en "{table} ({count} field)" | "{table} ({count} fields)", fr "{table} ({count} champ)" | "{table} ({count} champs)" }
    /// A table with its fields.
    table_with_new_fields[count](table) => {
        en "{table} ({count} field and new ones)" | "{table} ({count} fields and new ones)",
        fr "{table} ({count} champ et les nouveaux)" | "{table} ({count} champs et les nouveaux)"
    }
    /// Label.
    created => { en "Created", fr "Créée" }
    /// Label.
    created_by => { en "Created by", fr "Créée par" }
    /// Label.
    version => { en "Version", fr "Version" }
    /// Label.
    held_limits => { en "Held when rows drop by more than", fr "Retenue si la baisse dépasse" }
    /// Both limits.
    held_value(percent, rows) => { en "{percent} and {rows}", fr "{percent} et {rows}" }
}

/// Title of a column.
pub fn column(language: Language, sort: ExportSort) -> &'static str {
    match sort {
        ExportSort::Name => display_name(language),
        ExportSort::Type => kind(language),
        ExportSort::Status => status(language),
        ExportSort::RefreshedAt => refreshed(language),
        ExportSort::Schedule => schedule(language),
        ExportSort::Connection => connection_used(language),
        ExportSort::Permission => your_permissions(language),
        ExportSort::DataAsOf => data_as_of(language),
        ExportSort::UpdatedAt => last_updated(language),
        ExportSort::UpdatedBy => updated_by(language),
        ExportSort::Labels => export_table::labels(language),
        ExportSort::Owner => export_table::owner(language),
    }
}

/// Name of a type of connection.
pub fn connection_type(language: Language, kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::LocalFolder => local_folder(language),
        ConnectionType::Sftp => "SFTP",
        ConnectionType::S3 => s3(language),
        ConnectionType::AzureBlob => "Azure Blob Storage",
        ConnectionType::AdlsGen2 => "Azure Data Lake Storage Gen2",
        ConnectionType::Webhook => "Webhook",
    }
}

/// What the person looking may do.
pub fn permission(language: Language, permission: Permission) -> &'static str {
    match permission {
        Permission::Edit => can_edit(language),
        Permission::View => view_only(language),
    }
}
