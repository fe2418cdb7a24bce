//! Texts of the Connections page.

use super::{Language, exports};
use crate::domain::{Audience, ConnectionType, Publishing};

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
    /// What the table shows, for screen readers.
    caption => { en "Connections with their type and who can use them", fr "Connexions avec leur type et les personnes qui peuvent les utiliser" }
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
    shared_with => { en "Shared with", fr "Partagée avec" }
    /// Column.
    used_by => { en "Used by", fr "Utilisée par" }
    /// How many exports use it.
    exports[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Column.
    updated => { en "Last updated", fr "Dernière mise à jour" }
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
    /// Title of the form.
    set_up => { en "Set up connection", fr "Configurer la connexion" }
    /// Title of the form.
    edit_title(name) => { en "Edit {name}", fr "Modifier {name}" }
    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// Command.
    test => { en "Test", fr "Tester" }
    /// Why it cannot be tested now.
    save_before_test => { en "Save the changes first", fr "Enregistrez d’abord les modifications" }
    /// Over a result.
    test_passed(name) => { en "{name} works", fr "{name} fonctionne" }
    /// Over a result.
    test_failed(name) => { en "{name} does not work", fr "{name} ne fonctionne pas" }
    /// Result without more to say.
    test_passed_text => { en "A delivery could be written there now.", fr "Une livraison pourrait y être écrite maintenant." }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Non enregistrée" }
    /// Passing message.
    saved => { en "Connection saved", fr "Connexion enregistrée" }

    /// Section of the form.
    destination => { en "Destination", fr "Destination" }
    /// A secret that is set already.
    secret_kept => {
        en "Leave this empty to keep the secret that is set; it is never shown.",
        fr "Laissez vide pour conserver le secret enregistré, qui n’est jamais affiché."
    }
    /// Property of a type.
    formats => { en "Formats", fr "Formats" }
    /// Property of a type.
    publishing => { en "A reader sees", fr "Un lecteur voit" }
    /// How deliveries appear.
    atomic_per_run => { en "the whole delivery or none of it", fr "toute la livraison ou rien" }
    /// How deliveries appear.
    atomic_per_file => { en "each file whole, one after the other", fr "chaque fichier en entier, l’un après l’autre" }
    /// How deliveries appear.
    row_by_row => { en "rows as they arrive", fr "les lignes au fur et à mesure" }

    /// Field.
    audience => { en "Choose who can use this connection", fr "Choisir qui peut utiliser cette connexion" }
    /// Choice.
    administrators => { en "Administrators", fr "Administrateurs" }
    /// Choice.
    contributors => { en "Administrators and contributors", fr "Administrateurs et contributeurs" }
    /// Choice.
    people[count] => {
        en "Administrators and {count} chosen person" | "Administrators and {count} chosen people",
        fr "Administrateurs et {count} personne choisie" | "Administrateurs et {count} personnes choisies"
    }
    /// What sharing means.
    audience_help => {
        en "Whoever can use a connection can edit every export that uses it.",
        fr "Qui peut utiliser une connexion peut modifier toutes les exportations qui l’utilisent."
    }
    /// Section of the form.
    privacy => { en "Data privacy and compliance", fr "Confidentialité et conformité des données" }
    /// What is agreed to.
    consent_text => {
        en "With this connection, data that may be personal leave this server at your instruction. You make sure that the destination meets your obligations. You can remove the connection at any time.",
        fr "Avec cette connexion, des données, éventuellement personnelles, quittent ce serveur à votre demande. Vous vous assurez que la destination respecte vos obligations. Vous pouvez supprimer la connexion à tout moment."
    }
    /// Checkbox.
    agree => { en "I agree", fr "J’accepte" }

    /// Question.
    remove_title(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What goes and what stays.
    remove_text => {
        en "No export uses it. Files already delivered stay where they are.",
        fr "Aucune exportation ne l’utilise. Les fichiers déjà livrés restent en place."
    }
    /// Title, when it cannot be removed.
    in_use_title(name) => { en "{name} is in use", fr "{name} est utilisée" }
    /// Why, and what to do.
    in_use_text[count] => {
        en "{count} export uses this connection. Remove it or detach it first." | "{count} exports use this connection. Remove or detach them first.",
        fr "{count} exportation utilise cette connexion. Supprimez-la ou détachez-la d’abord." | "{count} exportations utilisent cette connexion. Supprimez-les ou détachez-les d’abord."
    }
    /// Link to the exports page.
    see_exports => { en "See connected exports", fr "Voir les exportations connectées" }
    /// Closes the message.
    close => { en "Close", fr "Fermer" }
    /// Over the error.
    not_removed => { en "Not removed", fr "Suppression impossible" }
    /// Passing message.
    removed(name) => { en "{name} was removed", fr "{name} a été supprimée" }

    /// Field of a type.
    path => { en "Folder", fr "Dossier" }
    /// What to fill in.
    path_help => {
        en "Full path of a folder on the server, inside one of its allowed roots.",
        fr "Chemin complet d’un dossier du serveur, dans l’une de ses racines autorisées."
    }
}

/// The name of a type.
pub fn type_name(language: Language, kind: ConnectionType) -> &'static str {
    exports::connection_type(language, kind)
}

/// The label of a type's field; one that is not known keeps the name its service gives it.
pub fn field_label(language: Language, key: &str) -> String {
    match key {
        "path" => path(language).to_owned(),
        other => other.to_owned(),
    }
}

/// What to know about a type's field before filling it in.
pub fn field_help(language: Language, key: &str) -> Option<String> {
    (key == "path").then(|| path_help(language).to_owned())
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

/// How deliveries of a type appear to whoever reads them.
pub fn publishing_name(language: Language, publishing: Publishing) -> &'static str {
    match publishing {
        Publishing::AtomicPerRun => atomic_per_run(language),
        Publishing::AtomicPerFile => atomic_per_file(language),
        Publishing::RowByRow => row_by_row(language),
    }
}
