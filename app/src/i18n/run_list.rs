//! The Runs page.

crate::messages! {
    /// Page.
    runs => { en "Runs", fr "Exécutions" }
    /// Under the title.
    about => {
        en "Every delivery, including those of exports that were removed since. Choose an export or a destination in the table to see only its runs.",
        fr "Toutes les livraisons, y compris celles des exportations supprimées depuis. Choisissez une exportation ou une destination dans le tableau pour ne voir que ses exécutions."
    }
    /// Title while one status is shown.
    filtered_title(status) => { en "Runs: {status}", fr "Exécutions\u{a0}: {status}" }
    /// Name of the form.
    filters => { en "Filters", fr "Filtres" }
    /// Label.
    file_name => { en "File name", fr "Nom de fichier" }
    /// What it looks for.
    file_help => { en "How its name or path begins", fr "Début de son nom ou de son chemin" }
    /// Label.
    from => { en "From", fr "Du" }
    /// What it takes.
    from_help => { en "First day, in UTC", fr "Premier jour, en UTC" }
    /// Label.
    to => { en "To", fr "Au" }
    /// What it takes.
    to_help => { en "Last day, in UTC", fr "Dernier jour, en UTC" }
    /// Command.
    apply => { en "Apply", fr "Appliquer" }
    /// Column.
    destination => { en "Destination", fr "Destination" }
    /// Beside the name of an export.
    export_removed => { en "removed export", fr "exportation supprimée" }
    /// Below the first file.
    more_files[count] => { en "and {count} more", fr "et {count} autre" | "et {count} autres" }
    /// The filter, where the name is not at hand.
    chosen_export => { en "The chosen export", fr "L’exportation choisie" }
    /// The filter, where the name is not at hand.
    chosen_destination => { en "The chosen destination", fr "La destination choisie" }
    /// Nothing there yet.
    empty_title => { en "No runs yet", fr "Aucune exécution pour l’instant" }
    /// When there will be.
    empty_text => {
        en "A run stands here as soon as an export starts.",
        fr "Une exécution figure ici dès qu’une exportation démarre."
    }
    /// Beside the pager.
    shown_of[count](shown) => {
        en "{shown} of {count} run" | "{shown} of {count} runs",
        fr "{shown} sur {count} exécution" | "{shown} sur {count} exécutions"
    }
    /// Beside the pager, where there are more than are counted.
    shown_of_more[count](shown) => {
        en "{shown} of more than {count} run" | "{shown} of more than {count} runs",
        fr "{shown} sur plus de {count} exécution" | "{shown} sur plus de {count} exécutions"
    }
}
