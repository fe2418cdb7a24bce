//! Texts of the form of an export's schedule. Those that the system refresh has too are in
//! `i18n::system`.

crate::messages! {
    /// Switch.
    schedule_run => { en "Schedule run", fr "Planifier l’exécution" }
    /// What it means to be off.
    schedule_run_help => {
        en "While it is off, the export runs only by hand or through the API.",
        fr "Tant que l’option est désactivée, l’exportation ne s’exécute qu’à la demande ou par l’API."
    }
    /// Field of *Hourly*.
    every => { en "Every", fr "Intervalle" }
    /// Choice of it.
    hours[count] => { en "{count} hour" | "{count} hours", fr "{count} heure" | "{count} heures" }
    /// Field of *Hourly*.
    from_time => { en "From", fr "À partir de" }
    /// What it means.
    from_time_help => {
        en "Counted from this time, before it too: the rhythm is the same each day.",
        fr "Compté à partir de cette heure, et avant elle aussi\u{a0}: le rythme est le même chaque jour."
    }
    /// Field of *Weekly*.
    every_weeks => { en "Every (weeks)", fr "Intervalle (semaines)" }
    /// Field of *Weekly*.
    from_week => { en "From the week of", fr "À partir de la semaine du" }
    /// What it means.
    from_week_help => {
        en "The weeks are counted from this one; a week begins on Monday.",
        fr "Les semaines sont comptées à partir de celle-ci\u{a0}; une semaine commence le lundi."
    }
    /// Group of fields of *Monthly*.
    month_days => { en "Days of the month", fr "Jours du mois" }
    /// What happens in short months.
    month_days_help => {
        en "A day that a month lacks is left out.",
        fr "Un jour qui manque à un mois est ignoré."
    }
    /// One of the fields.
    month_day_number(number) => { en "Day {number} of the list", fr "Jour {number} de la liste" }
    /// Button.
    add_month_day => { en "Add another day", fr "Ajouter un autre jour" }
    /// Button.
    remove_month_day(number) => { en "Remove day {number} of the list", fr "Supprimer le jour {number} de la liste" }
    /// Group of choices.
    by_number => { en "By number", fr "Par numéro" }
    /// Group of choices.
    by_weekday => { en "By day of the week", fr "Par jour de la semaine" }
    /// Choice.
    last_day => { en "last day", fr "dernier jour" }
    /// Choice.
    nth_weekday(nth, weekday) => { en "{nth} {weekday}", fr "{nth} {weekday}" }
    /// Field of *Once*.
    at => { en "Day and time", fr "Jour et heure" }
    /// Field.
    cron => { en "Cron expression", fr "Expression cron" }
    /// How one is written.
    cron_help => {
        en "Minute, hour, day of the month, month, day of the week (0 is Sunday): 30 6 * * 1-5 is at 06:30 from Monday to Friday. Where both days are restricted, either is enough.",
        fr "Minute, heure, jour du mois, mois, jour de la semaine (0 est dimanche)\u{a0}: 30 6 * * 1-5 signifie à 06:30 du lundi au vendredi. Si les deux jours sont restreints, l’un des deux suffit."
    }

    /// What the refresh does, while it is on.
    refresh_is_on(sentence) => { en "System refresh: {sentence}", fr "Actualisation du système. {sentence}" }
    /// While it is off.
    refresh_is_off => {
        en "The system refresh is off: until it is switched on, the export runs only by hand or through the API.",
        fr "L’actualisation du système est désactivée\u{a0}: tant qu’elle l’est, l’exportation ne s’exécute qu’à la demande ou par l’API."
    }

    /// Opens the rest.
    more_options => { en "More options", fr "Plus d’options" }
    /// Field.
    starts_on => { en "Starts on", fr "Commence le" }
    /// Field.
    ends_on => { en "Ends on", fr "Se termine le" }
    /// Field.
    paused_until => { en "Paused until", fr "En pause jusqu’au" }
    /// What it means.
    paused_until_help => { en "It starts again on this day.", fr "Elle reprend ce jour-là." }
    /// Field.
    pause_reason => { en "Reason for the pause", fr "Motif de la pause" }
    /// Field and label.
    catch_up => { en "Catch-up window", fr "Délai de rattrapage" }
    /// The same with its unit.
    catch_up_hours => { en "Catch-up window (hours)", fr "Délai de rattrapage (heures)" }
    /// What it means.
    catch_up_help => {
        en "A start that is overdue after a stop of the server runs if it is less late than this; else it is recorded as missed.",
        fr "Un départ en retard après un arrêt du serveur s’exécute si son retard est inférieur à ce délai\u{a0}; sinon il est noté comme manqué."
    }
    /// Label in the details.
    next_start => { en "Next start", fr "Prochain départ" }
    /// Tooltip in the list.
    next_start_at(time) => { en "Next start: {time}", fr "Prochain départ\u{a0}: {time}" }

    /// Title of the pane.
    schedule_export => { en "Schedule export", fr "Planifier l’exportation" }
    /// Title of the pane for several.
    schedule_exports => { en "Schedule exports", fr "Planifier des exportations" }
    /// Choice of the pane for several.
    keep_or_override => { en "Keep or override schedules", fr "Conserver ou remplacer les planifications" }
    /// Choice.
    keep => { en "Keep individual schedules", fr "Conserver les planifications individuelles" }
    /// What it means.
    keep_help => { en "Only switches them on or off.", fr "Seulement les activer ou les désactiver." }
    /// Choice.
    define => {
        en "Define new schedule for all selected exports",
        fr "Définir une nouvelle planification pour toutes les exportations sélectionnées"
    }
    /// What it means.
    define_help => { en "Replaces the schedule of each.", fr "Remplace la planification de chacune." }
    /// Nothing was chosen before the pane was opened.
    nothing_selected => {
        en "Close this pane and select the exports to schedule.",
        fr "Fermez ce volet et sélectionnez les exportations à planifier."
    }
    /// What saving will do.
    will_change[count] => {
        en "{count} export will be changed." | "{count} exports will be changed.",
        fr "{count} exportation sera modifiée." | "{count} exportations seront modifiées."
    }
    /// Above what was left out.
    not_changed[count] => {
        en "{count} schedule was not saved" | "{count} schedules were not saved",
        fr "{count} planification n’a pas été enregistrée" | "{count} planifications n’ont pas été enregistrées"
    }
    /// One of them.
    not_changed_one(name, why) => { en "{name}: {why}", fr "{name}\u{a0}: {why}" }
    /// An export whose name is not at hand.
    an_export => { en "An export", fr "Une exportation" }
    /// Passing message.
    saved(name) => { en "Schedule of {name} saved", fr "Planification de {name} enregistrée" }
    /// Passing message.
    saved_several[count] => { en "{count} schedule saved" | "{count} schedules saved", fr "{count} planification enregistrée" | "{count} planifications enregistrées" }
}
