//! Texts of the Notices page, of the bell that leads to it, and of following an export.

use super::{Language, format};
use crate::domain::{ChannelKind, ConnectionNoticeKind, FollowSettings, NoticeKind};

crate::messages! {
    /// Page and its first tab.
    notices => { en "Notices", fr "Notifications" }
    /// Title of another tab.
    title_of(tab) => { en "Notices: {tab}", fr "Notifications\u{a0}: {tab}" }
    /// Name of the bell while all is read.
    bell_quiet => { en "Notices, all read", fr "Notifications, toutes lues" }
    /// Name of the bell.
    bell_unread[count] => {
        en "Notices, {count} unread",
        fr "Notifications, {count} non lue" | "Notifications, {count} non lues"
    }
    /// In the bell, for a number that has no room.
    bell_many => { en "99+", fr "99+" }
    /// What the page is.
    about => {
        en "What happened to the exports that you follow: one notice for each change, not one for each run.",
        fr "Ce qui est arrivé aux exportations que vous suivez\u{a0}: une notification par changement, et non par exécution."
    }
    /// Name of the tabs.
    views => { en "Views of notices", fr "Vues des notifications" }
    /// Tab.
    following => { en "What I follow", fr "Mes suivis" }
    /// Tab, for administrators.
    groups => { en "Groups", fr "Groupes" }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Name of a row's menu.
    commands_for(name) => { en "Commands for {name}", fr "Commandes pour {name}" }
    /// Column of buttons.
    actions => { en "Actions", fr "Actions" }
    /// In place of a pane of others.
    administrators_only => { en "Only administrators can do this.", fr "Réservé aux administrateurs." }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }
    /// Over the error of a form.
    not_saved => { en "Not saved", fr "Enregistrement impossible" }

    /// What the first tab's table shows, for screen readers.
    list_caption => {
        en "Notices of the exports that you follow, newest first",
        fr "Notifications des exportations que vous suivez, les plus récentes d’abord"
    }
    /// Column.
    export => { en "Export", fr "Exportation" }
    /// Column, where administrators see connections too.
    export_or_connection => { en "Export or connection", fr "Exportation ou connexion" }
    /// Column.
    notice => { en "Notice", fr "Notification" }
    /// Column.
    why => { en "Why", fr "Motif" }
    /// Column.
    when => { en "When", fr "Quand" }
    /// Column.
    state => { en "State", fr "État" }
    /// Not read yet.
    unread => { en "Unread", fr "Non lue" }
    /// Read.
    read => { en "Read", fr "Lue" }
    /// Command.
    mark_all_read => { en "Mark all as read", fr "Tout marquer comme lu" }
    /// Passing message, and why the command does nothing.
    all_read => { en "All notices are read", fr "Toutes les notifications sont lues" }
    /// Over the error.
    not_marked => { en "Not marked as read", fr "Marquage impossible" }
    /// Empty list.
    none => { en "No notices yet", fr "Aucune notification pour l’instant" }
    /// What to do for some.
    none_text => {
        en "Open an export and choose Follow, or follow everything. You are told here when one fails, recovers or waits for a decision.",
        fr "Ouvrez une exportation et choisissez Suivre, ou suivez-les toutes. Vous serez prévenu ici dès que l’une échoue, se rétablit ou attend une décision."
    }
    /// Link to the exports page.
    see_exports => { en "See exports", fr "Voir les exportations" }

    /// Kind of notice.
    failing => { en "Failing", fr "En échec" }
    /// Kind of notice.
    recovered => { en "Recovered", fr "Rétablie" }
    /// Kind of notice.
    held => { en "Waits for a decision", fr "Attend une décision" }
    /// Kind of notice.
    rows_differ => { en "Unusual number of rows", fr "Nombre de lignes inhabituel" }
    /// Kind of notice.
    ran_longer => { en "Ran longer than the limit", fr "Exécution trop longue" }
    /// Kind of notice.
    not_delivered => { en "Nothing delivered", fr "Rien de livré" }
    /// Kind of notice about a connection.
    connection_expiring => { en "Credentials end soon", fr "Identifiants bientôt expirés" }
    /// Kind of notice about a connection.
    connection_failing => { en "Daily test failed", fr "Test quotidien en échec" }
    /// Kind of notice about a connection.
    connection_paused => { en "Paused by the server", fr "Suspendue par le serveur" }

    /// Button in the details of an export, and section.
    follow => { en "Follow", fr "Suivre" }
    /// Button in the details of an export, and command.
    unfollow => { en "Unfollow", fr "Ne plus suivre" }
    /// Link in the details of an export, and title of the pane.
    follow_settings => { en "Notice settings", fr "Réglages des notifications" }
    /// In the details of an export that is not followed by name.
    you_follow_everything => { en "You follow everything", fr "Vous suivez toutes les exportations" }
    /// Passing message.
    followed(name) => { en "You follow {name}", fr "Vous suivez {name}" }
    /// Passing message.
    unfollowed(name) => { en "You no longer follow {name}", fr "Vous ne suivez plus {name}" }
    /// Passing message.
    unfollowed_everything => { en "You no longer follow everything", fr "Vous ne suivez plus toutes les exportations" }
    /// Over the error.
    not_followed => { en "Nothing was changed", fr "Rien n’a changé" }
    /// What the second tab's table shows, for screen readers.
    following_caption => { en "What you follow, and what you are told", fr "Ce que vous suivez, et ce dont vous êtes prévenu" }
    /// Column.
    followed_what => { en "Followed", fr "Suivi" }
    /// Column.
    told_of => { en "Told of", fr "Prévenu de" }
    /// Column.
    by_mail_column => { en "By e-mail", fr "Par e-mail" }
    /// By e-mail too.
    yes => { en "Yes", fr "Oui" }
    /// Not by e-mail.
    no => { en "No", fr "Non" }
    /// All exports.
    everything => { en "Everything", fr "Toutes les exportations" }
    /// Command.
    follow_everything => { en "Follow everything", fr "Suivre toutes les exportations" }
    /// Empty list.
    follows_none => { en "You follow nothing yet", fr "Vous ne suivez rien pour l’instant" }
    /// What to do for some.
    follows_none_text => {
        en "Open an export and choose Follow, or follow everything at once.",
        fr "Ouvrez une exportation et choisissez Suivre, ou suivez-les toutes à la fois."
    }
    /// Command.
    edit => { en "Edit", fr "Modifier" }

    /// What every follower is told.
    told_always => {
        en "Failures, recoveries, runs that wait for a decision",
        fr "Échecs, rétablissements, exécutions en attente d’une décision"
    }
    /// A limit, in a list.
    limit_rows(percent) => {
        en "Rows differ by more than {percent}",
        fr "Nombre de lignes différent de plus de {percent}"
    }
    /// A limit, in a list.
    limit_minutes[count] => {
        en "A run lasts longer than {count} minute" | "A run lasts longer than {count} minutes",
        fr "Exécution de plus de {count} minute" | "Exécution de plus de {count} minutes"
    }
    /// A limit, in a list.
    limit_hours[count] => {
        en "Nothing delivered for {count} hour" | "Nothing delivered for {count} hours",
        fr "Rien de livré depuis {count} heure" | "Rien de livré depuis {count} heures"
    }
    /// Section of the forms.
    limits => { en "Limits", fr "Limites" }
    /// About the section.
    limits_text => {
        en "Failures, recoveries and runs that wait for a decision are always told. So is the passing of a limit that is set here, once until it is kept again.",
        fr "Les échecs, les rétablissements et les exécutions en attente d’une décision sont toujours signalés. Le dépassement d’une limite fixée ici l’est aussi, une fois, jusqu’à ce qu’elle soit de nouveau respectée."
    }
    /// Field.
    rows_percent => { en "Rows differ by more than (percent)", fr "Nombre de lignes différent de plus de (pour cent)" }
    /// About the field.
    rows_percent_help => {
        en "Compared with the median of the last ten deliveries.",
        fr "Par rapport à la médiane des dix dernières livraisons."
    }
    /// Field.
    longer_than_minutes => { en "A run lasts longer than (minutes)", fr "Exécution de plus de (minutes)" }
    /// About the field.
    longer_than_minutes_help => { en "From its first attempt to its end.", fr "De la première tentative à la fin." }
    /// Field.
    silent_hours => { en "Nothing delivered for (hours)", fr "Rien de livré depuis (heures)" }
    /// About the field.
    silent_hours_help => {
        en "Whatever the reason, also when nothing was started.",
        fr "Quelle qu’en soit la raison, même si rien n’a été lancé."
    }
    /// Section of the form.
    ways => { en "Where you are told", fr "Où vous êtes prévenu" }
    /// About the section.
    ways_text => { en "Always on this page.", fr "Toujours sur cette page." }
    /// Box to tick.
    by_mail => { en "Also by e-mail", fr "Aussi par e-mail" }
    /// About the box.
    by_mail_help(address) => {
        en "To {address}, in the language that you read now.",
        fr "À {address}, dans la langue que vous lisez maintenant."
    }
    /// Why there is no mail.
    no_mail => {
        en "This server has no mail server. Whoever runs it sets one up with --smtp-url and --mail-from.",
        fr "Ce serveur n’a pas de serveur de messagerie. Qui l’exploite en configure un avec --smtp-url et --mail-from."
    }

    /// What a group is.
    groups_about => {
        en "A group is a mailing list, a chat room or another program that is told as people are, in English.",
        fr "Un groupe est une liste de diffusion, un salon de discussion ou un autre programme, prévenu comme les personnes, en anglais."
    }
    /// What the third tab's table shows, for screen readers.
    groups_caption => {
        en "Groups that are told, and what became of the last notice to each",
        fr "Groupes prévenus, et ce qu’est devenue la dernière notification envoyée à chacun"
    }
    /// Column and field.
    name => { en "Name", fr "Nom" }
    /// Column and field.
    kind => { en "Type", fr "Type" }
    /// Column.
    address => { en "Address", fr "Adresse" }
    /// Column and field.
    follows => { en "Follows", fr "Suit" }
    /// Column.
    last_sent => { en "Last notice", fr "Dernière notification" }
    /// Column.
    updated => { en "Last updated", fr "Dernière mise à jour" }
    /// Kind of group.
    mail => { en "E-mail", fr "E-mail" }
    /// Kind of group.
    webhook => { en "Webhook", fr "Webhook" }
    /// About the kind.
    mail_text => { en "A mail to one address", fr "Un message à une adresse" }
    /// About the kind.
    webhook_text => { en "A POST of JSON to one URL (Standard Webhooks)", fr "Un POST de JSON à une URL (Standard Webhooks)" }
    /// Field.
    mail_address => { en "Mail address", fr "Adresse e-mail" }
    /// Field.
    url => { en "URL", fr "URL" }
    /// About the field.
    url_help => {
        en "Kept encrypted and never shown again. Messages are signed if the server has a secret for webhooks. Redirects are not followed.",
        fr "Conservée chiffrée et jamais réaffichée. Les messages sont signés si le serveur a un secret pour les webhooks. Les redirections ne sont pas suivies."
    }
    /// About the field, where an address is kept.
    url_kept(place) => {
        en "Leads to {place}. The rest is kept encrypted and never shown. Type to replace it.",
        fr "Mène à {place}. Le reste est conservé chiffré et jamais affiché. Saisissez une adresse pour la remplacer."
    }
    /// Choice.
    chosen_exports => { en "Chosen exports", fr "Exportations choisies" }
    /// How many exports a group follows.
    exports[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Field.
    find_export => { en "Find an export", fr "Rechercher une exportation" }
    /// Nothing is found.
    no_export_matches => { en "No export matches.", fr "Aucune exportation ne correspond." }
    /// There is nothing to choose from.
    no_exports => { en "There are no exports yet.", fr "Il n’y a pas encore d’exportation." }
    /// What became of the last notice.
    sent => { en "Sent", fr "Envoyée" }
    /// What became of the last notice.
    not_sent => { en "Not sent", fr "Non envoyée" }
    /// There was none.
    nothing_sent => { en "None yet", fr "Aucune pour l’instant" }
    /// Empty list.
    groups_none => { en "No groups yet", fr "Aucun groupe pour l’instant" }
    /// Command, and title of the form.
    add_group => { en "Add group", fr "Ajouter un groupe" }
    /// Title of the form.
    edit_group => { en "Edit group", fr "Modifier le groupe" }
    /// Command.
    remove => { en "Remove", fr "Supprimer" }
    /// Command.
    send_test => { en "Send a test", fr "Envoyer un essai" }
    /// Why none can be sent now.
    save_before_test => { en "Save the changes first", fr "Enregistrez d’abord les modifications" }
    /// Over a result.
    test_passed(name) => { en "{name} is reached", fr "{name} est joignable" }
    /// Over a result.
    test_failed(name) => { en "{name} is not reached", fr "{name} n’est pas joignable" }
    /// Passing message.
    group_saved(name) => { en "{name} saved", fr "{name} enregistré" }
    /// Question.
    remove_title(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What goes.
    remove_text => {
        en "It is no longer told of anything. What was still to be sent to it is not.",
        fr "Il ne sera plus prévenu de rien. Ce qui devait encore lui être envoyé ne le sera pas."
    }
    /// Over the error.
    not_removed => { en "Not removed", fr "Suppression impossible" }
    /// Passing message.
    removed(name) => { en "{name} was removed", fr "{name} a été supprimé" }
}

/// The name of the bell, which says how many notices are unread.
pub fn bell(language: Language, unread: u64) -> String {
    if unread == 0 {
        bell_quiet(language).to_owned()
    } else {
        bell_unread(language, unread)
    }
}

/// The number in the bell.
pub fn bell_count(language: Language, unread: u64) -> String {
    if unread > 99 {
        bell_many(language).to_owned()
    } else {
        format::integer(language, unread)
    }
}

/// What a notice says of its export.
pub fn kind_name(language: Language, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Failing => failing(language),
        NoticeKind::Recovered => recovered(language),
        NoticeKind::Held => held(language),
        NoticeKind::RowsDiffer => rows_differ(language),
        NoticeKind::RanLonger => ran_longer(language),
        NoticeKind::NotDelivered => not_delivered(language),
    }
}

