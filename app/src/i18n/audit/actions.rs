//! What is done to each kind of object.

use super::Language;

/// Code, English, French.
type Words = (&'static str, &'static str, &'static str);

/// Every kind with its actions, in the order of the filters. An action that is done to several kinds stands with each.
#[rustfmt::skip]
pub const ACTIONS: &[(Words, &[Words])] = &[
    (("export", "Exports", "Exportations"), &[
        ("export.create", "Export created", "Exportation créée"),
        ("export.update", "Export edited", "Exportation modifiée"),
        ("export.schedule", "Schedule of an export changed", "Planification d’une exportation modifiée"),
        ("export.describe", "Labels, owner or note changed", "Étiquettes, responsable ou note modifiés"),
        ("export.detach", "Connection detached from an export", "Connexion détachée d’une exportation"),
        ("export.remove", "Export removed", "Exportation supprimée"),
        ("export.unremove", "Export restored", "Exportation restaurée"),
        ("export.undo", "Change of an export taken back", "Changement d’une exportation annulé"),
        ("notices.follow", "Notices followed", "Notifications suivies"),
        ("notices.unfollow", "Notices no longer followed", "Notifications non suivies"),
    ]),
    (("run", "Runs", "Exécutions"), &[
        ("run.start", "Run started", "Exécution démarrée"),
        ("run.end", "Run ended", "Exécution terminée"),
        ("run.cancel", "Run canceled", "Exécution arrêtée"),
        ("run.release", "Held run delivered", "Exécution en attente livrée"),
        ("run.discard", "Held run discarded", "Exécution en attente abandonnée"),
    ]),
    (("connection", "Connections", "Connexions"), &[
        ("connection.create", "Connection created", "Connexion créée"),
        ("connection.update", "Connection edited", "Connexion modifiée"),
        ("connection.test", "Connection tested", "Connexion testée"),
        ("connection.test_draft", "Connection tested before saving", "Connexion testée avant enregistrement"),
        ("connection.pause", "Connection paused", "Connexion suspendue"),
        ("connection.resume", "Connection resumed", "Connexion reprise"),
        ("connection.remove", "Connection removed", "Connexion supprimée"),
        ("connection.restore", "Connection restored", "Connexion restaurée"),
    ]),
    (("source", "Data sources", "Sources de données"), &[
        ("source.create", "Source created", "Source créée"),
        ("source.update", "Source edited", "Source modifiée"),
        ("source.refresh", "Refresh of a source asked for", "Actualisation d’une source demandée"),
        ("source.remove", "Source removed", "Source supprimée"),
    ]),
    (("table", "Tables", "Tables"), &[
        ("table.update", "Schema of a table corrected", "Schéma d’une table corrigé"),
    ]),
    (("segment", "Segments", "Segments"), &[
        ("segment.create", "Segment created", "Segment créé"),
        ("segment.update", "Segment edited", "Segment modifié"),
        ("segment.refresh", "Evaluation of a segment asked for", "Évaluation d’un segment demandée"),
        ("segment.remove", "Segment removed", "Segment supprimé"),
        ("segment.restore", "Segment restored", "Segment restauré"),
    ]),
    (("user", "People", "Personnes"), &[
        ("session.open", "Signed in", "Session ouverte"),
        ("session.refuse", "Sign-in refused", "Ouverture de session refusée"),
        ("session.close", "Signed out", "Session fermée"),
        ("session.end", "Session ended elsewhere", "Session fermée à distance"),
        ("session.end_others", "Other sessions ended", "Autres sessions fermées"),
        ("user.add", "Person added", "Personne ajoutée"),
        ("user.join", "Invitation accepted", "Invitation acceptée"),
        ("user.link", "Linked with the identity provider", "Liée au fournisseur d’identité"),
        ("user.update", "Person edited", "Personne modifiée"),
        ("user.profile", "Profile edited", "Profil modifié"),
        ("user.password", "Password changed", "Mot de passe changé"),
        ("user.password_link", "Link to a new password made", "Lien de nouveau mot de passe créé"),
        ("user.sign_out", "Signed out everywhere", "Toutes les sessions fermées"),
        ("user.add_factor", "Second factor set up", "Second facteur mis en place"),
        ("user.renew_codes", "Recovery codes renewed", "Codes de secours renouvelés"),
        ("user.remove_factor", "Second factor removed", "Second facteur supprimé"),
        ("notices.follow", "Notices followed", "Notifications suivies"),
        ("notices.unfollow", "Notices no longer followed", "Notifications non suivies"),
    ]),
    (("invitation", "Invitations", "Invitations"), &[
        ("invitation.create", "Invitation created", "Invitation créée"),
        ("invitation.revoke", "Invitation revoked", "Invitation révoquée"),
    ]),
    (("token", "Access tokens", "Jetons d’accès"), &[
        ("token.create", "Access token created", "Jeton d’accès créé"),
        ("token.revoke", "Access token revoked", "Jeton d’accès révoqué"),
    ]),
    (("notice_channel", "Groups", "Groupes"), &[
        ("notice_channel.create", "Group created", "Groupe créé"),
        ("notice_channel.update", "Group edited", "Groupe modifié"),
        ("notice_channel.test", "Test sent to a group", "Essai envoyé à un groupe"),
        ("notice_channel.remove", "Group removed", "Groupe supprimé"),
    ]),
    (("view", "Saved views", "Vues enregistrées"), &[
        ("view.save", "View saved", "Vue enregistrée"),
        ("view.remove", "View removed", "Vue supprimée"),
    ]),
    (("refresh", "Refreshes", "Actualisations"), &[
        ("system.refresh", "Refresh started", "Actualisation démarrée"),
        ("system.cancel", "Refresh canceled", "Actualisation arrêtée"),
    ]),
    (("task", "Tasks", "Tâches"), &[
        ("system.cancel_task", "Task canceled", "Tâche arrêtée"),
    ]),
    (("key", "Keys", "Clés"), &[
        ("key.rotate", "Key changed", "Clé changée"),
        ("key.reset", "Secrets reset", "Secrets réinitialisés"),
    ]),
    (("system", "System", "Système"), &[
        ("system.schedule", "Schedule of the system refresh changed", "Planification de l’actualisation du système modifiée"),
        ("system.pause", "Everything paused", "Tout suspendu"),
        ("system.resume", "Pause of everything ended", "Suspension générale levée"),
        ("system.backup", "Backup made", "Sauvegarde faite"),
        ("system.restore", "Restored from a backup", "Restauré à partir d’une sauvegarde"),
        ("settings.update", "Settings changed", "Paramètres changés"),
    ]),
];

fn in_language(language: Language, words: &Words) -> &'static str {
    match language {
        Language::English => words.1,
        Language::French => words.2,
    }
}

/// What a kind of object is called; the code itself where a newer server wrote it.
pub fn kind_name(language: Language, kind: &str) -> &str {
    let found = ACTIONS.iter().find(|((code, ..), _)| *code == kind);
    found.map_or(kind, |(words, _)| in_language(language, words))
}

/// What an action is called; the code itself where a newer server wrote it.
pub fn action_name(language: Language, action: &str) -> &str {
    let mut all = ACTIONS.iter().flat_map(|(_, actions)| actions.iter());
    let found = all.find(|(code, ..)| *code == action);
    found.map_or(action, |words| in_language(language, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_names_keep_to_typography() {
        for (kind, actions) in ACTIONS {
            for (code, _, french) in actions.iter().chain([kind]) {
                crate::i18n::typography::check(code, french);
            }
        }
    }

    #[test]
    fn what_is_not_known_is_told_by_its_code() {
        assert_eq!(kind_name(Language::French, "run"), "Exécutions");
        assert_eq!(kind_name(Language::French, "planet"), "planet");
        assert_eq!(action_name(Language::English, "run.end"), "Run ended");
        assert_eq!(action_name(Language::English, "run.fly"), "run.fly");
    }
}
