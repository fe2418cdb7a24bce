//! Texts around every page: navigation, top bar, and what is said when something goes wrong.

use super::Language;
use crate::domain::Role;
use crate::domain::Theme;

crate::messages! {
    /// Title of the browser's tab.
    page_title(page) => { en "{page} – Waybill", fr "{page} – Waybill" }
    /// First stop of the Tab key.
    skip_to_content => { en "Skip to content", fr "Aller au contenu" }
    /// Name of the navigation.
    navigation => { en "Main navigation", fr "Navigation principale" }
    /// Group of the navigation.
    data => { en "Data", fr "Données" }
    /// Page.
    exports => { en "Exports", fr "Exportations" }
    /// Page.
    tables => { en "Tables", fr "Tables" }
    /// Page.
    sources => { en "Sources", fr "Sources" }
    /// Group of the navigation.
    administration => { en "Administration", fr "Administration" }
    /// Page.
    connections => { en "Connections", fr "Connexions" }
    /// Before the name of the environment, for screen readers.
    environment => { en "Environment", fr "Environnement" }
    /// On every page of a demo server.
    demo_notice => {
        en "This is a demonstration: people and data are made up. Do not enter anything real.",
        fr "Ceci est une démonstration\u{a0}: les personnes et les données sont fictives. N’y saisissez rien de réel."
    }
    /// While the stream of hints is away.
    connection_lost => {
        en "Live updates are interrupted; reconnecting. What you see may be out of date.",
        fr "Les mises à jour en direct sont interrompues\u{a0}; reconnexion en cours. L’affichage n’est peut-être plus à jour."
    }
    /// Menu.
    language => { en "Language", fr "Langue" }
    /// Menu.
    theme => { en "Theme", fr "Thème" }
    /// Choice of theme.
    theme_system => { en "As the system", fr "Comme le système" }
    /// Choice of theme.
    theme_light => { en "Light", fr "Clair" }
    /// Choice of theme.
    theme_dark => { en "Dark", fr "Sombre" }
    /// Menu of the person.
    account_of(name) => { en "Account of {name}", fr "Compte de {name}" }
    /// Command.
    sign_out => { en "Sign out", fr "Fermer la session" }
    /// Role.
    viewer => { en "Viewer", fr "Observateur" }
    /// Role.
    contributor => { en "Contributor", fr "Contributeur" }
    /// Role.
    administrator => { en "Administrator", fr "Administrateur" }

    /// Title of an address that leads nowhere.
    not_found_title => { en "This page does not exist", fr "Cette page n’existe pas" }
    /// What to do about it.
    not_found_text => {
        en "The address may be mistyped, or what it led to was removed.",
        fr "L’adresse est peut-être mal saisie, ou son contenu a été supprimé."
    }
    /// Link.
    to_start => { en "Go to Exports", fr "Aller aux exportations" }
    /// Title of a page that is not for this person.
    forbidden_title => { en "This page is for administrators", fr "Cette page est réservée aux administrateurs" }
    /// Who can help.
    forbidden_text => {
        en "Ask an administrator if you need something that is set up here.",
        fr "Adressez-vous à un administrateur pour ce qui se configure ici."
    }

    /// Error: the session has ended.
    not_signed_in => { en "Your session has ended. Sign in again to go on.", fr "Votre session est terminée. Ouvrez-en une nouvelle pour continuer." }
    /// Link to the sign-in page.
    sign_in_again => { en "Sign in", fr "Ouvrir la session" }
    /// Link to the run that keeps another from being started.
    to_run => { en "Go to that run", fr "Aller à cette exécution" }
    /// Error: it is gone, or was never there.
    not_found => { en "This does not exist, or no longer.", fr "Cet élément n’existe pas, ou plus." }
    /// Error: somebody else saved in between.
    stale => {
        en "Somebody saved a newer version in the meantime. Reload to see it; what you entered here is not saved.",
        fr "Une version plus récente a été enregistrée entre-temps. Rechargez pour la voir\u{a0}; votre saisie n’est pas enregistrée."
    }
    /// Error: input that belongs to no field in sight.
    invalid => { en "Some values cannot be used.", fr "Certaines valeurs ne peuvent pas être utilisées." }
    /// Error: too many tries.
    throttled[seconds] => {
        en "Too many tries. Try again in {seconds} second." | "Too many tries. Try again in {seconds} seconds.",
        fr "Trop de tentatives. Réessayez dans {seconds} seconde." | "Trop de tentatives. Réessayez dans {seconds} secondes."
    }
    /// Error: a fault of the program.
    internal(number) => {
        en "The program failed. Give an administrator this number, under which the server’s log has the cause: {number}.",
        fr "Une erreur du programme est survenue. Donnez ce numéro à un administrateur\u{a0}: le journal du serveur en garde la cause. {number}"
    }
    /// Error: no answer.
    unreachable => {
        en "The server did not answer. Check the network and try again.",
        fr "Le serveur n’a pas répondu. Vérifiez le réseau et réessayez."
    }
    /// Title of a pane that there is none of.
    no_pane => { en "This pane could not be loaded", fr "Ce volet n’a pas pu être chargé" }
    /// Loads the page again.
    reload => { en "Reload", fr "Recharger" }
}

/// The name of a role.
pub fn role(language: Language, role: Role) -> &'static str {
    match role {
        Role::Viewer => viewer(language),
        Role::Contributor => contributor(language),
        Role::Administrator => administrator(language),
    }
}

/// The name of a theme.
pub fn theme_name(language: Language, theme: Theme) -> &'static str {
    match theme {
        Theme::System => theme_system(language),
        Theme::Light => theme_light(language),
        Theme::Dark => theme_dark(language),
    }
}