/// What a notice says of its connection.
pub fn connection_kind_name(language: Language, kind: ConnectionNoticeKind) -> &'static str {
    match kind {
        ConnectionNoticeKind::Expiring => connection_expiring(language),
        ConnectionNoticeKind::Failing => connection_failing(language),
        ConnectionNoticeKind::Paused => connection_paused(language),
    }
}

/// The name of a kind of group.
pub fn channel_name(language: Language, kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Mail => mail(language),
        ChannelKind::Webhook => webhook(language),
    }
}

/// What a follower with these settings is told, one entry for each.
pub fn told(language: Language, settings: &FollowSettings) -> Vec<String> {
    let mut told = vec![told_always(language).to_owned()];
    told.extend(settings.rows_percent.map(|percent| {
        let percent = format::percent(language, percent);
        limit_rows(language, percent)
    }));
    told.extend(
        settings
            .longer_than_minutes
            .map(|minutes| limit_minutes(language, u64::from(minutes))),
    );
    told.extend(
        settings
            .silent_hours
            .map(|hours| limit_hours(language, u64::from(hours))),
    );
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    #[test]
    fn the_bell_says_how_many_are_unread() {
        assert_eq!(bell(English, 0), "Notices, all read");
        assert_eq!(bell(English, 1), "Notices, 1 unread");
        assert_eq!(bell(French, 1), "Notifications, 1 non lue");
        assert_eq!(bell(French, 3), "Notifications, 3 non lues");
        assert_eq!(bell_count(English, 99), "99");
        assert_eq!(bell_count(English, 100), "99+");
    }

    #[test]
    fn limits_that_are_not_set_are_not_told() {
        let none = FollowSettings::default();
        assert_eq!(told(English, &none).len(), 1);
        let some = FollowSettings {
            rows_percent: Some(20),
            silent_hours: Some(1),
            ..none
        };
        assert_eq!(
            told(English, &some)[1..],
            [
                "Rows differ by more than 20%",
                "Nothing delivered for 1 hour"
            ]
        );
        assert_eq!(
            told(French, &some)[1..],
            [
                "Nombre de lignes différent de plus de 20\u{a0}%",
                "Rien de livré depuis 1 heure"
            ]
        );
    }
}
