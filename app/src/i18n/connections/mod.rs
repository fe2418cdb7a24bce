//! Texts of the Connections page: the list and its commands here; `form` has those of the pane that sets one up,
//! `fields` what the types ask for, `types` what they are, `standing` tests, pauses and what ends, `removal` how one
//! goes and comes back.

mod fields;
mod form;
mod removal;
mod standing;
#[cfg(test)]
mod tests;
mod types;

pub use fields::{choice_label, field_help, field_label};
pub use form::*;
pub use removal::*;
pub use standing::*;
pub use types::{publishing_name, type_name, type_text};

use super::Language;
use crate::domain::Audience;

crate::messages! {
    /// First crumb above the title.
    administration => { en "Administration", fr "Administration" }
    /// Page.
    connections => { en "Connections", fr "Connexions" }
    /// What a connection is.
    about => {
        en "A connection says where data may go. Contributors use the ones shared with them in exports.",
        fr "Une connexion indique où les données peuvent aller. Les contributeurs utilisent celles qui leur sont partagées dans les exportations."
    }
    /// Name of the navigation between the tabs.
    views => { en "Views of connections", fr "Vues des connexions" }
    /// Title of the page with a tab.
    title_of(tab) => { en "{tab}, connections", fr "{tab}, connexions" }
    /// Tab: the types of destination.
    discover => { en "Discover", fr "Découvrir" }
    /// What the table shows, for screen readers.
    caption => {
        en "Connections with their type, their last test and who can use them",
        fr "Connexions avec leur type, leur dernier test et les personnes qui peuvent les utiliser"
    }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Column of buttons.
    actions => { en "Actions", fr "Actions" }
    /// Column and field.
    name => { en "Display name", fr "Nom d’affichage" }
    /// Column and field.
    kind => { en "Type", fr "Type" }
    /// Column.
    last_test => { en "Last test", fr "Dernier test" }
    /// Column.
    shared_with => { en "Shared with", fr "Partagée avec" }
    /// Column.
    used_by => { en "Used by", fr "Utilisée par" }
    /// How many exports use it.
    exports[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Column.
    created => { en "Created", fr "Création" }
    /// Column.
    updated_by => { en "Updated by", fr "Mise à jour par" }
    /// Empty list.
    none => { en "No connections yet", fr "Aucune connexion pour l’instant" }
    /// Why.
    none_text => {
        en "Add the first place that exports may deliver to.",
        fr "Ajoutez la première destination où les exportations peuvent livrer."
    }
    /// Command.
    add => { en "Add connection", fr "Ajouter une connexion" }
    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }
    /// Closes a message.
    close => { en "Close", fr "Fermer" }

    /// Choice and column.
    administrators => { en "Administrators", fr "Administrateurs" }
    /// Choice and column.
    contributors => { en "Administrators and contributors", fr "Administrateurs et contributeurs" }
    /// Column.
    people[count] => {
        en "Administrators and {count} chosen person" | "Administrators and {count} chosen people",
        fr "Administrateurs et {count} personne choisie" | "Administrateurs et {count} personnes choisies"
    }
}

/// With whom a connection is shared.
pub fn audience_name(language: Language, audience: &Audience) -> String {
    match audience {
        Audience::Administrators => administrators(language).to_owned(),
        Audience::Contributors => contributors(language).to_owned(),
        Audience::People(chosen) => {
            people(language, u64::try_from(chosen.len()).unwrap_or(u64::MAX))
        }
    }
}
