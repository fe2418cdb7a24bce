//! Texts of the Exports page: list, commands, panes.

use super::Language;
use crate::domain::{
    Compression, ConnectionType, Delimiter, ExportSort, FileFormat, LineEnd, Permission, Preset,
    Quoting, Renewal, UpstreamFailure,
};

crate::messages! {
    /// First crumb above the title.
    data => { en "Data", fr "Données" }
    /// The page.
    exports => { en "Exports", fr "Exportations" }
    /// What the table shows, for screen readers.
    caption => { en "Exports with their status and schedule", fr "Exportations avec leur statut et leur planification" }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Opens the set-up pane.
    add_export => { en "Add export", fr "Ajouter une exportation" }
    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Command, instead of *Edit* for who may only look.
    view => { en "View", fr "Afficher" }
    /// Command.
    run => { en "Run", fr "Exécuter" }
    /// Command.
    create_duplicate => { en "Create duplicate", fr "Créer un doublon" }
    /// Command.
    detach_connection => { en "Detach connection", fr "Détacher la connexion" }
    /// Command.
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
    detached_already => { en "The export has no connection already", fr "L’exportation n’a déjà pas de connexion" }
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
    /// Column.
    last_updated => { en "Last updated", fr "Dernière mise à jour" }
    /// Column.
    updated_by => { en "Updated by", fr "Mis à jour par" }
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
    /// Title of the pane.
    duplicate_export => { en "Create duplicate", fr "Créer un doublon" }
    /// Under the title of the pane.
    duplicate_of(name) => {
        en "Filled in from {name}. Nothing exists until you save. Its schedule is switched off; switch it on under Schedule.",
        fr "Reprise de {name}. Rien n’existe avant l’enregistrement. Sa planification est désactivée\u{a0}; activez-la sous Planification."
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
    /// Until the script runs, a form of this size cannot be sent.
    saving_needs_script => { en "The page is still loading", fr "La page est encore en cours de chargement" }
    /// Passing message.
    saved(name) => { en "{name} saved", fr "{name} enregistrée" }
    /// Passing message.
    removed(name) => { en "{name} removed", fr "{name} supprimée" }
    /// Passing message.
    detached(name) => { en "Connection detached from {name}", fr "Connexion détachée de {name}" }
    /// Passing message.
    runs_started[count] => { en "{count} run started" | "{count} runs started", fr "{count} exécution lancée" | "{count} exécutions lancées" }
    /// Above an error of a command.
    command_failed => { en "That did not work", fr "L’opération a échoué" }
    /// Above an error of one of several.
    run_failed_for(name) => { en "{name} was not started", fr "{name} n’a pas été lancée" }
    /// The pane could not be filled.
    pane_failed => { en "This pane could not be loaded", fr "Ce volet n’a pas pu être chargé" }

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
    fields_chosen(chosen, all) => { en "{chosen} of {all} fields", fr "{chosen} champs sur {all}" }
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
    format_section => { en "Format", fr "Format" }
    /// Field.
    file_format => { en "File format", fr "Format de fichier" }
    /// Field.
    compression => { en "Compression", fr "Compression" }
    /// Parquet does it itself.
    parquet_compresses => { en "Parquet compresses inside the file.", fr "Parquet compresse à l’intérieur du fichier." }
    /// Heading over two buttons.
    preset => { en "Preset", fr "Préréglage" }
    /// When the options are of no preset.
    preset_none => { en "Options of your own", fr "Options personnalisées" }
    /// Says which one is in effect.
    preset_is(name) => { en "As in: {name}", fr "Comme dans\u{a0}: {name}" }
    /// Field.
    delimiter => { en "Delimiter", fr "Délimiteur" }
    /// Field.
    quoting => { en "Quoted fields", fr "Champs entre guillemets" }
    /// Field.
    line_end => { en "Line ends", fr "Fins de ligne" }
    /// Field.
    null_text => { en "Text for missing values", fr "Texte des valeurs absentes" }
    /// What it means.
    null_text_help => { en "Empty: nothing between the delimiters; an empty text is \"\".", fr "Vide\u{a0}: rien entre les délimiteurs\u{a0}; un texte vide s’écrit \"\"." }
    /// Field.
    header_row => { en "Header row", fr "Ligne d’en-tête" }
    /// Field.
    bom => { en "Byte order mark", fr "Marque d’ordre des octets (BOM)" }
    /// Field.
    decimal_comma => { en "Decimal comma", fr "Virgule décimale" }
    /// Field.
    spreadsheet_safe => { en "Spreadsheet-safe", fr "Protégé pour tableur" }
    /// What it means.
    spreadsheet_safe_help => {
        en "Cells that a spreadsheet would run as a formula get an apostrophe. The waybill counts them.",
        fr "Les cellules qu’un tableur exécuterait comme formule reçoivent une apostrophe. Le bordereau les compte."
    }
    /// Field.
    max_rows => { en "Most rows per file", fr "Lignes par fichier, au plus" }
    /// What it means.
    max_rows_help => { en "Empty: one file per table.", fr "Vide\u{a0}: un fichier par table." }
    /// Part of the form.
    path_section => { en "Files and folder", fr "Fichiers et dossier" }
    /// Field.
    folder_name => { en "Folder name", fr "Nom du dossier" }
    /// What it means.
    folder_help => {
        en "Stands for {export} in the path. Renaming the export does not move it.",
        fr "Remplace {export} dans le chemin. Renommer l’exportation ne le déplace pas."
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
    /// Before the expanded path.
    example => { en "Example", fr "Exemple" }
    /// Stands for a table while none is chosen.
    example_table => { en "table", fr "table" }
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
    held_percent => { en "Hold when fewer by more than (%)", fr "Retenir si la baisse dépasse (en pourcentage)" }
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

    /// Question.
    remove_question(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What stays.
    remove_text => {
        en "Files that were delivered stay where they are, and so do the waybills. A run under way is let finish.",
        fr "Les fichiers livrés restent où ils sont, de même que les bordereaux. Une exécution en cours va à son terme."
    }
    /// Answer.
    keep => { en "Keep it", fr "La conserver" }
    /// Question.
    detach_question(name) => { en "Detach the connection of {name}?", fr "Détacher la connexion de {name}\u{a0}?" }
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
    held_limits => { en "Held when fewer by more than", fr "Retenue si la baisse dépasse" }
    /// Both limits.
    held_value(percent, rows) => { en "{percent} and {rows}", fr "{percent} et {rows}" }

    /// Choice of a format.
    csv => { en "CSV", fr "CSV" }
    /// Choice of a format.
    parquet => { en "Parquet", fr "Parquet" }
    /// Choice of a format.
    json_lines => { en "JSON Lines", fr "JSON Lines" }
    /// Choice of a compression.
    compression_none => { en "None", fr "Aucune" }
    /// Choice of a delimiter.
    comma => { en "Comma ( , )", fr "Virgule ( , )" }
    /// Choice of a delimiter.
    semicolon => { en "Semicolon ( ; )", fr "Point-virgule (\u{a0};\u{a0})" }
    /// Choice of a delimiter.
    tab => { en "Tab", fr "Tabulation" }
    /// Choice of a delimiter.
    pipe => { en "Pipe ( | )", fr "Barre verticale ( | )" }
    /// Choice of quoting.
    quote_necessary => { en "Where necessary", fr "Si nécessaire" }
    /// Choice of quoting.
    quote_all => { en "All but missing values", fr "Tous sauf les valeurs absentes" }
    /// Choice of quoting.
    quote_non_numeric => { en "All but numbers and missing values", fr "Tous sauf les nombres et les valeurs absentes" }
    /// Choice of line ends.
    lf => { en "LF (Unix, macOS)", fr "LF (Unix, macOS)" }
    /// Choice of line ends.
    crlf => { en "CRLF (Windows)", fr "CRLF (Windows)" }
    /// Name of a preset.
    preset_standard => { en "Standard", fr "Standard" }
    /// Name of a preset.
    preset_excel_france => { en "Excel (France)", fr "Excel (France)" }
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
    }
}

/// Name of a type of connection.
pub fn connection_type(language: Language, kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::LocalFolder => local_folder(language),
    }
}

/// What the person looking may do.
pub fn permission(language: Language, permission: Permission) -> &'static str {
    match permission {
        Permission::Edit => can_edit(language),
        Permission::View => view_only(language),
    }
}

