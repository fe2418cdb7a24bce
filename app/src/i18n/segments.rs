//! Texts of the Segments page: list, form, details; `condition` has conditions in words, `removal` how a segment goes and
//! comes back.

mod condition;
mod removal;

pub use condition::{operator_name, sentence};
pub use removal::*;

use super::Language;
use crate::domain::{Arity, Family, Operator, SegmentKind};

crate::messages! {
    /// First crumb above the title.
    data => { en "Data", fr "Données" }
    /// The page.
    segments => { en "Segments", fr "Segments" }
    /// What a segment is.
    about => {
        en "A segment is a saved selection of rows. Exports deliver it like a table.",
        fr "Un segment est une sélection de lignes enregistrée. Les exportations le livrent comme une table."
    }
    /// Name of the navigation between the tabs.
    views => { en "Views of segments", fr "Vues des segments" }
    /// Title of the page with a tab.
    title_of(tab) => { en "{tab}, segments", fr "{tab}, segments" }
    /// What the table shows, for screen readers.
    caption => {
        en "Segments with their members, status and last refresh",
        fr "Segments avec leurs membres, leur statut et leur dernière actualisation"
    }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Column of buttons.
    actions => { en "Actions", fr "Actions" }
    /// Column and field.
    name => { en "Name", fr "Nom" }
    /// Column.
    kind => { en "Type", fr "Type" }
    /// Kind of segment, and section of the form.
    conditions => { en "Conditions", fr "Conditions" }
    /// Kind of segment.
    sql => { en "SQL", fr "SQL" }
    /// Column.
    made_from => { en "Made from", fr "Issu de" }
    /// Column.
    members => { en "Members", fr "Membres" }
    /// How many rows it takes.
    member_count[count] => { en "{count} member" | "{count} members", fr "{count} membre" | "{count} membres" }
    /// Column.
    status => { en "Status", fr "Statut" }
    /// Column.
    refreshed => { en "Refreshed", fr "Actualisé" }
    /// Column and section.
    used_by => { en "Used by", fr "Utilisé par" }
    /// How many exports use it.
    exports[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Column.
    updated => { en "Updated", fr "Mis à jour" }
    /// Property.
    updated_by => { en "Updated by", fr "Mis à jour par" }
    /// Property.
    created => { en "Created", fr "Créé" }
    /// Property.
    created_by => { en "Created by", fr "Créé par" }
    /// Property.
    version => { en "Version", fr "Version" }
    /// Not evaluated yet.
    not_refreshed_yet => { en "not refreshed yet", fr "pas encore actualisé" }
    /// A segment among the tables of an export.
    item(name) => { en "Segment: {name}", fr "Segment\u{a0}: {name}" }

    /// Empty list.
    none => { en "No segments yet", fr "Aucun segment pour l’instant" }
    /// What a segment is, for who may add one.
    none_text => {
        en "Choose rows of a table by conditions, or of several by a statement, and let exports deliver them.",
        fr "Choisissez des lignes d’une table par des conditions, ou de plusieurs par une requête, et laissez les exportations les livrer."
    }
    /// The same, for viewers.
    none_for_viewers => {
        en "Contributors and administrators can add segments. You will see them here.",
        fr "Les contributeurs et les administrateurs peuvent ajouter des segments. Vous les verrez ici."
    }
    /// Command.
    new_segment => { en "New segment", fr "Nouveau segment" }
    /// Why a command does nothing.
    viewers_cannot => { en "Viewers cannot change segments", fr "Les observateurs ne peuvent pas modifier les segments" }
    /// Command.
    view => { en "View", fr "Afficher" }
    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Command.
    refresh_now => { en "Refresh now", fr "Actualiser maintenant" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// Passing message.
    refresh_asked(name) => { en "{name} is being refreshed", fr "{name} est en cours d’actualisation" }
    /// Over an error.
    not_refreshed => { en "Not refreshed", fr "Actualisation impossible" }

    /// Title of the pane.
    edit_segment => { en "Edit segment", fr "Modifier le segment" }
    /// Title of the pane.
    segment_details => { en "Segment details", fr "Détails du segment" }
    /// Title of the pane.
    remove_segment => { en "Remove segment", fr "Supprimer le segment" }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Button, when the segment itself may not be changed.
    save_as_new => { en "Save as new segment", fr "Enregistrer comme nouveau segment" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Non enregistré" }
    /// Passing message.
    saved(name) => { en "{name} saved; it is being refreshed", fr "{name} enregistré, son actualisation est en cours" }
    /// Conflict.
    stale_title => { en "Somebody saved this segment meanwhile", fr "Quelqu’un a enregistré ce segment entre-temps" }
    /// Conflict.
    stale_text => {
        en "Load their version to start over from it, or save yours over it.",
        fr "Chargez cette version pour repartir d’elle, ou enregistrez la vôtre par-dessus."
    }
    /// Answer.
    load_theirs => { en "Load their version", fr "Charger l’autre version" }
    /// Answer.
    save_over => { en "Save mine over it", fr "Enregistrer la mienne par-dessus" }
    /// Over the offer to save a copy.
    others_title => { en "This segment cannot be changed by you", fr "Vous ne pouvez pas modifier ce segment" }
    /// Why, and what can be done.
    others_text(exports) => {
        en "Exports that you may only view use it: {exports}. What you save becomes a new segment.",
        fr "Des exportations que vous pouvez seulement afficher l’utilisent\u{a0}: {exports}. Ce que vous enregistrez devient un nouveau segment."
    }

    /// Choice of the form.
    how => { en "Choose rows by", fr "Choisir les lignes par" }
    /// About a choice.
    conditions_text => { en "Conditions on the columns of one table", fr "Des conditions sur les colonnes d’une table" }
    /// About a choice.
    sql_text => { en "One SELECT over one or more tables", fr "Un SELECT sur une ou plusieurs tables" }
    /// Field.
    table => { en "Table", fr "Table" }
    /// While no table is chosen.
    choose_table => { en "Choose a table", fr "Choisir une table" }
    /// A table that cannot be chosen.
    waits(table) => { en "{table} (not refreshed yet)", fr "{table} (pas encore actualisée)" }
    /// A table or column that is gone.
    gone(name) => { en "{name} (no longer exists)", fr "{name} (n’existe plus)" }
    /// Name of a group within groups.
    group(number) => { en "Group {number}", fr "Groupe {number}" }
    /// Choice of the outer group.
    joined => { en "Rows must meet", fr "Les lignes doivent remplir" }
    /// Choice of a group.
    joined_in(number) => { en "In group {number}, rows must meet", fr "Dans le groupe {number}, les lignes doivent remplir" }
    /// How conditions are joined.
    all_of => { en "All of these conditions", fr "Toutes les conditions" }
    /// How conditions are joined.
    any_of => { en "Any of these conditions", fr "Au moins une des conditions" }
    /// Button.
    add_test => { en "Add condition", fr "Ajouter une condition" }
    /// Button.
    add_group => { en "Add group", fr "Ajouter un groupe" }
    /// After the text of a button, for screen readers.
    to_group(number) => { en "to group {number}", fr "au groupe {number}" }
    /// Button.
    remove_test(number) => { en "Remove condition {number}", fr "Supprimer la condition {number}" }
    /// Button.
    remove_group(number) => { en "Remove group {number}", fr "Supprimer le groupe {number}" }
    /// Field of a condition.
    column_of(number) => { en "Column of condition {number}", fr "Colonne de la condition {number}" }
    /// While no column is chosen.
    choose_column => { en "Choose a column", fr "Choisir une colonne" }
    /// A column in a list.
    column_with_type(column, kind) => { en "{column} ({kind})", fr "{column} ({kind})" }
    /// Field of a condition.
    comparison_of(number) => { en "Comparison of condition {number}", fr "Comparaison de la condition {number}" }
    /// Field of a condition.
    value_of(number) => { en "Value of condition {number}", fr "Valeur de la condition {number}" }
    /// Field of a condition: the first of two.
    least_of(number) => { en "Least value of condition {number}", fr "Valeur minimale de la condition {number}" }
    /// Field of a condition: the second of two.
    most_of(number) => { en "Greatest value of condition {number}", fr "Valeur maximale de la condition {number}" }
    /// Field of a condition.
    values_of(number) => { en "Values of condition {number}", fr "Valeurs de la condition {number}" }
    /// About the field.
    one_a_line => { en "One value a line.", fr "Une valeur par ligne." }
    /// Field of a condition.
    days_of(number) => { en "Days of condition {number}", fr "Jours de la condition {number}" }
    /// About the field.
    days_help => { en "Days, whole and in UTC.", fr "Jours entiers, en UTC." }
    /// About comparing texts.
    letters_help => { en "Letter by letter: capitals and accents count.", fr "Lettre à lettre\u{a0}: majuscules et accents comptent." }
    /// About a comparison that denies.
    empties_help => { en "Rows without a value are taken too.", fr "Les lignes sans valeur sont retenues aussi." }
    /// About the field.
    utc_help => { en "In UTC.", fr "En UTC." }

    /// Field.
    statement => { en "SQL statement", fr "Requête SQL" }
    /// What is allowed.
    statement_help => {
        en "One SELECT, or WITH … SELECT, that only reads. Names are exact, upper and lower case apart; write those with capitals or spaces in double quotes.",
        fr "Un SELECT, ou WITH … SELECT, qui ne fait que lire. Les noms sont exacts, majuscules comprises\u{a0}; écrivez entre guillemets doubles ceux qui ont des majuscules ou des espaces."
    }
    /// What can be picked.
    names => { en "Tables and columns", fr "Tables et colonnes" }
    /// About the list.
    names_help => { en "A click puts the name into the statement.", fr "Un clic insère le nom dans la requête." }
    /// Field.
    names_of => { en "Table to pick names from", fr "Table dont les noms sont proposés" }
    /// Before a name, for screen readers.
    insert => { en "Insert", fr "Insérer" }

    /// Section of form and details.
    preview => { en "Preview", fr "Aperçu" }
    /// Nothing to ask yet.
    preview_waits => { en "The preview appears once the definition is complete.", fr "L’aperçu apparaîtra une fois la définition complète." }
    /// What was asked is wrong.
    preview_wrong => { en "Correct what is marked to see the preview.", fr "Corrigez ce qui est signalé pour voir l’aperçu." }
    /// The server counts.
    computing => { en "Computing…", fr "Calcul en cours…" }
    /// Over the reason.
    no_preview => { en "No preview", fr "Aperçu indisponible" }
    /// What it takes of a table.
    rows_of[of](members) => {
        en "{members} of {of} row" | "{members} of {of} rows",
        fr "{members} sur {of} ligne" | "{members} sur {of} lignes"
    }
    /// What a statement comes to.
    rows[count] => { en "{count} row" | "{count} rows", fr "{count} ligne" | "{count} lignes" }
    /// Before an instant.
    data_as_of => { en "Data as of", fr "Données du" }
    /// It takes none.
    no_row => { en "No row is taken.", fr "Aucune ligne n’est retenue." }
    /// Section of the details.
    definition => { en "Definition", fr "Définition" }
    /// Section of the details.
    columns => { en "Columns", fr "Colonnes" }
    /// Section of the details.
    first_rows => { en "First rows", fr "Premières lignes" }
    /// Nothing was evaluated yet.
    columns_wait => { en "Columns appear here after the first refresh.", fr "Les colonnes apparaîtront ici après la première actualisation." }
    /// No export uses it.
    used_by_none => { en "No export uses this segment.", fr "Aucune exportation n’utilise ce segment." }
}

/// What a comparison does that its name does not say; empty if nothing.
pub fn comparison_hint(language: Language, operator: Operator, family: Family) -> String {
    let is_of_letters = family == Family::Text && operator.arity() != Arity::None;
    let letters = is_of_letters.then(|| letters_help(language));
    let empties = operator.denies().then(|| empties_help(language));
    let hints: Vec<&str> = letters.into_iter().chain(empties).collect();
    hints.join(" ")
}

/// The name of a kind of segment.
pub fn kind_name(language: Language, kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Conditions => conditions(language),
        SegmentKind::Sql => sql(language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_names_do_not_say_are_told_where_they_hold() {
        let english = Language::English;
        let hint = |operator, family| comparison_hint(english, operator, family);
        let (letters, empties) = (letters_help(english), empties_help(english));
        assert_eq!(hint(Operator::Is, Family::Text), letters);
        assert_eq!(
            hint(Operator::DoesNotContain, Family::Text),
            format!("{letters} {empties}")
        );
        assert_eq!(hint(Operator::IsNot, Family::Number), empties);
        assert_eq!(hint(Operator::NotInLastDays, Family::Date), empties);
        assert_eq!(hint(Operator::HasNoValue, Family::Text), "");
        assert_eq!(hint(Operator::Less, Family::Number), "");
    }
}
