//! The clauses of a sentence, in lower case.

crate::messages! {
    /// Days of which none is left out.
    every_day => { en "every day", fr "tous les jours" }
    /// On some days of each week.
    every_week(days) => { en "every week {days}", fr "toutes les semaines, {days}" }
    /// On some days of every nth week.
    every_weeks(every, days) => { en "every {every} weeks {days}", fr "toutes les {every} semaines, {days}" }
    /// A day of the week among others.
    one_weekday(name) => { en "{name}", fr "le {name}" }
    /// Days of the week.
    on_weekdays(names) => { en "on {names}", fr "{names}" }
    /// Days of the week that follow one another.
    from_weekday_to(first, last) => { en "from {first} to {last}", fr "du {first} au {last}" }
    /// On some days of each month.
    of_month(days) => { en "on {days} of the month", fr "{days} du mois" }
    /// A day of the month.
    last_day => { en "the last day", fr "le dernier jour" }
    /// A day of the month.
    nth_weekday(nth, weekday) => { en "the {nth} {weekday}", fr "le {nth} {weekday}" }

    /// Days with their times.
    at(days, times) => { en "{days} at {times}", fr "{days} à {times}" }
    /// Days, and how often on each.
    and_often(days, often) => { en "{days}, {often}", fr "{days}, {often}" }
    /// How often.
    every_minute => { en "every minute", fr "toutes les minutes" }
    /// How often.
    every_minutes(every) => { en "every {every} minutes", fr "toutes les {every} minutes" }
    /// How often, at minute 0.
    on_the_hour => { en "every hour on the hour", fr "toutes les heures pile" }
    /// How often.
    past_the_hour[minute] => {
        en "every hour at {minute} minute past" | "every hour at {minute} minutes past",
        fr "toutes les heures, à la minute {minute}"
    }
    /// How often, counted from a time of day.
    every_hours(every, from) => { en "every {every} hours from {from}", fr "toutes les {every} heures à partir de {from}" }

    /// One time.
    once(day, time) => { en "once, on {day} at {time}", fr "une seule fois, le {day} à {time}" }
    /// With the system refresh.
    after_refresh => { en "after every scheduled refresh", fr "après chaque actualisation planifiée" }
    /// A cron expression that few words cannot say.
    by_expression(expression) => { en "by the expression {expression}", fr "selon l’expression {expression}" }
    /// Where every nth week is counted from.
    from_week(text, day) => { en "{text}, from the week of {day}", fr "{text}, à partir de la semaine du {day}" }

    /// First day.
    starting(text, first) => { en "{text}, starting on {first}", fr "{text}, à partir du {first}" }
    /// Last day.
    ending(text, last) => { en "{text}, ending on {last}", fr "{text}, jusqu’au {last} inclus" }
    /// First and last day.
    between(text, first, last) => {
        en "{text}, starting on {first} and ending on {last}",
        fr "{text}, du {first} au {last} inclus"
    }
    /// Starts are left out before this day.
    paused(text, until) => { en "{text}; paused until {until}", fr "{text}\u{a0}; en pause jusqu’au {until}" }

    /// Daily, in a list.
    daily(times) => { en "daily {times}", fr "tous les jours à {times}" }
    /// With the system refresh, in a list.
    system_refresh => { en "system refresh", fr "actualisation du système" }
    /// Switched off, and what would apply.
    off_with(schedule) => { en "Off ({schedule})", fr "Désactivée ({schedule})" }
    /// Switched off.
    off => { en "Off", fr "Désactivée" }
}
