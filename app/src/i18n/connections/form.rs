//! Texts of the pane that sets a connection up or edits it.

crate::messages! {
    /// Title of the form.
    set_up => { en "Set up connection", fr "Configurer la connexion" }
    /// Button of a type.
    set_up_one => { en "Set up", fr "Configurer" }
    /// Name of the button of a type.
    set_up_type(destination) => { en "Set up {destination}", fr "Configurer {destination}" }
    /// Title of the form, until it is known of which.
    edit_connection => { en "Edit connection", fr "Modifier la connexion" }
    /// Title of the form.
    edit_title(name) => { en "Edit {name}", fr "Modifier {name}" }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Non enregistrée" }
    /// Over the error of a form that was to be tested.
    not_tested => { en "Not tested", fr "Non testée" }
    /// Passing message.
    saved => { en "Connection saved", fr "Connexion enregistrée" }

    /// Section of the form.
    destination => { en "Destination", fr "Destination" }
    /// Fields that few need.
    more_options => { en "More options", fr "Plus d’options" }
    /// A value that counts where the field is left empty.
    usual_value(value) => { en "{value} if left empty.", fr "{value} si le champ est vide." }
    /// Which of several fields is given.
    sign_in_with => { en "Sign in with", fr "S’authentifier avec" }
    /// Property of a type.
    formats => { en "Formats", fr "Formats" }
    /// Property of a type.
    publishing => { en "A reader sees", fr "Un lecteur voit" }

    /// A secret that is set already.
    secret_set_on(at, by) => {
        en "Set on {at} by {by}, and never shown. Type to replace it.",
        fr "Enregistré le {at} par {by}, jamais affiché. Saisissez une valeur pour le remplacer."
    }
    /// A secret that is read from elsewhere.
    secret_read_from(reference, by) => {
        en "Read from {reference} at each use, as {by} said. Type to replace it.",
        fr "Lu dans {reference} à chaque utilisation, selon {by}. Saisissez une valeur pour le remplacer."
    }
    /// Takes a secret away that is not needed.
    remove_secret(label) => { en "Remove the stored value: {label}", fr "Supprimer la valeur enregistrée\u{a0}: {label}" }
    /// Over what to know about references.
    references => { en "Keep secrets elsewhere", fr "Conserver les secrets ailleurs" }
    /// What a reference is.
    references_text(variable, file) => {
        en "Instead of a secret, you can type where the server reads it at each use: {variable} is a variable of its environment, {file} a file in its folder of secrets. Anything else that is typed is kept encrypted.",
        fr "Au lieu d’un secret, vous pouvez indiquer où le serveur le lit à chaque utilisation\u{a0}: {variable} désigne une variable de son environnement, {file} un fichier de son dossier de secrets. Toute autre saisie est conservée chiffrée."
    }

    /// Field.
    audience => { en "Choose who can use this connection", fr "Choisir qui peut utiliser cette connexion" }
    /// Choice.
    chosen_people => { en "Administrators and chosen people", fr "Administrateurs et personnes choisies" }
    /// What sharing means.
    audience_help => {
        en "Whoever can use a connection can edit every export that uses it.",
        fr "Qui peut utiliser une connexion peut modifier toutes les exportations qui l’utilisent."
    }
    /// Field.
    people_field => { en "People", fr "Personnes" }
    /// What people may do.
    people_help => {
        en "Of these, contributors can use the connection; viewers still only view.",
        fr "Parmi elles, les contributeurs peuvent utiliser la connexion\u{a0}; les lecteurs ne font toujours qu’afficher."
    }
    /// Label of a search field.
    find_person => { en "Find a person", fr "Rechercher une personne" }
    /// Said when nothing is found.
    no_person_matches => { en "Nobody matches.", fr "Personne ne correspond." }

    /// Section of the form.
    privacy => { en "Data privacy and compliance", fr "Confidentialité et conformité des données" }
    /// What is agreed to.
    consent_text(destination) => {
        en "With this connection ({destination}), data that may be personal leave this server at your instruction. You make sure that the destination meets your obligations. You can remove the connection at any time.",
        fr "Avec cette connexion ({destination}), des données, éventuellement personnelles, quittent ce serveur à votre demande. Vous vous assurez que la destination respecte vos obligations. Vous pouvez supprimer la connexion à tout moment."
    }
    /// Checkbox.
    agree => { en "I agree", fr "J’accepte" }
}
