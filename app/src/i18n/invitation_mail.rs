//! Mails with a link: to somebody who is invited, and to somebody who gets a new password.

use chrono::DateTime;

use super::{Language, format};
use crate::domain::Invitation;

crate::messages! {
    /// Subject.
    invited(by) => { en "{by} invites you to Waybill", fr "{by} vous invite sur Waybill" }
    /// Subject.
    new_password => { en "A new password for Waybill", fr "Un nouveau mot de passe pour Waybill" }
    /// First sentence.
    you_are_invited(by) => {
        en "{by} invites you to Waybill, which shares customer data with the applications of your team.",
        fr "{by} vous invite sur Waybill, qui partage les données clients avec les applications de votre équipe."
    }
    /// First sentence.
    choose_a_password(by) => {
        en "{by} made a link for you, with which you choose a new password. Until then the one you have counts.",
        fr "{by} a créé pour vous un lien qui permet de choisir un nouveau mot de passe. Le mot de passe actuel reste valable d’ici là."
    }
    /// Line of a mail.
    link_line(link) => { en "Follow this link: {link}", fr "Suivez ce lien\u{a0}: {link}" }
    /// Line of a mail.
    until(at) => {
        en "It works once, until {at}.",
        fr "Il sert une seule fois, jusqu’au {at}."
    }
    /// Last line of a mail.
    not_expected => {
        en "If you did not expect this mail, ignore it.",
        fr "Si vous n’attendiez pas ce message, ignorez-le."
    }
}

/// The subject of a mail.
pub fn subject(language: Language, invitation: &Invitation) -> String {
    match invitation.user_id {
        Some(_) => new_password(language).to_owned(),
        None => invited(language, &invitation.created_by),
    }
}

/// The body of a mail, in plain text.
pub fn body(language: Language, invitation: &Invitation, link: &str) -> String {
    let by = &invitation.created_by;
    let first = match invitation.user_id {
        Some(_) => choose_a_password(language, by),
        None => you_are_invited(language, by),
    };
    let at = DateTime::from_timestamp_micros(invitation.expires_at).unwrap_or_default();
    format!(
        "{first}\n\n{}\n{}\n\n{}\n",
        link_line(language, link),
        until(language, format::instant(language, at)),
        not_expected(language),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{InvitationId, Role, UserId};

    fn invitation(user_id: Option<UserId>) -> Invitation {
        Invitation {
            id: InvitationId::new(uuid::Uuid::nil()),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            role: Role::Viewer,
            user_id,
            created_at: 0,
            created_by: "Grace".to_owned(),
            expires_at: 1_795_435_200_000_000,
        }
    }

    #[test]
    fn a_mail_says_who_wrote_what_for_and_until_when() {
        let link = "https://w.example/invitation?code=1";
        assert_eq!(
            body(Language::English, &invitation(None), link),
            "Grace invites you to Waybill, which shares customer data with the applications of your \
             team.\n\nFollow this link: https://w.example/invitation?code=1\nIt works once, until \
             23 Nov 2026, 12:00 UTC.\n\nIf you did not expect this mail, ignore it.\n"
        );
        let somebody = Some(UserId::new(uuid::Uuid::nil()));
        for language in Language::ALL {
            assert!(body(language, &invitation(somebody), link).contains(link));
            assert_ne!(
                subject(language, &invitation(None)),
                subject(language, &invitation(somebody))
            );
        }
    }
}
