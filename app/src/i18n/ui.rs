//! The few words the design kit says by itself.

crate::messages! {
    /// Why something cannot be done yet.
    needs_script => {
        en "This needs JavaScript, which is still loading or is switched off.",
        fr "Cette action a besoin de JavaScript, qui se charge encore ou est désactivé."
    }
    /// Name of the button that closes a pane or a message.
    close => { en "Close", fr "Fermer" }
    /// The least destructive answer of a confirmation.
    cancel => { en "Cancel", fr "Annuler" }
    /// Name of the search box and of its button.
    search => { en "Search", fr "Rechercher" }
    /// Empties the search box.
    clear_search => { en "Clear search", fr "Effacer la recherche" }
    /// First page of a list.
    first_page => { en "First page", fr "Première page" }
    /// The page before this one.
    previous_page => { en "Previous page", fr "Page précédente" }
    /// The page after this one.
    next_page => { en "Next page", fr "Page suivante" }
    /// Name of the pager.
    pages => { en "Pages", fr "Pages" }
    /// Title of a list that has rows, none of which match.
    no_match => { en "Nothing matches", fr "Aucun résultat" }
    /// What to do about it.
    no_match_hint => {
        en "Try other words, or clear the search and the filters.",
        fr "Essayez d’autres mots, ou effacez la recherche et les filtres."
    }
    /// Takes away search and filters.
    clear_filters => { en "Clear all", fr "Tout effacer" }
    /// Title of a list that could not be read.
    load_failed => { en "This could not be loaded", fr "Le chargement a échoué" }
    /// Tries again.
    retry => { en "Try again", fr "Réessayer" }
    /// While something is on its way.
    loading => { en "Loading…", fr "Chargement…" }
    /// Copies the value of a field.
    copy => { en "Copy", fr "Copier" }
    /// Said once it is copied.
    copied => { en "Copied", fr "Copié" }
    /// Marks a field that may stay empty.
    optional => { en "optional", fr "facultatif" }
    /// Title over the list of what is wrong in a form.
    form_has_errors[count] => {
        en "{count} field needs your attention" | "{count} fields need your attention",
        fr "{count} champ est à corriger" | "{count} champs sont à corriger"
    }
    /// Name of the region of passing messages.
    notifications => { en "Notifications", fr "Notifications" }
    /// Name of the line of links above a title.
    breadcrumb => { en "Breadcrumb", fr "Fil d’Ariane" }
    /// What a link in a sorted header does next.
    sort_ascending(column) => { en "Sort by {column}, ascending", fr "Trier par {column}, ordre croissant" }
    /// What a link in a sorted header does next.
    sort_descending(column) => { en "Sort by {column}, descending", fr "Trier par {column}, ordre décroissant" }
    /// State of a step that went well.
    step_done => { en "Done", fr "Réussie" }
    /// State of a step that did not.
    step_failed => { en "Failed", fr "Échouée" }
    /// Before the share of a part in a bar.
    share(label, number) => { en "{label}: {number}", fr "{label}\u{a0}: {number}" }
}
