//! The exports of a segment.

crate::messages! {
    /// Command, and title of the pane.
    manage_exports => { en "Manage exports", fr "Gérer les exportations" }
    /// Under the title.
    exports_for(segment) => { en "Exports for segment {segment}", fr "Exportations du segment {segment}" }
    /// Part of the pane, with how many there are.
    containing[count] => {
        en "{count} export contains it" | "{count} exports contain it",
        fr "{count} exportation le contient" | "{count} exportations le contiennent"
    }
    /// What the table shows, for screen readers.
    containing_caption => { en "Exports that contain the segment", fr "Exportations qui contiennent le segment" }
    /// Part of the pane, with how many there are.
    others[count] => {
        en "{count} export does not contain it" | "{count} exports do not contain it",
        fr "{count} exportation ne le contient pas" | "{count} exportations ne le contiennent pas"
    }
    /// What the table shows, for screen readers.
    others_caption => { en "Exports that do not contain the segment", fr "Exportations qui ne contiennent pas le segment" }
    /// There are none.
    none_containing => { en "No export contains this segment.", fr "Aucune exportation ne contient ce segment." }
    /// There are none.
    no_others => { en "Every export contains this segment.", fr "Toutes les exportations contiennent ce segment." }
    /// None is found.
    no_match => { en "No export matches.", fr "Aucune exportation ne correspond." }
    /// Button of an export.
    add_segment => { en "Add segment", fr "Ajouter un segment" }
    /// After the text of the button, for screen readers.
    to_export(export) => { en "to {export}", fr "à {export}" }
    /// Passing message.
    added(segment, export) => { en "{segment} added to {export}", fr "{segment} ajouté à {export}" }
    /// Over an error.
    not_added => { en "The segment was not added", fr "Le segment n’a pas été ajouté" }
    /// Why a command does nothing.
    viewers_cannot => { en "Viewers cannot change exports", fr "Les observateurs ne peuvent pas modifier les exportations" }
    /// Closes the pane.
    back => { en "Back", fr "Précédent" }
}
