//! Saved views of the list of exports.

crate::messages! {
    /// The menu, and title of the pane.
    saved_views => { en "Saved views", fr "Vues enregistrées" }
    /// Last item of the menu: leads to the pane.
    keep_views => { en "Save or change views…", fr "Enregistrer ou modifier des vues…" }
    /// Part of the pane.
    save_now => { en "Save the list as it is now", fr "Enregistrer la liste telle qu’elle est" }
    /// What a view is.
    save_now_text => {
        en "A view keeps search, filters, order and rows per page. Nobody else sees yours.",
        fr "Une vue garde la recherche, les filtres, l’ordre et le nombre de lignes par page. Personne d’autre ne voit les vôtres."
    }
    /// Field.
    name => { en "Name of the view", fr "Nom de la vue" }
    /// Button.
    save_view => { en "Save view", fr "Enregistrer la vue" }
    /// Part of the pane.
    your_views => { en "Your views", fr "Vos vues" }
    /// There are none.
    no_views => { en "You have no saved views yet.", fr "Vous n’avez pas encore de vue enregistrée." }
    /// Button of a view.
    rename => { en "Rename", fr "Renommer" }
    /// Field.
    new_name(name) => { en "New name of {name}", fr "Nouveau nom de {name}" }
    /// Button: the view becomes the list that is shown.
    replace => { en "Replace with the list as it is now", fr "Remplacer par la liste telle qu’elle est" }
    /// Why the button does nothing.
    is_shown => { en "The list already matches this view", fr "La liste correspond déjà à cette vue" }
    /// Button of a view.
    remove => { en "Remove", fr "Supprimer" }
    /// Passing message.
    saved(name) => { en "View {name} saved", fr "Vue {name} enregistrée" }
    /// Passing message.
    removed(name) => { en "View {name} removed", fr "Vue {name} supprimée" }
    /// Passing message, after the removal was undone.
    put_back(name) => { en "View {name} is there again", fr "La vue {name} est rétablie" }
    /// Over an error.
    not_done => { en "The view was not changed", fr "La vue n’a pas été modifiée" }
}