/// Name of a file format.
pub fn format(language: Language, format: FileFormat) -> &'static str {
    match format {
        FileFormat::Csv => csv(language),
        FileFormat::Parquet => parquet(language),
        FileFormat::JsonLines => json_lines(language),
    }
}

/// Name of a compression.
pub fn compression_name(language: Language, compression: Compression) -> &'static str {
    match compression {
        Compression::None => compression_none(language),
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    }
}

/// Name of a delimiter.
pub fn delimiter_name(language: Language, delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => comma(language),
        Delimiter::Semicolon => semicolon(language),
        Delimiter::Tab => tab(language),
        Delimiter::Pipe => pipe(language),
    }
}

/// Name of a way to quote.
pub fn quoting_name(language: Language, quoting: Quoting) -> &'static str {
    match quoting {
        Quoting::Necessary => quote_necessary(language),
        Quoting::All => quote_all(language),
        Quoting::NonNumeric => quote_non_numeric(language),
    }
}

/// Name of a line end.
pub fn line_end_name(language: Language, line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::Lf => lf(language),
        LineEnd::Crlf => crlf(language),
    }
}

/// Name of a preset.
pub fn preset_name(language: Language, preset: Preset) -> &'static str {
    match preset {
        Preset::Standard => preset_standard(language),
        Preset::ExcelFrance => preset_excel_france(language),
    }
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
