//! Labels, owner and note of an export.

crate::messages! {
    /// Part of the details, and title of the pane.
    about => { en "Labels, owner and note", fr "Étiquettes, responsable et note" }
    /// Link to the pane.
    edit_about => { en "Edit labels, owner and note", fr "Modifier étiquettes, responsable et note" }
    /// Property and field.
    labels => { en "Labels", fr "Étiquettes" }
    /// Property without value.
    no_labels => { en "None", fr "Aucune" }
    /// About the field.
    labels_help => {
        en "One label per line. The list of exports can be narrowed to a label.",
        fr "Une étiquette par ligne. La liste des exportations peut être restreinte à une étiquette."
    }
    /// Field that offers the labels of other exports.
    known_labels => { en "Labels in use", fr "Étiquettes utilisées" }
    /// While none is chosen.
    choose_label => { en "Choose a label", fr "Choisir une étiquette" }
    /// A label with how many exports have it.
    label_with_count[count](label) => {
        en "{label} ({count} export)" | "{label} ({count} exports)",
        fr "{label} ({count} exportation)" | "{label} ({count} exportations)"
    }
    /// Button beside the field.
    add_label => { en "Add label", fr "Ajouter l’étiquette" }
    /// Property and field.
    owner => { en "Owner", fr "Responsable" }
    /// No owner.
    nobody => { en "Nobody", fr "Personne" }
    /// About the field.
    owner_help => {
        en "Whom to ask about this export. It grants no permission.",
        fr "À qui s’adresser au sujet de cette exportation. Cela ne donne aucune autorisation."
    }
    /// Property and field.
    note => { en "Note", fr "Note" }
    /// Property without value.
    no_note => { en "None", fr "Aucune" }
    /// About the field.
    note_help => { en "Everybody can read it.", fr "Tout le monde peut la lire." }
    /// Over an error.
    not_saved => { en "Not saved", fr "Non enregistré" }
    /// Passing message.
    saved(name) => { en "Labels, owner and note of {name} saved", fr "Étiquettes, responsable et note de {name} enregistrés" }
}
