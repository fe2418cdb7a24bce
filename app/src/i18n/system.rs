//! Texts of the System page: status, schedule, what starts next; and of the parts of forms that say
//! when something starts.

use super::{Language, runs};
use crate::domain::{RefreshSummary, RefreshTrigger};

crate::messages! {
    /// First crumb above the title.
    administration => { en "Administration", fr "Administration" }
    /// Page.
    system => { en "System", fr "Système" }
    /// Title of the window.
    title_of(tab) => { en "System: {tab}", fr "Système\u{a0}: {tab}" }
    /// Name of the row of tabs.
    views => { en "Views of the system", fr "Vues du système" }
    /// Tab and column.
    status => { en "Status", fr "Statut" }
    /// Tab.
    schedule => { en "Schedule", fr "Planification" }
    /// Tab.
    upcoming => { en "Upcoming", fr "À venir" }
    /// Name of the command bar.
    commands => { en "Commands", fr "Commandes" }
    /// Why a command does nothing.
    administrators_only => { en "Only administrators can do this", fr "Réservé aux administrateurs" }
    /// The last live answer failed.
    not_current => { en "This may be out of date", fr "L’affichage n’est peut-être plus à jour" }
    /// Above an error of a command.
    command_failed => { en "That did not work", fr "L’opération a échoué" }
    /// Link that closes a form.
    cancel => { en "Cancel", fr "Annuler" }

    /// Group.
    data_sources => { en "Data sources", fr "Sources de données" }
    /// Group.
    exports => { en "Exports", fr "Exportations" }
    /// Group.
    last_refreshes => { en "Last refreshes", fr "Dernières actualisations" }
    /// How many there are in each status.
    counts_of(group) => { en "{group} by status", fr "{group} par statut" }
    /// Column.
    task => { en "Task", fr "Tâche" }
    /// Column.
    duration => { en "Duration", fr "Durée" }
    /// Column.
    last_updated => { en "Last updated", fr "Dernière mise à jour" }
    /// Nothing has happened to it yet.
    never => { en "Never", fr "Jamais" }
    /// Nothing to refresh yet.
    no_sources => { en "No data sources yet", fr "Aucune source de données pour l’instant" }
    /// What would be here.
    no_sources_text => {
        en "Each data source is a task of the refresh. Administrators add them under Data, Sources.",
        fr "Chaque source de données est une tâche de l’actualisation. Les administrateurs les ajoutent sous Données, Sources."
    }
    /// Nothing to export yet.
    no_exports => { en "No exports yet", fr "Aucune exportation pour l’instant" }
    /// What would be here.
    no_exports_text => {
        en "Each export is a task that follows the refresh or has a schedule of its own.",
        fr "Chaque exportation est une tâche qui suit l’actualisation ou a sa propre planification."
    }
    /// No refresh yet.
    no_refreshes => { en "Nothing has been refreshed yet", fr "Rien n’a encore été actualisé" }
    /// What would be here.
    no_refreshes_text => {
        en "Refreshes appear here, by schedule and by hand.",
        fr "Les actualisations apparaissent ici, planifiées ou lancées à la main."
    }
    /// Column.
    refresh => { en "Refresh", fr "Actualisation" }
    /// Column.
    tasks => { en "Tasks", fr "Tâches" }
    /// Column and label.
    asked_for => { en "Asked for", fr "Demandée" }
    /// Column and label.
    started_by => { en "Started by", fr "Lancée par" }
    /// What asked for a refresh.
    by_schedule => { en "Schedule", fr "Planification" }
    /// What asked for a refresh.
    by_need => { en "One source, or a run", fr "Une source ou une exécution" }
    /// How many tasks have ended.
    done_of[tasks](done) => {
        en "{done} of {tasks} task" | "{done} of {tasks} tasks",
        fr "{done} sur {tasks} tâche" | "{done} sur {tasks} tâches"
    }

    /// Title of the pane.
    progress_details => { en "Progress details", fr "Détails de la progression" }
    /// Name of the progress bar and heading.
    progress => { en "Progress", fr "Progression" }
    /// Label.
    ended_at => { en "Ended", fr "Fin" }
    /// Column.
    export => { en "Export", fr "Exportation" }
    /// Column.
    attempt => { en "Attempt", fr "Tentative" }
    /// Heading and caption.
    tasks_of_refresh => { en "Tasks of this refresh", fr "Tâches de cette actualisation" }
    /// Heading and caption.
    runs_of_refresh => { en "Runs that belong to it", fr "Exécutions qui s’y rattachent" }
    /// A refresh without runs.
    no_runs => { en "No export waits for this refresh.", fr "Aucune exportation n’attend cette actualisation." }
    /// A refresh without tasks.
    no_tasks => { en "There was nothing to refresh.", fr "Il n’y avait rien à actualiser." }
    /// Announced to screen readers.
    announce(status, done) => { en "{status}, {done}", fr "{status}, {done}" }
    /// Command.
    cancel_refresh => { en "Cancel refresh", fr "Arrêter l’actualisation" }
    /// Question.
    cancel_title => { en "Cancel this refresh?", fr "Arrêter cette actualisation\u{a0}?" }
    /// What happens and what stays.
    cancel_text => {
        en "Sources not begun are left as they are, the others stop at the next safe point. Exports that wait for them are skipped, or deliver their previous data if they are set to.",
        fr "Les sources non commencées restent telles quelles, les autres s’arrêtent au prochain point sûr. Les exportations qui les attendent sont ignorées, ou livrent leurs données précédentes si elles sont réglées ainsi."
    }
    /// Answer.
    keep_going => { en "Let it go on", fr "La laisser continuer" }
    /// Passing message.
    cancel_asked => { en "The refresh is being stopped", fr "L’actualisation est en cours d’arrêt" }

    /// Command and title.
    refresh_all => { en "Refresh all", fr "Actualiser tout" }
    /// Title of the question.
    refresh_all_title => { en "Refresh all data?", fr "Actualiser toutes les données\u{a0}?" }
    /// What it does.
    refresh_all_text => {
        en "Every data source is looked through, and what has changed is read. Nothing is delivered by that alone.",
        fr "Chaque source de données est parcourue, et ce qui a changé est relu. À elle seule, l’opération ne livre rien."
    }
    /// Box to tick.
    then_run[count] => {
        en "then run {count} export that follows the refresh" | "then run the {count} exports that follow the refresh",
        fr "puis exécuter {count} exportation qui suit l’actualisation" | "puis exécuter les {count} exportations qui suivent l’actualisation"
    }
    /// Instead of the box.
    nothing_follows => {
        en "No export that is switched on follows the refresh.",
        fr "Aucune exportation activée ne suit l’actualisation."
    }

    /// Label and switch.
    refresh_schedule => { en "Refresh schedule", fr "Planification de l’actualisation" }
    /// What the switch does.
    refresh_schedule_help => {
        en "Renews the data of all sources at set times, then runs the exports that follow the refresh.",
        fr "Renouvelle les données de toutes les sources à heures fixes, puis exécute les exportations qui suivent l’actualisation."
    }
    /// It is on.
    on => { en "On", fr "Activée" }
    /// It is off.
    off => { en "Off", fr "Désactivée" }
    /// Label.
    starts => { en "Starts", fr "Départs" }
    /// Label.
    followers => { en "Followed by", fr "Suivie par" }
    /// How many exports follow the refresh.
    exports_count[count] => { en "{count} export" | "{count} exports", fr "{count} exportation" | "{count} exportations" }
    /// Label.
    updated_by => { en "Updated by", fr "Mise à jour par" }
    /// While it is off.
    off_title => { en "The system refresh is off", fr "L’actualisation du système est désactivée" }
    /// What that means for data.
    off_text => {
        en "Data are renewed only when somebody asks, or when a run needs them.",
        fr "Les données ne sont renouvelées qu’à la demande, ou quand une exécution en a besoin."
    }
    /// What that means for exports.
    off_followers[count] => {
        en "{count} export that follows it does not run by itself." | "{count} exports that follow it do not run by themselves.",
        fr "{count} exportation qui la suit ne s’exécute pas automatiquement." | "{count} exportations qui la suivent ne s’exécutent pas automatiquement."
    }
    /// Command and title of the pane.
    edit_schedule => { en "Edit schedule", fr "Modifier la planification" }
    /// Button.
    save => { en "Save", fr "Enregistrer" }
    /// Over the error of the form.
    not_saved => { en "Not saved", fr "Non enregistrée" }
    /// Passing message.
    schedule_saved => { en "Refresh schedule saved", fr "Planification de l’actualisation enregistrée" }
    /// Field.
    recurrence => { en "Recurrence", fr "Périodicité" }
    /// Conflict.
    stale_title => { en "Somebody saved this schedule meanwhile", fr "Quelqu’un a enregistré cette planification entre-temps" }
    /// Conflict.
    stale_text => {
        en "Load their version to start over from it, or save yours over it.",
        fr "Chargez cette version pour repartir d’elle, ou enregistrez la vôtre par-dessus."
    }
    /// Answer.
    load_theirs => { en "Load their version", fr "Charger l’autre version" }
    /// Answer.
    save_over => { en "Save mine over it", fr "Enregistrer la mienne par-dessus" }

    /// What the list holds.
    upcoming_caption => { en "Starts of the next 24 hours", fr "Départs des 24 prochaines heures" }
    /// Above the list.
    upcoming_text => {
        en "What starts by itself within the next 24 hours. Exports that follow the refresh start after it, and are not listed one by one.",
        fr "Ce qui démarre automatiquement dans les 24 prochaines heures. Les exportations qui suivent l’actualisation démarrent après elle et ne sont pas listées une par une."
    }
    /// Row.
    system_refresh => { en "System refresh", fr "Actualisation du système" }
    /// Column.
    in_its_zone => { en "In the schedule’s time zone", fr "Dans le fuseau de la planification" }
    /// Column.
    starts_in => { en "Starts", fr "Démarre" }
    /// Empty list.
    nothing_upcoming => { en "Nothing starts within the next 24 hours", fr "Rien ne démarre dans les 24 prochaines heures" }
    /// Why.
    nothing_upcoming_text => {
        en "The system refresh and the schedules of exports decide what starts when.",
        fr "L’actualisation du système et les planifications des exportations décident des départs."
    }

    /// Group of fields.
    times => { en "Times of day", fr "Heures de la journée" }
    /// The first time.
    time => { en "Time", fr "Heure" }
    /// A time after the first.
    time_number(number) => { en "Time {number}", fr "Heure {number}" }
    /// Button.
    add_time => { en "Add another time", fr "Ajouter une autre heure" }
    /// Button.
    remove_time(number) => { en "Remove time {number}", fr "Supprimer l’heure {number}" }
    /// Why no time can be added.
    most_times[most] => { en "At most {most} time" | "At most {most} times", fr "Au plus {most} heure" | "Au plus {most} heures" }
    /// Group of fields.
    days => { en "Days of the week", fr "Jours de la semaine" }
    /// Field.
    time_zone => { en "Time zone", fr "Fuseau horaire" }
    /// The list of zones could not be read.
    zones_not_loaded(why) => {
        en "The other time zones could not be loaded. {why}",
        fr "Les autres fuseaux horaires n’ont pas pu être chargés. {why}"
    }
    /// Heading and caption.
    next_starts => { en "Next starts", fr "Prochains départs" }
    /// Column: the clocks of a time zone.
    in_zone(zone) => { en "In {zone}", fr "Fuseau {zone}" }
    /// Column: the clock of the reader.
    your_time => { en "Your time", fr "Votre heure" }
    /// While a form cannot be read as a schedule.
    schedule_incomplete => {
        en "The schedule is not complete yet.",
        fr "La planification n’est pas encore complète."
    }
    /// What a schedule says that is switched off.
    schedule_off(sentence) => { en "Off. When on: {sentence}", fr "Désactivée. Une fois activée, planification suivante. {sentence}" }
    /// The server did not count the starts.
    starts_not_known => { en "The next starts are not known", fr "Les prochains départs ne sont pas connus" }
    /// A schedule whose time is over.
    no_start_to_come => { en "No start is to come.", fr "Aucun départ n’est à venir." }
}

/// Who or what asked for a refresh.
pub fn starter(language: Language, refresh: &RefreshSummary) -> String {
    starter_of(language, refresh.trigger, &refresh.asked_by)
}

/// Who or what asked for something that is renewed.
pub fn starter_of(language: Language, trigger: RefreshTrigger, asked_by: &str) -> String {
    match trigger {
        RefreshTrigger::Schedule => by_schedule(language).to_owned(),
        RefreshTrigger::Person => asked_by.to_owned(),
        RefreshTrigger::Api => runs::by_api(language, asked_by),
        RefreshTrigger::Need => by_need(language).to_owned(),
    }
}
