//! Texts of signing in and of setting up the first administrator.

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
