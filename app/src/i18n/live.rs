//! Live updates and what can go wrong with them; what makes an open page old.

crate::messages! {
    /// The server has other pages than the one that is open.
    newer_version => { en "A newer version is in place.", fr "Une nouvelle version est en place." }
    /// The person has another role than the one that the page was drawn for.
    other_role => {
        en "Your role has changed.",
        fr "Votre rôle a changé."
    }
    /// The program in the page has stopped.
    broken => {
        en "The page no longer works. Links still do; what is not saved is lost.",
        fr "La page ne fonctionne plus. Les liens fonctionnent encore\u{a0}; ce qui n’est pas enregistré est perdu."
    }
}
