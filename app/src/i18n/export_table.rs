//! The table of exports: selection, columns, density, times, the strip of runs.

use super::Language;
use crate::domain::{Density, OptionalColumn, TimeStyle, ZoneStyle};

crate::messages! {
    /// Box over the boxes of the rows: chooses those of the page.
    select_all[count] => {
        en "Select {count} export" | "Select all {count} exports",
        fr "Sélectionner {count} exportation" | "Sélectionner les {count} exportations"
    }
    /// The same, once they are chosen.
    deselect_all[count] => {
        en "Deselect {count} export" | "Deselect all {count} exports",
        fr "Désélectionner {count} exportation" | "Désélectionner les {count} exportations"
    }
    /// Every row of the page is chosen, and there are more.
    page_selected[count] => {
        en "The one on this page is selected." | "All {count} on this page are selected.",
        fr "La seule exportation de cette page est sélectionnée." | "Les {count} exportations de cette page sont sélectionnées."
    }
    /// Chooses those of the other pages too.
    select_matching[count] => {
        en "Select the only export in the list" | "Select all {count} exports in the list",
        fr "Sélectionner la seule exportation de la liste" | "Sélectionner les {count} exportations de la liste"
    }
    /// What is chosen then.
    matching_selected[count] => {
        en "The only export in the list is selected" | "All {count} exports in the list are selected",
        fr "La seule exportation de la liste est sélectionnée" | "Les {count} exportations de la liste sont sélectionnées"
    }
    /// What is chosen when some were taken out again.
    matching_but[count](total) => {
        en "{count} of the {total} exports in the list is selected" | "{count} of the {total} exports in the list are selected",
        fr "{count} des {total} exportations de la liste est sélectionnée" | "{count} des {total} exportations de la liste sont sélectionnées"
    }
    /// Announced.
    selection_lost => {
        en "Selection cleared: the filter changed",
        fr "Sélection effacée\u{a0}: le filtre a changé"
    }
    /// Announced.
    selection_cleared => { en "Selection cleared", fr "Sélection effacée" }

    /// Menu of the table.
    view => { en "Table view", fr "Affichage du tableau" }
    /// Choice of the menu.
    columns => { en "Columns", fr "Colonnes" }
    /// Choice of the menu.
    density => { en "Density", fr "Densité" }
    /// Density.
    comfortable => { en "Comfortable", fr "Aérée" }
    /// Density.
    compact => { en "Compact", fr "Compacte" }
    /// Choice of the menu.
    times => { en "Times", fr "Heures" }
    /// How times are written.
    relative => { en "Relative", fr "Relatives" }
    /// How times are written.
    exact => { en "Exact", fr "Exactes" }
    /// Choice of the menu.
    zone => { en "Time zone", fr "Fuseau horaire" }
    /// Time zone.
    zone_local => { en "Yours", fr "Le vôtre" }
    /// Time zone.
    zone_utc => { en "UTC", fr "UTC" }
    /// Time zone.
    zone_schedule => { en "Of each schedule", fr "De chaque planification" }
    /// After a command of a row's menu, for readers: of which row.
    of_row(name) => { en ": {name}", fr "\u{a0}: {name}" }
    /// Sends the choices.
    apply => { en "Apply", fr "Appliquer" }

    /// Column.
    last_thirty_runs => { en "Last 30 runs", fr "30 dernières exécutions" }
    /// Column.
    labels => { en "Labels", fr "Étiquettes" }
    /// Column.
    owner => { en "Owner", fr "Responsable" }
    /// One part of what the strip of runs shows.
    strip_part(number, status) => { en "{number} × {status}", fr "{number} × {status}" }
}

/// The name of a column that need not be shown.
pub fn column(language: Language, column: OptionalColumn) -> &'static str {
    match column {
        OptionalColumn::Strip => last_thirty_runs(language),
        OptionalColumn::DataAsOf => super::exports::data_as_of(language),
        OptionalColumn::UpdatedAt => super::exports::last_updated(language),
        OptionalColumn::UpdatedBy => super::exports::updated_by(language),
        OptionalColumn::Labels => labels(language),
        OptionalColumn::Owner => owner(language),
    }
}

/// The name of a density.
pub fn density_name(language: Language, density: Density) -> &'static str {
    match density {
        Density::Comfortable => comfortable(language),
        Density::Compact => compact(language),
    }
}

/// The name of a way to write times.
pub fn times_name(language: Language, times: TimeStyle) -> &'static str {
    match times {
        TimeStyle::Relative => relative(language),
        TimeStyle::Exact => exact(language),
    }
}

/// The name of a choice of time zone.
pub fn zone_name(language: Language, zone: ZoneStyle) -> &'static str {
    match zone {
        ZoneStyle::Local => zone_local(language),
        ZoneStyle::Utc => zone_utc(language),
        ZoneStyle::Schedule => zone_schedule(language),
    }
}
