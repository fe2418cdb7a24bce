//! Keys that do something on the Exports page.

crate::messages! {
    /// Title of the pane.
    shortcuts => { en "Keyboard shortcuts", fr "Raccourcis clavier" }
    /// What a key does.
    search => { en "Search exports", fr "Rechercher des exportations" }
    /// What a key does.
    add => { en "Add export", fr "Ajouter une exportation" }
    /// What a key does.
    run => { en "Run what is selected", fr "Exécuter ce qui est sélectionné" }
    /// What a key does.
    help => { en "Show this list", fr "Afficher cette liste" }
    /// When they do nothing.
    not_while_typing => {
        en "They do nothing while you type, and while a pane is open.",
        fr "Ils ne font rien pendant la saisie, ni quand un volet est ouvert."
    }
    /// They are off.
    are_off => { en "The shortcuts are switched off.", fr "Les raccourcis sont désactivés." }
    /// Command.
    switch_off => { en "Switch off", fr "Désactiver" }
    /// Command.
    switch_on => { en "Switch on", fr "Activer" }
}
