//! Texts of one's own account, and of the page behind an invitation.

crate::messages! {
    /// Page, and the way to it.
    account => { en "Your account", fr "Votre compte" }
    /// Title of the browser's tab with another tab of the page.
    title_of(tab) => { en "Your account: {tab}", fr "Votre compte\u{a0}: {tab}" }
    /// Name of the tabs.
    views => { en "Parts of your account", fr "Parties de votre compte" }
    /// Tab.
    profile => { en "Profile", fr "Profil" }
    /// Tab.
    security => { en "Security", fr "Sécurité" }
    /// Field.
    name => { en "Name", fr "Nom" }
    /// Field.
    language => { en "Language", fr "Langue" }
    /// Choice: as the browser asks.
    as_browser => { en "As the browser", fr "Comme le navigateur" }
    /// Field.
    time_zone => { en "Time zone", fr "Fuseau horaire" }
    /// What the zone is for.
    time_zone_help => {
        en "Times of the pages are shown in it, such as Europe/Paris; in that of the browser when it is empty.",
        fr "Les heures des pages s’affichent dans ce fuseau, par exemple Europe/Paris\u{a0}; dans celui du navigateur s’il est vide."
    }
    /// Field.
    theme => { en "Theme", fr "Thème" }
    /// Choice: as this browser was told.
    theme_of_browser => { en "As chosen in each browser", fr "Selon chaque navigateur" }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Modifications non enregistrées" }
    /// Something was done.
    profile_saved => { en "Your profile was saved.", fr "Votre profil a été enregistré." }
    /// Something was done.
    password_changed => {
        en "Your password was changed, and all other sessions have ended.",
        fr "Votre mot de passe a été changé et toutes les autres sessions sont terminées."
    }
    /// Something was done.
    session_ended => { en "The session has ended.", fr "La session est terminée." }
    /// Something was done.
    others_ended => { en "All other sessions have ended.", fr "Toutes les autres sessions sont terminées." }

    /// Part of the page.
    password => { en "Password", fr "Mot de passe" }
    /// What happens.
    password_text => {
        en "A new password ends all sessions but this one.",
        fr "Un nouveau mot de passe termine toutes les sessions sauf celle-ci."
    }
    /// Field.
    old_password => { en "Current password", fr "Mot de passe actuel" }
    /// Field.
    new_password => { en "New password", fr "Nouveau mot de passe" }
    /// Button.
    change_password => { en "Change password", fr "Changer le mot de passe" }
    /// Over the error of a form.
    password_not_changed => { en "Password not changed", fr "Mot de passe non changé" }

    /// Part of the page.
    second_factor => { en "Second factor", fr "Second facteur" }
    /// What it is.
    second_factor_text => {
        en "A code from an authenticator on your telephone, beside the password, each time you sign in.",
        fr "Un code d’une application d’authentification sur votre téléphone, en plus du mot de passe, à chaque ouverture de session."
    }
    /// State.
    factor_off => { en "The password alone signs in", fr "Le mot de passe suffit" }
    /// State.
    factor_on => { en "On", fr "Activé" }
    /// When it was set up.
    factor_since => { en "Since", fr "Depuis" }
    /// Codes for the day on which it is lost.
    recovery_codes => { en "Recovery codes", fr "Codes de secours" }
    /// How many were not used.
    codes_left[count] => {
        en "{count} left",
        fr "{count} restant" | "{count} restants"
    }
    /// Command and title.
    set_factor_up => { en "Set up second factor", fr "Configurer le second facteur" }
    /// First step.
    set_factor_up_text => {
        en "Enter your password to begin.",
        fr "Saisissez votre mot de passe pour commencer."
    }
    /// Button.
    go_on => { en "Continue", fr "Continuer" }
    /// Second step.
    scan_text => {
        en "Scan the picture with your authenticator, then enter the code that it shows.",
        fr "Scannez l’image avec votre application d’authentification, puis saisissez le code qu’elle affiche."
    }
    /// Name of the picture.
    picture => {
        en "Picture for the authenticator; the key under it says the same",
        fr "Image pour l’application d’authentification\u{a0}; la clé en dessous dit la même chose"
    }
    /// Link, for an authenticator on this machine.
    open_authenticator => {
        en "Open in an authenticator on this device",
        fr "Ouvrir dans une application de cet appareil"
    }
    /// Field.
    seed => { en "Key", fr "Clé" }
    /// What to enter.
    first_code_text => { en "Six digits.", fr "Six chiffres." }
    /// Over the error of a form.
    factor_not_set_up => { en "Second factor not set up", fr "Second facteur non configuré" }
    /// Over the error of a form.
    not_confirmed => { en "Not changed", fr "Aucune modification" }
    /// Over the codes that are shown once.
    codes_shown => {
        en "Keep these codes elsewhere. Each signs in once in place of the authenticator, and they are not shown again.",
        fr "Conservez ces codes ailleurs. Chacun remplace une fois l’application d’authentification, et ils ne seront plus affichés."
    }
    /// Command and title.
    renew_codes => { en "New recovery codes", fr "Nouveaux codes de secours" }
    /// What happens.
    renew_codes_text => {
        en "The codes from before no longer count.",
        fr "Les codes précédents ne seront plus valables."
    }
    /// Command and title.
    remove_factor => { en "Remove second factor", fr "Supprimer le second facteur" }
    /// What happens.
    remove_factor_text => {
        en "The password alone signs in afterwards.",
        fr "Le mot de passe suffira ensuite."
    }
    /// Passing message.
    factor_removed => { en "The second factor was removed.", fr "Le second facteur a été supprimé." }

    /// Part of the page.
    sessions => { en "Sessions", fr "Sessions" }
    /// What they are.
    sessions_text => {
        en "Where you are signed in. End those that you do not know.",
        fr "Là où vos sessions sont ouvertes. Fermez celles que vous ne reconnaissez pas."
    }
    /// Caption of the table.
    sessions_caption => { en "Where you are signed in", fr "Vos sessions ouvertes" }
    /// Column.
    browser => { en "Browser", fr "Navigateur" }
    /// Column.
    network => { en "Address", fr "Adresse" }
    /// Column.
    signed_in => { en "Signed in", fr "Ouverture" }
    /// Column.
    last_used => { en "Last used", fr "Dernière utilisation" }
    /// Column.
    actions => { en "Actions", fr "Actions" }
    /// Mark.
    this_session => { en "This session", fr "Cette session" }
    /// A browser and what it runs on.
    browser_on(browser, system) => { en "{browser} on {system}", fr "{browser} sur {system}" }
    /// In place of the name of a browser.
    unknown_browser => { en "Unknown", fr "Inconnu" }
    /// Name of the button, for readers.
    end_named(browser) => { en "End the session in {browser}", fr "Fermer la session dans {browser}" }
    /// Button.
    end_others => { en "Sign out others", fr "Fermer les autres sessions" }
    /// Over an error.
    not_ended => { en "Not ended", fr "Session non fermée" }

    /// Under the tab of tokens.
    tokens_text => {
        en "Programs use REST in your name with these. A token may no more than you may.",
        fr "Les programmes utilisent REST en votre nom grâce à eux. Un jeton n’a pas plus de droits que vous."
    }
    /// Name of the command bar.
    token_commands => { en "Commands for tokens", fr "Commandes pour les jetons" }

    /// Title of the page behind an invitation.
    join => { en "Join Waybill", fr "Rejoindre Waybill" }
    /// What the page is for.
    join_text(email) => {
        en "You are invited as {email}. Choose a password.",
        fr "Vous êtes invité en tant que {email}. Choisissez un mot de passe."
    }
    /// Button.
    join_button => { en "Create account", fr "Créer le compte" }
    /// Over the error of the form.
    not_joined => { en "Account not created", fr "Compte non créé" }
    /// Title of the page behind a link to a new password.
    choose_password => { en "Choose a new password", fr "Choisir un nouveau mot de passe" }
    /// What the page is for.
    choose_password_text(email) => {
        en "For {email}. All sessions end; sign in with the new password afterwards.",
        fr "Pour {email}. Toutes les sessions se terminent\u{a0}; ouvrez ensuite une session avec le nouveau mot de passe."
    }
    /// What to do with the link where the identity provider is the only way in.
    open_at_provider(email) => {
        en "This link is for {email}. Sign in with the account that has this address; from then on it leads here by itself.",
        fr "Ce lien est pour {email}. Ouvrez la session avec le compte qui a cette adresse\u{a0}; il mènera ensuite ici de lui-même."
    }
    /// Title of the page, as long as it is not known for whom.
    invitation => { en "Invitation", fr "Invitation" }
    /// The link cannot be used.
    closed => { en "This link is no longer valid", fr "Ce lien n’est plus valable" }
    /// Why, and what to do.
    closed_text => {
        en "It works once and for a limited time. Ask an administrator for a new one.",
        fr "Il sert une seule fois et pour une durée limitée. Demandez-en un nouveau à un administrateur."
    }
}
