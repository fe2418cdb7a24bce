//! Texts of signing in and of setting up the first administrator.

use super::Language;
use crate::domain::ProviderRefusal;

crate::messages! {
    /// Title and button.
    sign_in => { en "Sign in", fr "Ouvrir la session" }
    /// Field.
    email => { en "E-mail address", fr "Adresse e-mail" }
    /// Field.
    password => { en "Password", fr "Mot de passe" }
    /// Under the form: accounts are made by administrators.
    no_account => {
        en "No account? An administrator of this server can create one.",
        fr "Pas de compte\u{a0}? Un administrateur de ce serveur peut en créer un."
    }
    /// Title of the page that asks for the code.
    second_factor => { en "Second factor", fr "Second facteur" }
    /// What to enter.
    code_text => {
        en "Enter the code that your authenticator shows. If you lost it, enter one of your recovery codes.",
        fr "Saisissez le code qu’affiche votre application d’authentification. Si vous l’avez perdue, saisissez l’un de vos codes de secours."
    }
    /// Field.
    code => { en "Code", fr "Code" }
    /// Link: begins anew.
    sign_in_anew => { en "Begin again", fr "Recommencer" }
    /// Over the error of the form.
    not_signed_in => { en "Not signed in", fr "Session non ouverte" }

    /// Button: leads to the identity provider.
    sign_in_at(name) => { en "Sign in with {name}", fr "Ouvrir la session avec {name}" }
    /// Between that button and the form.
    or_password => { en "Or with a password:", fr "Ou avec un mot de passe\u{a0}:" }
    /// Between the form of an invitation and that button.
    or_provider => { en "Or without a password:", fr "Ou sans mot de passe\u{a0}:" }
    /// Under the button where there is no other way in.
    no_account_there(name) => {
        en "No access? Your account at {name} must belong to a group that may use this server.",
        fr "Pas d’accès\u{a0}? Votre compte {name} doit appartenir à un groupe autorisé sur ce serveur."
    }
    /// In place of the password of a session that ended.
    elsewhere_first => {
        en "Your session has ended. Sign in again in another tab, then save here; what you have typed is kept.",
        fr "Votre session est terminée. Rouvrez-la dans un autre onglet, puis enregistrez ici\u{a0}; votre saisie est conservée."
    }
    /// Why the identity provider did not lead in.
    refused_failed => {
        en "An error occurred on the server. An administrator finds it in the log.",
        fr "Une erreur s’est produite sur le serveur. Un administrateur la trouvera dans le journal."
    }
    /// Why the identity provider did not lead in.
    refused_unavailable => {
        en "The identity provider cannot be used at the moment. Try again later; an administrator finds the cause in the log.",
        fr "Le fournisseur d’identité est indisponible pour le moment. Réessayez plus tard\u{a0}; un administrateur trouvera la cause dans le journal."
    }
    /// Why the identity provider did not lead in.
    refused_denied => {
        en "The sign-in was given up or refused at the identity provider.",
        fr "L’ouverture de session a été abandonnée ou refusée chez le fournisseur d’identité."
    }
    /// Why the identity provider did not lead in.
    refused_expired => {
        en "The sign-in took too long, or was begun in another browser. Begin again.",
        fr "L’ouverture de session a duré trop longtemps, ou a commencé dans un autre navigateur. Recommencez."
    }
    /// Why the identity provider did not lead in.
    refused_unverified => {
        en "The answer of the identity provider could not be verified. Begin again; if it stays so, tell an administrator.",
        fr "La réponse du fournisseur d’identité n’a pas pu être vérifiée. Recommencez\u{a0}; si cela persiste, prévenez un administrateur."
    }
    /// Why the identity provider did not lead in.
    refused_throttled => {
        en "Too many tries failed from this network. Wait a quarter of an hour.",
        fr "Trop de tentatives ont échoué depuis ce réseau. Attendez un quart d’heure."
    }
    /// Why the identity provider did not lead in.
    refused_no_role => {
        en "You belong to no group that may use this server. Ask whoever manages the groups.",
        fr "Vous n’appartenez à aucun groupe autorisé sur ce serveur. Adressez-vous à la personne qui gère les groupes."
    }
    /// Why the identity provider did not lead in.
    refused_no_address => {
        en "The identity provider tells no verified e-mail address of yours, and an account needs one.",
        fr "Le fournisseur d’identité n’indique aucune adresse e-mail vérifiée, et un compte en demande une."
    }
    /// Why the identity provider did not lead in.
    refused_address_taken => {
        en "An account with your e-mail address exists here already. Ask an administrator for a link, open it, and sign in from there: then both are one.",
        fr "Un compte avec votre adresse e-mail existe déjà ici. Demandez un lien à un administrateur, suivez-le et ouvrez la session depuis cette page\u{a0}: les deux n’en feront plus qu’un."
    }
    /// Why the identity provider did not lead in.
    refused_other_address => {
        en "The link is for another e-mail address than that of your account at the identity provider.",
        fr "Le lien concerne une autre adresse e-mail que celle de votre compte chez le fournisseur d’identité."
    }
    /// Why the identity provider did not lead in.
    refused_link_closed => {
        en "The link is no longer valid. Ask an administrator for a new one.",
        fr "Le lien n’est plus valable. Demandez-en un nouveau à un administrateur."
    }
    /// Why the identity provider did not lead in.
    refused_no_administrator => {
        en "Nobody has an account here yet. The first one must belong to a group of administrators.",
        fr "Personne n’a encore de compte ici. La première personne doit appartenir à un groupe d’administrateurs."
    }
    /// Why the identity provider did not lead in.
    refused_disabled => {
        en "Your account here is disabled. Ask an administrator.",
        fr "Votre compte est désactivé ici. Adressez-vous à un administrateur."
    }

    /// Title of the set-up page.
    set_up => { en "Set up Waybill", fr "Configurer Waybill" }
    /// What the page is for.
    set_up_text => {
        en "Create the first administrator. You can add other people later.",
        fr "Créez le premier administrateur. Vous pourrez ajouter d’autres personnes ensuite."
    }
    /// Field.
    name => { en "Your name", fr "Votre nom" }
    /// Rule for the password.
    password_help[fewest] => {
        en "At least {fewest} character. A few words are better than symbols." | "At least {fewest} characters. A few words are better than symbols.",
        fr "Au moins {fewest} caractère. Quelques mots valent mieux que des symboles." | "Au moins {fewest} caractères. Quelques mots valent mieux que des symboles."
    }
    /// Field.
    time_zone => { en "Time zone", fr "Fuseau horaire" }
    /// What the zone is for, and what an empty one means.
    time_zone_help => {
        en "Data are refreshed every day at 02:00 in this zone, such as Europe/Paris; in UTC when it is empty. The System page changes it.",
        fr "Les données sont actualisées chaque jour à 02:00 dans ce fuseau, par exemple Europe/Paris\u{a0}; en UTC s’il est vide. La page Système permet de le changer."
    }
    /// Button.
    create_administrator => { en "Create administrator", fr "Créer l’administrateur" }
    /// Over the error of the form.
    not_set_up => { en "Not set up", fr "Configuration non effectuée" }
    /// The one-time link cannot be used.
    link_closed => { en "This link is no longer valid", fr "Ce lien n’est plus valable" }
    /// Why, and what to do.
    link_closed_text => {
        en "A set-up link works once, and only while nobody has an account. The server prints a new one when it starts without accounts.",
        fr "Un lien de configuration sert une seule fois, tant que personne n’a de compte. Le serveur en affiche un nouveau s’il démarre sans compte."
    }
}

/// Why somebody who came from the identity provider was not let in.
pub fn refusal(language: Language, refusal: ProviderRefusal) -> &'static str {
    let text = match refusal {
        ProviderRefusal::Failed => refused_failed,
        ProviderRefusal::Unavailable => refused_unavailable,
        ProviderRefusal::Denied => refused_denied,
        ProviderRefusal::Expired => refused_expired,
        ProviderRefusal::Unverified => refused_unverified,
        ProviderRefusal::Throttled => refused_throttled,
        ProviderRefusal::NoRole => refused_no_role,
        ProviderRefusal::NoAddress => refused_no_address,
        ProviderRefusal::AddressTaken => refused_address_taken,
        ProviderRefusal::OtherAddress => refused_other_address,
        ProviderRefusal::LinkClosed => refused_link_closed,
        ProviderRefusal::NoAdministrator => refused_no_administrator,
        ProviderRefusal::Disabled => refused_disabled,
    };
    text(language)
}
