//! What leaves the server about an export: subjects and bodies of mails, and the sentence of a webhook.

use chrono::DateTime;

use super::{Language, format, reasons};
use crate::domain::{Micros, NoticeKind, Reason};

crate::messages! {
    /// Subject.
    failing(export) => { en "“{export}” is failing", fr "«\u{a0}{export}\u{a0}» est en échec" }
    /// Subject.
    recovered(export) => { en "“{export}” delivers again", fr "«\u{a0}{export}\u{a0}» livre à nouveau" }
    /// Subject.
    held(export) => {
        en "“{export}” waits for a decision",
        fr "«\u{a0}{export}\u{a0}» attend une décision"
    }
    /// Subject.
    rows_differ(export) => {
        en "“{export}” delivered an unusual number of rows",
        fr "«\u{a0}{export}\u{a0}» a livré un nombre inhabituel de lignes"
    }
    /// Subject.
    ran_longer(export) => {
        en "“{export}” ran longer than the limit",
        fr "«\u{a0}{export}\u{a0}» a dépassé la durée fixée"
    }
    /// Subject.
    not_delivered(export) => {
        en "“{export}” has not delivered",
        fr "«\u{a0}{export}\u{a0}» n’a rien livré"
    }
    /// First sentence.
    now_failing(export) => {
        en "The export “{export}” is failing, after all had been well.",
        fr "L’exportation «\u{a0}{export}\u{a0}» est en échec, alors que tout allait bien."
    }
    /// First sentence.
    now_recovered(export) => {
        en "The export “{export}” delivers again. All is well.",
        fr "L’exportation «\u{a0}{export}\u{a0}» livre à nouveau. Tout va bien."
    }
    /// First sentence.
    now_held(export) => {
        en "A run of the export “{export}” waits: deliver it or discard it.",
        fr "Une exécution de l’exportation «\u{a0}{export}\u{a0}» attend\u{a0}: livrez-la ou abandonnez-la."
    }
    /// First sentence.
    now_rows_differ(export) => {
        en "The export “{export}” delivered more or fewer rows than usual.",
        fr "L’exportation «\u{a0}{export}\u{a0}» a livré plus ou moins de lignes que d’habitude."
    }
    /// First sentence.
    now_ran_longer(export) => {
        en "A run of the export “{export}” took longer than the limit.",
        fr "Une exécution de l’exportation «\u{a0}{export}\u{a0}» a dépassé la durée fixée."
    }
    /// First sentence.
    now_not_delivered(export) => {
        en "The export “{export}” has not delivered for longer than the limit.",
        fr "L’exportation «\u{a0}{export}\u{a0}» n’a rien livré depuis plus longtemps que le délai fixé."
    }
    /// Line of a mail.
    when(at) => { en "When: {at}", fr "Quand\u{a0}: {at}" }
    /// Line of a mail.
    details(link) => { en "Details: {link}", fr "Détails\u{a0}: {link}" }
    /// Last line of a mail to a person.
    why_a_person => {
        en "You get this mail because you follow this export in Waybill, where you can change that.",
        fr "Vous recevez ce message parce que vous suivez cette exportation dans Waybill, où vous pouvez le changer."
    }
    /// Last line of a mail to a group.
    why_a_group => {
        en "This address gets this mail because an administrator of Waybill set it up.",
        fr "Cette adresse reçoit ce message parce qu’un administrateur de Waybill l’a configurée."
    }
    /// Subject of a test.
    test_subject => { en "Test of notices", fr "Essai des notifications" }
    /// Text of a test.
    test_body(channel) => {
        en "This is a test of the notices to “{channel}”. They arrive.",
        fr "Ceci est un essai des notifications destinées à «\u{a0}{channel}\u{a0}». Elles arrivent bien."
    }
}

/// What a mail tells.
#[derive(Clone, Copy, Debug)]
pub struct NoticeText<'a> {
    pub kind: NoticeKind,
    pub at: Micros,
    pub export_name: &'a str,
    pub reason: Option<&'a Reason>,
    /// Where it is told in full.
    pub link: &'a str,
    /// For a person, not for a group.
    pub is_for_person: bool,
}

/// The subject of a mail.
pub fn subject(language: Language, kind: NoticeKind, export: &str) -> String {
    match kind {
        NoticeKind::Failing => failing(language, export),
        NoticeKind::Recovered => recovered(language, export),
        NoticeKind::Held => held(language, export),
        NoticeKind::RowsDiffer => rows_differ(language, export),
        NoticeKind::RanLonger => ran_longer(language, export),
        NoticeKind::NotDelivered => not_delivered(language, export),
    }
}

/// What happened and why, in one paragraph.
pub fn paragraph(
    language: Language,
    kind: NoticeKind,
    export: &str,
    reason: Option<&Reason>,
) -> String {
    let mut text = match kind {
        NoticeKind::Failing => now_failing(language, export),
        NoticeKind::Recovered => now_recovered(language, export),
        NoticeKind::Held => now_held(language, export),
        NoticeKind::RowsDiffer => now_rows_differ(language, export),
        NoticeKind::RanLonger => now_ran_longer(language, export),
        NoticeKind::NotDelivered => now_not_delivered(language, export),
    };
    if let Some(reason) = reason {
        text.push(' ');
        text.push_str(&reasons::text(language, reason));
    }
    text
}

/// The body of a mail, in plain text.
pub fn body(language: Language, notice: &NoticeText<'_>) -> String {
    let at = DateTime::from_timestamp_micros(notice.at).unwrap_or_default();
    let why = if notice.is_for_person {
        why_a_person(language)
    } else {
        why_a_group(language)
    };
    format!(
        "{}\n\n{}\n{}\n\n{why}\n",
        paragraph(language, notice.kind, notice.export_name, notice.reason),
        when(language, format::instant(language, at)),
        details(language, notice.link),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    #[test]
    fn every_kind_has_a_subject_and_a_body_in_both_languages() {
        let reason = Reason::new("not_delivered").with("hours", 24);
        for kind in NoticeKind::ALL {
            for language in Language::ALL {
                let notice = NoticeText {
                    kind,
                    at: 1_795_435_200_000_000,
                    export_name: "Fidélité",
                    reason: Some(&reason),
                    link: "https://waybill.example.org/data/exports",
                    is_for_person: true,
                };
                assert!(subject(language, kind, "Fidélité").contains("Fidélité"));
                let body = body(language, &notice);
                assert!(
                    body.contains("Fidélité") && body.contains(notice.link),
                    "{body}"
                );
                assert!(body.contains("24"), "{body}");
            }
        }
    }

    #[test]
    fn a_mail_tells_what_happened_when_and_why() {
        let reason = Reason::new("upstream_failed").with("source", "Shop");
        let notice = NoticeText {
            kind: NoticeKind::Failing,
            at: 1_795_435_200_000_000,
            export_name: "Clients",
            reason: Some(&reason),
            link: "https://w.example/data/exports?pane=run/1",
            is_for_person: false,
        };
        assert_eq!(
            body(English, &notice),
            "The export “Clients” is failing, after all had been well. “Shop” could not be refreshed, and its \
             data are needed.\n\nWhen: 23 Nov 2026, 12:00 UTC\nDetails: https://w.example/data/exports?pane=run/1\n\n\
             This address gets this mail because an administrator of Waybill set it up.\n"
        );
        assert!(subject(French, NoticeKind::Held, "Clients").contains("attend une décision"));
    }
}
