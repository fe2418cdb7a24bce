//! Texts of forms as a whole: saving, leaving them unsaved, and signing in again without losing them.

crate::messages! {
    /// On the button while a form is being saved.
    saving => { en "Saving…", fr "Enregistrement…" }

    /// The question before a form that was changed is left.
    leave_title => { en "Leave without saving?", fr "Quitter sans enregistrer\u{a0}?" }
    /// What leaving means.
    changes_are_lost => { en "Your changes will be lost.", fr "Vos modifications seront perdues." }
    /// The answer that loses them.
    leave => { en "Leave", fr "Quitter" }
    /// The answer that goes on.
    keep_editing => { en "Keep editing", fr "Continuer la saisie" }

    /// Title of the dialog after the session ended while a form was filled in.
    sign_in_again => { en "Sign in again", fr "Rouvrir la session" }
    /// What happened, and that nothing is lost.
    session_ended(email) => {
        en "Your session has ended. Enter the password of {email} to go on; what you have typed is kept.",
        fr "Votre session est terminée. Saisissez le mot de passe de {email} pour continuer\u{a0}; votre saisie est conservée."
    }
    /// The button: what was to be saved is saved then.
    sign_in_and_save => { en "Sign in and save", fr "Ouvrir la session et enregistrer" }
}
