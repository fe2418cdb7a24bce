//! Texts of the audit log.

mod actions;
mod fields;

pub use actions::{ACTIONS, action_name, kind_name};
pub use fields::{field_name, value};

use super::Language;
use crate::domain::AuditDoor;

crate::messages! {
    /// Page.
    audit => { en "Audit log", fr "Journal d’audit" }
    /// Under the title.
    about => {
        en "Every change and every run: who, what, when and from where. Entries cannot be changed.",
        fr "Chaque changement et chaque exécution\u{a0}: qui, quoi, quand et d’où. Les entrées ne peuvent pas être modifiées."
    }
    /// Title while one kind is shown.
    filtered_title(kind) => { en "Audit log: {kind}", fr "Journal d’audit\u{a0}: {kind}" }
    /// What the table lists.
    caption => { en "Entries of the audit log", fr "Entrées du journal d’audit" }
    /// Name of the bar.
    commands => { en "Commands on the audit log", fr "Commandes sur le journal d’audit" }
    /// Command.
    export_csv => { en "Download as CSV", fr "Télécharger en CSV" }
    /// Command and title.
    retention => { en "Retention", fr "Durée de conservation" }

    /// Label of the search.
    search => { en "Search", fr "Rechercher" }
    /// What it looks for.
    search_help => { en "A name, an action or an address", fr "Un nom, une action ou une adresse" }
    /// Filter.
    kind => { en "Kind", fr "Type d’objet" }
    /// Filter, column and property.
    action => { en "Action", fr "Action" }
    /// Filter and property.
    door => { en "Done through", fr "Moyen" }
    /// Column and property.
    who => { en "Who", fr "Qui" }
    /// Column and property.
    object => { en "Object", fr "Objet" }
    /// Column and property.
    when => { en "When", fr "Quand" }
    /// Column and property.
    origin => { en "Address", fr "Adresse" }
    /// Property.
    token => { en "Access token", fr "Jeton d’accès" }
    /// A token that is gone, or has no name.
    unknown_token => { en "a token", fr "un jeton" }
    /// Property.
    reason => { en "Reason", fr "Motif" }
    /// The filter, where the name is not at hand.
    chosen_person => { en "The chosen person", fr "La personne choisie" }
    /// The filter, where the name is not at hand.
    chosen_object => { en "The chosen object", fr "L’objet choisi" }

    /// Door.
    page => { en "Pages", fr "Pages" }
    /// Door.
    rest => { en "REST", fr "REST" }
    /// Door.
    command_line => { en "Command line", fr "Ligne de commande" }
    /// Door, and who did what nobody did.
    server => { en "Server", fr "Serveur" }
    /// Who did something, where nobody was signed in.
    nobody => { en "Not signed in", fr "Sans session" }

    /// Nothing there yet.
    empty_title => { en "Nothing has been done yet", fr "Rien n’a encore été fait" }
    /// When there will be.
    empty_text => {
        en "An entry stands here as soon as something is changed.",
        fr "Une entrée figure ici dès que quelque chose est modifié."
    }
    /// Beside the pager.
    shown_of[count](shown) => {
        en "{shown} of {count} entry" | "{shown} of {count} entries",
        fr "{shown} sur {count} entrée" | "{shown} sur {count} entrées"
    }
    /// Beside the pager, where there are more than are counted.
    shown_of_more[count](shown) => {
        en "{shown} of more than {count} entry" | "{shown} of more than {count} entries",
        fr "{shown} sur plus de {count} entrée" | "{shown} sur plus de {count} entrées"
    }

    /// Title of a pane.
    entry => { en "Entry of the audit log", fr "Entrée du journal d’audit" }
    /// An entry that changed nothing that is kept.
    no_difference => { en "No values were kept with this entry.", fr "Aucune valeur n’est conservée avec cette entrée." }
    /// Link in the pane.
    all_about_it => { en "All entries about this object", fr "Toutes les entrées sur cet objet" }

    /// What the setting does.
    retention_text => {
        en "Entries older than this are removed for good, a few at a time.",
        fr "Les entrées plus anciennes sont supprimées définitivement, peu à peu."
    }
    /// Label.
    days => { en "Days to keep entries", fr "Conservation des entrées, en jours" }
    /// What it takes.
    days_help(least, most) => { en "From {least} to {most}", fr "De {least} à {most}" }
    /// Command.
    save => { en "Save", fr "Enregistrer" }
    /// Command.
    cancel => { en "Cancel", fr "Annuler" }
    /// Over an error.
    not_saved => { en "Not saved", fr "Non enregistrée" }
    /// Passing message.
    saved => { en "Retention saved", fr "Durée de conservation enregistrée" }
}

/// Through which door something was done.
pub fn door_name(language: Language, door: AuditDoor) -> &'static str {
    match door {
        AuditDoor::Page => page(language),
        AuditDoor::Rest => rest(language),
        AuditDoor::CommandLine => command_line(language),
        AuditDoor::Server => server(language),
    }
}

/// Who did something: the name of a person, or what stands for nobody.
pub fn who_did(language: Language, name: &str, door: Option<AuditDoor>) -> String {
    let words = match door {
        Some(AuditDoor::CommandLine) => command_line(language),
        Some(AuditDoor::Server) if name.is_empty() => server(language),
        Some(_) if name.is_empty() => nobody(language),
        None if name.is_empty() => server(language),
        _ => name,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_name_is_told_by_the_door() {
        let told = |name, door| who_did(Language::English, name, door);
        assert_eq!(told("Ada", Some(AuditDoor::Page)), "Ada");
        assert_eq!(told("Ada", Some(AuditDoor::Server)), "Ada");
        assert_eq!(told("", Some(AuditDoor::Server)), "Server");
        assert_eq!(told("", Some(AuditDoor::Page)), "Not signed in");
        assert_eq!(told("", None), "Server");
        let at_the_machine = told("command line", Some(AuditDoor::CommandLine));
        assert_eq!(at_the_machine, "Command line");
    }
}
