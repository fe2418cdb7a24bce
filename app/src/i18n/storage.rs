//! Texts of *Storage*: what things take on disks, how that grows, what is kept for how long; and of what
//! administrators are told on every page.

use super::{Language, format};
use crate::domain::StorageKind;

crate::messages! {
    /// Tab, and link that leads to it.
    storage => { en "Storage", fr "Stockage" }
    /// Above all.
    about => {
        en "What takes room on disks, how that grows, and what is kept for how long.",
        fr "Ce qui occupe les disques, son évolution, et ce qui est conservé, combien de temps."
    }

    /// Heading.
    disks => { en "Disks", fr "Disques" }
    /// A server whose name the reader is not told.
    server_number(number) => { en "Server {number}", fr "Serveur {number}" }
    /// Name of a bar, where there are several.
    disk_of(server) => { en "Disk space used: {server}", fr "Espace disque utilisé\u{a0}: {server}" }
    /// Under a bar.
    filled(percent, free, total) => {
        en "{percent}% full: {free} free of {total}",
        fr "Plein à {percent}\u{a0}%\u{a0}: {free} libres sur {total}"
    }
    /// A forecast.
    full_on(date) => {
        en "At this rate the disk is full on {date}",
        fr "À ce rythme, le disque sera plein le {date}"
    }
    /// A forecast.
    not_filling => { en "It is not filling up", fr "Il ne se remplit pas" }
    /// A forecast, or a growth, of which there are too few figures.
    too_early => { en "Known after a day", fr "Connu après un jour" }
    full_too_early => { en "When it will be full is known after a day", fr "On saura après un jour quand il sera plein" }
    /// Which program it is, and when it looked in.
    version(version) => { en "Waybill {version}, seen", fr "Waybill {version}, vu" }
    /// No server has looked in yet.
    no_servers => {
        en "No server has told of its disk yet; that takes a minute after a start.",
        fr "Aucun serveur n’a encore décrit son disque\u{a0}; cela prend une minute après un démarrage."
    }

    /// Heading and caption.
    uses => { en "What takes room", fr "Ce qui prend de la place" }
    /// Column.
    kind => { en "Kind", fr "Type" }
    /// Column.
    size => { en "Size", fr "Taille" }
    /// Column: growth.
    a_day => { en "A day", fr "Par jour" }
    /// Kind.
    kind_snapshots => { en "Snapshots", fr "Instantanés" }
    /// Kind.
    kind_database => { en "Database", fr "Base de données" }
    /// Kind.
    kind_copies => { en "Copies from before upgrades", fr "Copies d’avant mise à niveau" }
    /// Kind.
    kind_cache => { en "Cache of snapshots", fr "Cache des instantanés" }
    /// Kind.
    kind_scratch => { en "Work in progress", fr "Travail en cours" }
    /// Kind.
    kind_other => { en "Everything else on this disk", fr "Le reste de ce disque" }

    /// Heading.
    growth => { en "The last 90 days", fr "Les 90 derniers jours" }
    /// What the curve is of.
    growth_text => {
        en "All that Waybill keeps, without what else is on the disks.",
        fr "Tout ce que Waybill conserve, sans le reste des disques."
    }
    /// What the curve shows, in words.
    growth_picture(before, since, now, until) => {
        en "From {before} on {since} to {now} on {until}",
        fr "De {before} le {since} à {now} le {until}"
    }
    /// Caption of the table behind the curve.
    growth_table => { en "Sizes of the last 90 days", fr "Tailles des 90 derniers jours" }
    /// Column.
    day => { en "Day", fr "Jour" }

    /// Heading, command and title of a pane.
    kept => { en "What is kept", fr "Ce qui est conservé" }
    /// Command.
    change_kept => { en "Change what is kept", fr "Modifier ce qui est conservé" }
    /// What the settings do.
    kept_text => {
        en "What is older or more than this is removed for good, a few at a time. What a run reads and the newest runs of each export stay.",
        fr "Ce qui est plus ancien ou en surnombre est supprimé définitivement, peu à peu. Ce qu’une exécution lit et les dernières exécutions de chaque exportation restent."
    }
    /// Label.
    kept_snapshots => { en "Snapshots of each table", fr "Instantanés par table" }
    /// Label.
    kept_runs => { en "Runs and waybills", fr "Exécutions et bordereaux" }
    /// Label.
    kept_audit => { en "Audit log", fr "Journal d’audit" }
    /// Label.
    refreshes_stop => { en "Refreshes stop when the disk is", fr "Arrêt des actualisations quand le disque est" }
    /// How full it is then.
    full(percent) => { en "{percent}% full", fr "plein à {percent}\u{a0}%" }
    /// How long something is kept.
    days[count] => { en "{count} day" | "{count} days", fr "{count} jour" | "{count} jours" }
    /// Field.
    keep_runs_days => { en "Runs and waybills, days", fr "Exécutions et bordereaux, en jours" }
    /// Field.
    audit_days => { en "Audit log, days", fr "Journal d’audit, en jours" }
    /// Field.
    stop_refreshes_percent => {
        en "Refreshes stop when the disk is this full, %",
        fr "Arrêt des actualisations au-delà de, en\u{a0}% du disque"
    }
    /// What stopping does.
    stop_refreshes_text => {
        en "While refreshes are stopped, deliveries go on with the latest data.",
        fr "Pendant l’arrêt des actualisations, les livraisons continuent avec les dernières données."
    }
    /// What a field takes.
    bounds(least, most) => { en "From {least} to {most}", fr "De {least} à {most}" }
    /// Command.
    save => { en "Save", fr "Enregistrer" }
    /// Over the errors of the form.
    not_saved => { en "Not saved", fr "Non enregistré" }
    /// Passing message.
    saved => { en "It is kept like this from now on", fr "Règles de conservation enregistrées" }

    /// Heading.
    last_backup => { en "Last backup", fr "Dernière sauvegarde" }
    /// None.
    no_backup => { en "No backup has been made yet", fr "Aucune sauvegarde n’a encore été faite" }
    /// How to make one.
    backup_text => {
        en "This is run on the server, as the user that Waybill runs as, also while it works. Name the file to write, and what the server was started with: its settings (--config FILE) or its data folder (--data DIR). The key of the secrets is not part of it: keep that elsewhere.",
        fr "À lancer sur le serveur, sous le compte de Waybill, même en service. Indiquez le fichier à écrire, et ce avec quoi le serveur a été lancé\u{a0}: sa configuration (--config FILE) ou son dossier de données (--data DIR). La clé des secrets n’en fait pas partie\u{a0}: gardez-la ailleurs."
    }
    /// Label of the command that makes one.
    backup_command => { en "Command", fr "Commande" }

    /// A disk is too full.
    stopped_title => { en "Refreshes are stopped", fr "Les actualisations sont arrêtées" }
    /// What that means.
    stopped_text(percent) => {
        en "The disk is {percent}% full. Exports deliver their latest data, and say how old they are.",
        fr "Le disque est plein à {percent}\u{a0}%. Les exportations livrent leurs dernières données en indiquant leur âge."
    }
    /// One of several servers has a disk that is too full.
    stopped_at(server) => { en "{server} refreshes nothing", fr "{server} n’actualise plus rien" }
    /// What that means.
    stopped_at_text(percent) => {
        en "Its disk is {percent}% full. The other servers go on.",
        fr "Son disque est plein à {percent}\u{a0}%. Les autres serveurs continuent."
    }

    /// The server is a copy.
    restored_title(date) => { en "Restored from the backup of {date}", fr "Restauré à partir de la sauvegarde du {date}" }
    /// What is not known.
    restored_text => { en "What happened since is not known here.", fr "Ce qui s’est passé depuis est inconnu ici." }
    /// What is not known of runs.
    runs_unknown[count] => {
        en "Of {count} run it is not known whether it delivered." | "Of {count} runs it is not known whether they delivered.",
        fr "Pour {count} exécution, on ignore si elle a livré." | "Pour {count} exécutions, on ignore si elles ont livré."
    }
    /// What to do before it goes on.
    restored_advice => {
        en "Make sure that the first server does not run any more, then resume.",
        fr "Vérifiez que le premier serveur ne fonctionne plus, puis reprenez."
    }
    /// What the lake lacks.
    tables_missing[count] => {
        en "{count} table waits for its next refresh: its snapshot is not in this lake." | "{count} tables wait for their next refresh: their snapshots are not in this lake.",
        fr "{count} table attend sa prochaine actualisation\u{a0}: son instantané n’est pas dans ce lac." | "{count} tables attendent leur prochaine actualisation\u{a0}: leurs instantanés ne sont pas dans ce lac."
    }
    /// Heading of what came of restoring.
    restoring => { en "Restored from a backup", fr "Restauré à partir d’une sauvegarde" }
    /// Label.
    taken_at => { en "Backup of", fr "Sauvegarde du" }
    /// Label.
    taken_by => { en "Made by", fr "Faite par" }
    /// The program of a version.
    program(version) => { en "Waybill {version}", fr "Waybill {version}" }
    /// Label.
    restored_at => { en "Restored", fr "Restauration" }
    /// Label.
    resumed_at => { en "Resumed", fr "Reprise" }
    /// Nobody has resumed yet.
    not_resumed => { en "Not yet", fr "Pas encore" }
    /// Label.
    unknown_runs => { en "Runs whose delivery is not known", fr "Exécutions dont la livraison est inconnue" }
    /// Label.
    dropped_runs => { en "Runs that waited and were not started", fr "Exécutions en attente non lancées" }
    /// Label.
    missing_snapshots => { en "Snapshots that are not in this lake", fr "Instantanés absents de ce lac" }
}

