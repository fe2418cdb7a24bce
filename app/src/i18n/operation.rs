//! Texts of running the system: pausing everything, what tasks did before, what depends on what, the day, and
//! what the program is.

use super::Language;
use crate::domain::{DatabaseKind, TaskKind};

crate::messages! {
    /// Command and title of the pane.
    pause_everything => { en "Pause everything", fr "Tout suspendre" }
    /// Command.
    resume => { en "Resume", fr "Reprendre" }
    /// What pausing does.
    pause_text => {
        en "No run and no refresh starts any more, whoever asks. Starts by schedule are planned and wait. What is under way ends. When an administrator resumes, what waited starts.",
        fr "Plus aucune exécution ni actualisation ne démarre, quel que soit le demandeur. Les départs planifiés attendent leur tour. Ce qui est en cours se termine. À la reprise par un administrateur, ce qui attendait démarre."
    }
    /// Field.
    reason => { en "Reason", fr "Motif" }
    /// Who reads the reason.
    reason_help => { en "Everybody sees it on every page.", fr "Tout le monde le voit, sur chaque page." }
    /// Link that closes the form.
    cancel => { en "Cancel", fr "Annuler" }
    /// Over the error of the form.
    not_paused => { en "Not paused", fr "Suspension impossible" }
    /// Passing message.
    paused => { en "Everything is paused now", fr "Tout est maintenant suspendu" }
    /// Title of the banner.
    paused_title => { en "Everything is paused", fr "Tout est suspendu" }
    /// In the banner, before the time.
    paused_by(name) => { en "Paused by {name},", fr "Suspendu par {name}," }
    /// In the banner.
    paused_text => {
        en "Nothing starts until an administrator resumes; what is under way ends.",
        fr "Rien ne démarre avant la reprise par un administrateur\u{a0}; ce qui est en cours se termine."
    }
    /// Passing message.
    resumed => { en "What waited starts again", fr "Ce qui attendait redémarre" }
    /// In the banner, after a try to end the pause.
    not_resumed(why) => { en "Not resumed. {why}", fr "Reprise impossible. {why}" }

    /// Tab.
    pipeline => { en "Pipeline", fr "Dépendances" }
    /// Tab.
    timeline => { en "Timeline", fr "Chronologie" }
    /// Tab.
    about => { en "About", fr "À propos" }

    /// Group and column of the picture.
    segments => { en "Segments", fr "Segments" }
    /// Nothing to evaluate yet.
    no_segments => { en "No segments yet", fr "Aucun segment pour l’instant" }
    /// What would be here.
    no_segments_text => {
        en "Each segment is a task that follows its sources. Contributors and administrators create them under Data, Segments.",
        fr "Chaque segment est une tâche qui suit ses sources. Les contributeurs et les administrateurs les créent sous Données, Segments."
    }

    /// Title of the pane.
    task_history => { en "Task history", fr "Historique de la tâche" }
    /// What the table shows, for screen readers.
    tasks_of(name) => { en "Refreshes of {name}", fr "Actualisations de {name}" }
    /// Nothing has happened yet.
    no_past_tasks => { en "It has never been refreshed.", fr "Aucune actualisation n’a encore eu lieu." }
    /// What a task is about.
    data_source => { en "Data source", fr "Source de données" }
    /// What a task is about.
    segment => { en "Segment", fr "Segment" }
    /// Column.
    started => { en "Started", fr "Début" }
    /// Column of buttons.
    actions => { en "Actions", fr "Actions" }
    /// Command of a row.
    cancel_job_of(name) => { en "Cancel job {name}", fr "Arrêter la tâche {name}" }
    /// Answer, and title for those who may not.
    cancel_job => { en "Cancel job", fr "Arrêter la tâche" }
    /// Question.
    cancel_job_title => { en "Cancel this job?", fr "Arrêter cette tâche\u{a0}?" }
    /// What happens and what stays.
    cancel_job_text => {
        en "It stops at the next safe point, and its data stay those of the last refresh. What depends on it is skipped, or goes on with the previous data if it is set to. The other tasks of the refresh go on.",
        fr "Elle s’arrête au prochain point sûr, et ses données restent celles de la dernière actualisation. Ce qui en dépend est ignoré, ou continue avec les données précédentes si son réglage le prévoit. Les autres tâches de l’actualisation continuent."
    }
    /// Passing message.
    job_canceled => { en "The job is being stopped", fr "La tâche est en cours d’arrêt" }

    /// Above the picture.
    pipeline_text => {
        en "What takes its rows from what. A name leads to what it did, or to how the export is set up.",
        fr "D’où chaque élément tire ses lignes. Chaque nom mène à son historique ou, pour une exportation, à sa configuration."
    }
    /// Name of the picture.
    pipeline_picture => { en "What depends on what", fr "Ce qui dépend de quoi" }
    /// What the table behind the picture lists.
    pipeline_table => { en "What depends on what, as a table", fr "Ce qui dépend de quoi, sous forme de tableau" }
    /// Opens the table behind a picture.
    as_a_table => { en "As a table", fr "Sous forme de tableau" }
    /// Column.
    name => { en "Name", fr "Nom" }
    /// Column.
    kind => { en "Type", fr "Type" }
    /// Column.
    takes_from => { en "Takes from", fr "Provient de" }
    /// More than the picture shows.
    not_in_the_picture[count] => {
        en "{count} more is left out. What needs a look comes first." | "{count} more are left out. What needs a look comes first.",
        fr "{count} autre n’est pas montré. Ce qui demande attention vient d’abord." | "{count} autres ne sont pas montrés. Ce qui demande attention vient d’abord."
    }
    /// No source, no segment, no export.
    nothing_depends => { en "Nothing to show yet", fr "Rien à montrer pour l’instant" }
    /// What would be here.
    nothing_depends_text => {
        en "Data sources, segments and exports appear here with what connects them.",
        fr "Les sources de données, les segments et les exportations apparaissent ici avec ce qui les relie."
    }

    /// Above the picture.
    timeline_text => {
        en "What was at work in the last 24 hours. A thin line before a bar is time that was spent waiting, the line on the right is now.",
        fr "L’activité des 24 dernières heures. Un trait fin avant une barre représente l’attente\u{a0}; le trait à droite, l’instant présent."
    }
    /// Whose hours the axis shows.
    hours_utc => { en "Hours in UTC", fr "Heures en UTC" }
    /// Whose hours the axis shows.
    hours_local => { en "Hours in your time zone", fr "Heures de votre fuseau horaire" }
    /// Name of the picture.
    timeline_picture => { en "Work of the last 24 hours", fr "Activité des 24 dernières heures" }
    /// What the table behind the picture lists.
    timeline_table => { en "Work of the last 24 hours, as a table", fr "Activité des 24 dernières heures, sous forme de tableau" }
    /// Column.
    waited => { en "Waited", fr "Attente" }
    /// In place of a duration.
    at_work => { en "still at work", fr "toujours en cours" }
    /// Name of a bar.
    bar(name, status, duration) => { en "{name}: {status}, {duration}", fr "{name}\u{a0}: {status}, {duration}" }
    /// More than the picture shows.
    not_on_the_timeline[count] => {
        en "{count} more is left out." | "{count} more are left out.",
        fr "{count} autre barre n’est pas montrée." | "{count} autres barres ne sont pas montrées."
    }
    /// An idle day.
    nothing_at_work => { en "Nothing was at work in the last 24 hours", fr "Aucune activité ces 24 dernières heures" }
    /// What would be here.
    nothing_at_work_text => {
        en "Refreshes and runs appear here as bars, from their start to their end.",
        fr "Les actualisations et les exécutions apparaissent ici sous forme de barres, du début à la fin."
    }

    /// Label.
    version => { en "Waybill version", fr "Version de Waybill" }
    /// Label.
    environment => { en "Environment", fr "Environnement" }
    /// Label.
    running_since => { en "Running since", fr "En service depuis" }
    /// Label.
    database => { en "Database", fr "Base de données" }
    /// Label.
    schema_version => { en "Database schema", fr "Schéma de la base" }
    /// Label.
    time_zone_data => { en "Time zone data", fr "Données des fuseaux horaires" }
    /// The machine has newer rules.
    time_zones_outdated => { en "Time zones are out of date", fr "Les fuseaux horaires ne sont plus à jour" }
    /// What that means.
    time_zones_outdated_text(built_in, machine) => {
        en "Waybill goes by the rules of {built_in}, while the machine already has those of {machine}. Where rules changed in between, schedules start at the wrong hour. Update Waybill.",
        fr "Waybill suit les règles de {built_in}, alors que la machine a déjà celles de {machine}. Là où les règles ont changé entre-temps, les planifications démarrent à la mauvaise heure. Mettez Waybill à jour."
    }
    /// Label and name of the bar.
    disk_used => { en "Disk space used", fr "Espace disque utilisé" }
    /// How much is left.
    disk_free(free, total) => { en "{free} free of {total}", fr "{free} libres sur {total}" }
    /// Instead of the bar.
    disk_unknown => { en "The machine does not tell", fr "La machine ne l’indique pas" }
    /// Label.
    snapshots => { en "Snapshots", fr "Instantanés" }
}

/// What a task is about.
pub fn task_kind(language: Language, kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Source => data_source(language),
        TaskKind::Segment => segment(language),
    }
}

/// The name of a kind of database: names of products, the same in every language.
pub const fn database_name(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgres => "PostgreSQL",
    }
}
