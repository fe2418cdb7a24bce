//! Texts of the page of people: who there is, invitations, service accounts, and access tokens wherever they are shown.

use super::Language;
use crate::domain::Role;

crate::messages! {
    /// Page.
    people => { en "People", fr "Personnes" }
    /// Title of the browser's tab with another tab of the page.
    title_of(tab) => { en "People: {tab}", fr "Personnes\u{a0}: {tab}" }
    /// Under the title.
    about => {
        en "Who may sign in, what they may do, and the programs that use REST.",
        fr "Qui peut ouvrir une session, avec quels droits, et les programmes qui utilisent REST."
    }
    /// Name of the tabs.
    views => { en "Views of people", fr "Vues des personnes" }
    /// Tab.
    invitations => { en "Invitations", fr "Invitations" }
    /// Name of the command bar.
    commands => { en "Commands for people", fr "Commandes pour les personnes" }
    /// Command.
    invite => { en "Invite", fr "Inviter" }
    /// Command.
    add_service => { en "Add service account", fr "Ajouter un compte de service" }
    /// Caption of the table.
    caption => { en "People and service accounts", fr "Personnes et comptes de service" }
    /// Column and field.
    name => { en "Name", fr "Nom" }
    /// Column and field.
    email => { en "E-mail address", fr "Adresse e-mail" }
    /// Column and field.
    role => { en "Role", fr "Rôle" }
    /// Column.
    last_seen => { en "Last seen", fr "Dernière activité" }
    /// Column.
    sessions => { en "Sessions", fr "Sessions" }
    /// Column, tab and title.
    tokens => { en "Tokens", fr "Jetons" }
    /// Column.
    created => { en "Created", fr "Création" }
    /// Column.
    actions => { en "Actions", fr "Actions" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// In place of an instant.
    never => { en "Never", fr "Jamais" }
    /// Who made an account that nobody made here.
    by_command_line => { en "Command line or set-up", fr "Ligne de commande ou configuration" }
    /// Mark.
    service => { en "Service account", fr "Compte de service" }
    /// Mark.
    disabled => { en "Disabled", fr "Désactivé" }
    /// Mark.
    second_factor => { en "Second factor", fr "Second facteur" }

    /// Command.
    edit => { en "Edit", fr "Modifier" }
    /// Title.
    edit_title(name) => { en "Edit {name}", fr "Modifier {name}" }
    /// What a role may.
    viewer_text => { en "Sees everything, changes nothing.", fr "Voit tout, ne modifie rien." }
    /// What a role may.
    contributor_text => {
        en "Works on exports whose connection is shared with them, and on segments.",
        fr "Travaille sur les exportations dont la connexion est partagée avec lui, et sur les segments."
    }
    /// What a role may.
    administrator_text => {
        en "Everything: connections, sources, people, the system.",
        fr "Tout\u{a0}: connexions, sources, personnes, système."
    }
    /// Switch.
    disabled_switch => { en "Disabled", fr "Désactivé" }
    /// What the switch does.
    disabled_help => {
        en "Ends all sessions at once; sessions and tokens count no more until the account is enabled.",
        fr "Termine aussitôt toutes les sessions\u{a0}; sessions et jetons ne comptent plus tant que le compte n’est pas réactivé."
    }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Button.
    cancel => { en "Cancel", fr "Annuler" }
    /// Link at the bottom of a pane.
    close => { en "Close", fr "Fermer" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Modifications non enregistrées" }
    /// Passing message.
    saved(name) => { en "Saved: {name}.", fr "{name}\u{a0}: modifications enregistrées." }

    /// Title.
    invite_title => { en "Invite somebody", fr "Inviter une personne" }
    /// Field.
    mail_language => { en "Language of the invitation", fr "Langue de l’invitation" }
    /// Button.
    send_invitation => { en "Create invitation", fr "Créer l’invitation" }
    /// Over the error of a form.
    not_invited => { en "Not invited", fr "Invitation non créée" }
    /// The link went out by mail.
    mailed(email) => {
        en "The link was sent to {email}.",
        fr "Le lien a été envoyé à {email}."
    }
    /// Over the link that is shown once.
    link_shown => {
        en "Hand this link over yourself. It works once and is not shown again.",
        fr "Transmettez ce lien vous-même. Il sert une seule fois et ne sera plus affiché."
    }
    /// Over the link, where mail was tried.
    not_mailed => { en "The mail was not sent.", fr "Le message n’a pas été envoyé." }
    /// Field.
    link => { en "Link", fr "Lien" }
    /// Until when a link can be used.
    usable_until => { en "Can be used until", fr "Utilisable jusqu’au" }
    /// Caption of the table.
    invitations_caption => { en "Invitations that can be used", fr "Invitations utilisables" }
    /// Empty list.
    no_invitations => { en "No open invitations", fr "Aucune invitation en attente" }
    /// Empty list.
    no_invitations_text => {
        en "Who is invited chooses a password with a link that works once, within seven days.",
        fr "La personne invitée choisit son mot de passe avec un lien qui sert une seule fois, dans les sept jours."
    }
    /// Column.
    invited_by => { en "Invited by", fr "Invitation par" }
    /// Command.
    withdraw => { en "Withdraw", fr "Retirer" }
    /// Question.
    withdraw_title => { en "Withdraw this invitation?", fr "Retirer cette invitation\u{a0}?" }
    /// Question.
    withdraw_text => { en "Its link can no longer be used.", fr "Son lien ne pourra plus servir." }
    /// Over the error of a question.
    not_withdrawn => { en "Not withdrawn", fr "Invitation non retirée" }
    /// Passing message.
    withdrawn => { en "The invitation was withdrawn.", fr "L’invitation a été retirée." }

    /// Title.
    service_title => { en "Add service account", fr "Ajouter un compte de service" }
    /// What it is.
    service_text => {
        en "For a program: it holds tokens for REST and cannot sign in.",
        fr "Pour un programme\u{a0}: il détient des jetons pour REST et ne peut pas ouvrir de session."
    }
    /// Button.
    add => { en "Add", fr "Ajouter" }
    /// Over the error of a form.
    not_added => { en "Not added", fr "Compte non ajouté" }

    /// Command and title.
    password_link => { en "New password link", fr "Lien de nouveau mot de passe" }
    /// Question.
    password_link_text(name) => {
        en "Makes a link with which {name} chooses a new password, once, within an hour. The password of now counts until then; afterwards all sessions have ended, and all tokens are revoked.",
        fr "Crée un lien avec lequel {name} choisit un nouveau mot de passe, une seule fois, dans l’heure. Le mot de passe actuel reste valable d’ici là\u{a0}; ensuite, toutes les sessions sont terminées et tous les jetons révoqués."
    }
    /// Button.
    make_link => { en "Create link", fr "Créer le lien" }
    /// Over the error.
    no_link_made => { en "No link was created", fr "Aucun lien créé" }
    /// Command.
    sign_out => { en "Sign out everywhere", fr "Fermer toutes les sessions" }
    /// Question.
    sign_out_title(name) => { en "Sign {name} out everywhere?", fr "Fermer toutes les sessions de {name}\u{a0}?" }
    /// Question.
    sign_out_text => {
        en "All sessions end at once. Tokens stay.",
        fr "Toutes les sessions se terminent aussitôt. Les jetons restent."
    }
    /// Over the error of a question.
    not_signed_out => { en "Not signed out", fr "Sessions non fermées" }
    /// Passing message.
    signed_out(name) => { en "{name} is signed out everywhere.", fr "Toutes les sessions de {name} sont fermées." }
    /// Command.
    remove_factor => { en "Remove second factor", fr "Supprimer le second facteur" }
    /// Question.
    remove_factor_title(name) => {
        en "Remove the second factor of {name}?",
        fr "Supprimer le second facteur de {name}\u{a0}?"
    }
    /// Question.
    remove_factor_text => {
        en "For somebody who lost it. The password alone signs in afterwards, and all sessions end.",
        fr "Pour une personne qui l’a perdu. Le mot de passe suffit ensuite, et toutes les sessions se terminent."
    }
    /// Over the error of a question.
    factor_not_removed => { en "Not removed", fr "Second facteur non supprimé" }
    /// Passing message.
    factor_removed(name) => {
        en "The second factor of {name} was removed.",
        fr "Le second facteur de {name} a été supprimé."
    }

    /// Title.
    tokens_of(name) => { en "Tokens of {name}", fr "Jetons de {name}" }
    /// Caption of the table.
    tokens_caption => { en "Access tokens that count", fr "Jetons d’accès valables" }
    /// Empty list.
    no_tokens => { en "No tokens", fr "Aucun jeton" }
    /// Empty list.
    no_tokens_text => {
        en "A token lets a program use REST as this account.",
        fr "Un jeton permet à un programme d’utiliser REST au nom de ce compte."
    }
    /// Column and field.
    token_role => { en "May at most", fr "Droits maximaux" }
    /// Value.
    token_role_own => { en "As the account", fr "Comme le compte" }
    /// Column.
    expires => { en "Ends", fr "Fin" }
    /// Column.
    last_used => { en "Last used", fr "Dernière utilisation" }
    /// Command and title.
    create_token => { en "Create token", fr "Créer un jeton" }
    /// Field.
    days => { en "Valid for (days)", fr "Durée (jours)" }
    /// What the field takes.
    days_help[most] => { en "1 to {most} day." | "1 to {most} days.", fr "De 1 à {most} jour." | "De 1 à {most} jours." }
    /// What the name is for.
    token_name_help => {
        en "What it is for, such as the program that uses it.",
        fr "Son usage, par exemple le programme qui s’en sert."
    }
    /// Over the error of a form.
    no_token_made => { en "No token was created", fr "Aucun jeton créé" }
    /// Over the token that is shown once.
    token_shown => {
        en "Copy the token now. It is stored nowhere and is not shown again.",
        fr "Copiez le jeton maintenant. Il n’est conservé nulle part et ne sera plus affiché."
    }
    /// Field.
    token => { en "Token", fr "Jeton" }
    /// Command.
    revoke => { en "Revoke", fr "Révoquer" }
    /// Name of a button in a row.
    revoke_named(name) => { en "Revoke {name}", fr "Révoquer {name}" }
    /// Question.
    revoke_title => { en "Revoke this token?", fr "Révoquer ce jeton\u{a0}?" }
    /// Question.
    revoke_text => {
        en "Programs that use it are refused at once. This cannot be undone.",
        fr "Les programmes qui l’utilisent sont refusés aussitôt. Cette action est définitive."
    }
    /// Over the error of a question.
    not_revoked => { en "Not revoked", fr "Jeton non révoqué" }
    /// Passing message.
    revoked => { en "The token was revoked.", fr "Le jeton a été révoqué." }
}

/// What a role may, in a sentence.
pub fn role_text(language: Language, role: Role) -> &'static str {
    match role {
        Role::Viewer => viewer_text(language),
        Role::Contributor => contributor_text(language),
        Role::Administrator => administrator_text(language),
    }
}
