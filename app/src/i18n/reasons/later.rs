//! The sentences that only what is loaded later can meet: of what is typed into a form, and of what only callers over REST
//! can do. How a line is written is said in [`super`].

use super::sentences::Sentence;

#[rustfmt::skip]
pub(super) const LATER: &[Sentence] = &[
    // Fields of forms and bodies.
    ("choice_needed", "Choose one of these.", "Choisissez l’une de ces possibilités."),
    ("invisible_character", "Invisible characters are not allowed.", "Les caractères invisibles ne sont pas admis."),
    ("out_of_range", "Enter a number from {#least} to {#most}.", "Saisissez un nombre compris entre {#least} et {#most}."),
    ("wrong_type", "A value of another type is expected: {expected}.", "Une valeur d’un autre type est attendue\u{a0}: {expected}."),
    ("password_too_short", "Use at least {#fewest} characters.", "Saisissez au moins {#fewest} caractères."),
    ("password_too_simple", "Use more than one character over and over.", "N’utilisez pas un seul caractère répété."),
    ("unknown_field", "There is no field of this name.", "Aucun champ ne porte ce nom."),
    ("unknown_type", "There is no type “{type}”.", "Le type «\u{a0}{type}\u{a0}» n’existe pas."),
    ("type_is_fixed", "The type cannot be changed.", "Le type ne peut pas être changé."),
    ("consent_needed", "Confirm that data may leave to this destination.", "Confirmez que des données peuvent partir vers cette destination."),

    // Schedules.
    ("not_a_time", "Enter a time of day such as 06:00.", "Saisissez une heure, par exemple 06:00."),
    ("not_a_day", "Enter a day such as 2026-12-24.", "Saisissez un jour, par exemple 2026-12-24."),
    ("not_a_wall_time", "Enter a day and a time such as 2026-12-24T06:00.", "Saisissez un jour et une heure, par exemple 2026-12-24T06:00."),
    ("not_a_weekday", "Use mon, tue, wed, thu, fri, sat and sun.", "Utilisez mon, tue, wed, thu, fri, sat et sun."),
    ("not_a_month_day", "“{value}” is no day of a month. Use 1 to 31, last, or a weekday such as 2nd tue or last fri.", "«\u{a0}{value}\u{a0}» n’est pas un jour du mois. Utilisez 1 à 31, last, ou un jour de la semaine comme 2nd tue ou last fri."),
    ("not_an_hour_step", "Choose 1, 2, 3, 4, 6, 8 or 12 hours.", "Choisissez 1, 2, 3, 4, 6, 8 ou 12 heures."),
    ("time_needed", "Add at least one time of day.", "Ajoutez au moins une heure."),
    ("day_needed", "Choose at least one day.", "Choisissez au moins un jour."),
    ("week_to_count_from_needed", "Enter a day of the week that the weeks are counted from.", "Saisissez un jour de la semaine à partir de laquelle compter."),
    ("ends_before_it_starts", "The last day is before the first one.", "Le dernier jour précède le premier."),
    ("too_many", "No more than {#most} is possible.|No more than {#most} are possible.", "Pas plus de {#most} n’est possible.|Pas plus de {#most} ne sont possibles."),
    ("not_of_this_recurrence", "This does not go with the recurrence “{@recurrence}”. Leave it out.", "Ceci ne va pas avec la périodicité «\u{a0}{@recurrence}\u{a0}». Ne l’indiquez pas."),
    ("recurrence_not_for_system", "The system refresh is daily or weekly.", "L’actualisation du système est quotidienne ou hebdomadaire."),
    ("schedule_only_with_define", "Leave the schedule out to keep the individual ones.", "N’indiquez pas de planification pour conserver celles de chaque exportation."),
    ("version_of_one_only", "A version goes with one export only. Leave it out.", "Une version ne va qu’avec une seule exportation. Ne l’indiquez pas."),
    ("cron_five_fields", "A cron expression has five fields: minute, hour, day of the month, month, day of the week. This one has {#found}.", "Une expression cron a cinq champs\u{a0}: minute, heure, jour du mois, mois, jour de la semaine. Celle-ci en a {#found}."),
    ("cron_field", "“{value}” cannot stand for the {@field}. Use numbers from {#least} to {#most}, lists, ranges, and steps such as */15.", "«\u{a0}{value}\u{a0}» ne convient pas pour {@field}. Utilisez des nombres de {#least} à {#most}, des listes, des intervalles et des pas comme */15."),
    ("cron_never", "No day of any year matches this expression.", "Aucun jour d’aucune année ne correspond à cette expression."),
    ("unknown_time_zone", "There is no time zone “{name}”. Use an IANA name such as Europe/Paris.", "Le fuseau horaire «\u{a0}{name}\u{a0}» n’existe pas. Utilisez un nom IANA, par exemple Europe/Paris."),

    // Requests over REST.
    ("precondition_required", "Send the version that you saw as If-Match.", "Envoyez la version que vous avez vue dans If-Match."),
    ("malformed_precondition", "If-Match holds no version.", "If-Match ne contient pas de version."),
    ("method_not_allowed", "This method is not available here.", "Cette méthode n’est pas disponible ici."),
    ("malformed_json", "The body is no JSON: {detail}.", "Le corps n’est pas du JSON\u{a0}: {detail}."),
    ("unsupported_media_type", "Send {expected}.", "Envoyez {expected}."),
    ("repeated_parameter", "This parameter stands twice.", "Ce paramètre figure deux fois."),
    ("unknown_parameter", "There is no parameter of this name.", "Aucun paramètre ne porte ce nom."),
    ("idempotency_under_way", "A request with this key is still under way.", "Une demande avec cette clé est encore en cours."),
    ("idempotency_key_reused", "This key was used for another request.", "Cette clé a servi à une autre demande."),
];