/// The name of a kind.
pub fn kind_name(language: Language, kind: StorageKind) -> &'static str {
    match kind {
        StorageKind::Snapshots => kind_snapshots(language),
        StorageKind::Database => kind_database(language),
        StorageKind::Copies => kind_copies(language),
        StorageKind::Cache => kind_cache(language),
        StorageKind::Scratch => kind_scratch(language),
        StorageKind::Other => kind_other(language),
    }
}

/// How much more or less it is each day: `+1.20 GB`, `−300 kB`, `0 B`.
pub fn change(language: Language, bytes: i64) -> String {
    let size = format::bytes(language, bytes.unsigned_abs());
    match bytes {
        0 => size,
        1.. => format!("+{size}"),
        _ => format!("\u{2212}{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    #[test]
    fn growth_has_its_sign_and_nothing_has_none() {
        assert_eq!(change(English, 1_200_000_000), "+1.20\u{a0}GB");
        assert_eq!(change(French, -300_000), "\u{2212}300\u{a0}ko");
        assert_eq!(change(English, 0), "0\u{a0}B");
        assert!(change(English, i64::MIN).starts_with('\u{2212}'));
    }

    #[test]
    fn sentences_have_real_plurals() {
        for (count, english, french) in [
            (
                1,
                "Of 1 run it is not known whether it delivered.",
                "Pour 1 exécution, on ignore si elle a livré.",
            ),
            (
                3,
                "Of 3 runs it is not known whether they delivered.",
                "Pour 3 exécutions, on ignore si elles ont livré.",
            ),
        ] {
            assert_eq!(runs_unknown(English, count), english);
            assert_eq!(runs_unknown(French, count), french);
        }
        assert_eq!(days(English, 1), "1 day");
        assert_eq!(days(French, 400), "400 jours");
        assert!(tables_missing(English, 2).starts_with("2 tables wait"));
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for language in [English, French] {
            let mut names = StorageKind::ALL.map(|kind| kind_name(language, kind));
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
