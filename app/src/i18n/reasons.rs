//! Sentences for reason codes, in the reader's language.
//!
//! A reason is a code with arguments (`domain::Reason`); it is stored and sent as that, and becomes
//! a sentence here alone. To add a code, add one line to [`SENTENCES`]:
//!
//! - `{name}` is replaced by the argument of that name, as it is;
//! - `{#name}` is replaced by that argument written as a number of the language;
//! - a text of two halves parted by `|` has a singular and a plural, chosen by its first `{#…}`.
//!
//! The tests hold every line to the same arguments in both languages and to French typography.
//! A code without a line gets a general sentence that names it: an old page may meet a new server.

use super::{Language, format};
use crate::domain::Reason;

/// Code, English, French.
type Sentence = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const SENTENCES: &[Sentence] = &[
    // Fields of forms and bodies.
    ("required", "Enter a value.", "Saisissez une valeur."),
    ("too_long", "Use at most {#most} character.|Use at most {#most} characters.", "Saisissez au plus {#most} caractère.|Saisissez au plus {#most} caractères."),
    ("control_character", "Control characters are not allowed.", "Les caractères de contrôle ne sont pas admis."),
    ("malformed", "This is not of the expected form.", "Le format n’est pas celui attendu."),
    ("out_of_range", "Enter a number from {#least} to {#most}.", "Saisissez un nombre compris entre {#least} et {#most}."),
    ("password_too_short", "Use at least {#fewest} characters.", "Saisissez au moins {#fewest} caractères."),
    ("password_too_simple", "Use more than one character over and over.", "N’utilisez pas un seul caractère répété."),
    ("name_taken", "This name is taken already. Capitals and accents make no difference.", "Ce nom est déjà pris. Les majuscules et les accents ne comptent pas."),
    ("not_found", "This does not exist, or no longer.", "Cet élément n’existe pas, ou plus."),
    ("unknown_field", "There is no field of this name.", "Aucun champ ne porte ce nom."),
    ("not_available_yet", "This version cannot do this yet.", "Cette version ne le permet pas encore."),
    ("choose_table", "Choose at least one table.", "Choisissez au moins une table."),
    ("choose_field", "Choose at least one field.", "Choisissez au moins un champ."),
    ("fewer_fields_than_needed", "Choose at least one field.", "Choisissez au moins un champ."),
    ("target_field_duplicate", "Two fields would be called “{name}”. Give one of them another name.", "Deux champs s’appelleraient «\u{a0}{name}\u{a0}». Renommez l’un d’eux."),
    ("source_field_missing", "The table has no field “{name}”.", "La table n’a pas de champ «\u{a0}{name}\u{a0}»."),
    ("consent_needed", "Confirm that data may leave to this destination.", "Confirmez que des données peuvent partir vers cette destination."),

    // Connections.
    ("connection_missing", "Choose a connection.", "Choisissez une connexion."),
    ("connection_not_shared", "This connection is not shared with you.", "Cette connexion n’est pas partagée avec vous."),
    ("connection_not_shared_with_you", "The connection of this export is not shared with you. An administrator can share it.", "La connexion de cette exportation n’est pas partagée avec vous. Un administrateur peut la partager."),
    ("connection_in_use", "The connection is used by {exports}. Remove these exports or detach them first.", "La connexion est utilisée par {exports}. Supprimez ou détachez d’abord ces exportations."),
    ("connection_removed", "The connection was removed.", "La connexion a été supprimée."),
    ("folder_outside_roots", "The server may not use “{path}”. Start it with --allow-root {path} to allow it.", "Le serveur ne peut pas utiliser «\u{a0}{path}\u{a0}». Démarrez-le avec --allow-root {path} pour l’autoriser."),
    ("folder_not_found", "There is no folder “{path}”.", "Le dossier «\u{a0}{path}\u{a0}» n’existe pas."),
    ("folder_not_a_directory", "“{path}” is not a folder.", "«\u{a0}{path}\u{a0}» n’est pas un dossier."),

    // Exports.
    ("export_detached", "The export has no connection. Give it one first.", "L’exportation n’a pas de connexion. Donnez-lui-en d’abord une."),
    ("export_removed", "The export was removed.", "L’exportation a été supprimée."),
    ("table_missing", "The table “{table}” no longer exists.", "La table «\u{a0}{table}\u{a0}» n’existe plus."),
    ("table_not_refreshed", "The table “{table}” has not been refreshed yet.", "La table «\u{a0}{table}\u{a0}» n’a pas encore été actualisée."),
    ("table_in_use", "The table is used by {exports}.", "La table est utilisée par {exports}."),
    ("source_in_use", "The tables of this source are used by {exports}. Remove these exports first.", "Les tables de cette source sont utilisées par {exports}. Supprimez d’abord ces exportations."),
    ("path_collision", "This export and “{export}” could write the same file. Change the folder or the path.", "Cette exportation et «\u{a0}{export}\u{a0}» pourraient écrire le même fichier. Changez le dossier ou le chemin."),

    // Path templates.
    ("template_invalid", "The path cannot be used: {problem}.", "Le chemin ne peut pas être utilisé\u{a0}: {problem}."),
    ("template_empty", "Enter a path.", "Saisissez un chemin."),
    ("template_absolute", "The path starts in the folder of the connection: leave out the “/” at the start.", "Le chemin part du dossier de la connexion\u{a0}: retirez le «\u{a0}/\u{a0}» du début."),
    ("template_parent", "“..” is not allowed in the path.", "«\u{a0}..\u{a0}» n’est pas admis dans le chemin."),
    ("template_empty_component", "A part of the path between two “/” is empty.", "Une partie du chemin entre deux «\u{a0}/\u{a0}» est vide."),
    ("template_unknown_placeholder", "There is no placeholder {placeholder}.", "Le repère {placeholder} n’existe pas."),
    ("template_unclosed", "A “{brace}” has no counterpart.", "Un «\u{a0}{brace}\u{a0}» est sans pendant."),
    ("template_reserved", "“{name}” is a name that Waybill keeps for itself.", "«\u{a0}{name}\u{a0}» est un nom réservé par Waybill."),
    ("template_table_missing", "Several tables need {placeholder} in the path.", "Plusieurs tables demandent {placeholder} dans le chemin."),
    ("template_part_missing", "Files of limited size need {placeholder} in the path.", "Des fichiers de taille limitée demandent {placeholder} dans le chemin."),

    // Data.
    ("schema_column_missing", "The table “{table}” no longer has the column “{column}”. Nothing was published.", "La table «\u{a0}{table}\u{a0}» n’a plus de colonne «\u{a0}{column}\u{a0}». Rien n’a été publié."),
    ("schema_type_changed", "The column “{column}” of “{table}” was {from} and is {to} now. Nothing was published.", "La colonne «\u{a0}{column}\u{a0}» de «\u{a0}{table}\u{a0}» était de type {from}, elle est maintenant de type {to}. Rien n’a été publié."),
    ("schema_changed", "The table “{table}” has other columns now.", "La table «\u{a0}{table}\u{a0}» a maintenant d’autres colonnes."),
    ("source_file_misfit", "{file}, line {#line}, column “{column}”: “{value}” is no {expected}.", "{file}, ligne {#line}, colonne «\u{a0}{column}\u{a0}»\u{a0}: «\u{a0}{value}\u{a0}» n’est pas de type {expected}."),
    ("source_changed_while_read", "{file} was changed while it was being read.", "{file} a été modifié pendant sa lecture."),
    ("source_unreadable", "{file} cannot be read.", "{file} est illisible."),
    ("source_empty", "The folder holds no file that can be read as a table.", "Le dossier ne contient aucun fichier lisible comme table."),
    ("mixed_formats", "The folder “{folder}” mixes formats: {files}.", "Le dossier «\u{a0}{folder}\u{a0}» mélange les formats\u{a0}: {files}."),
    ("duplicate_table", "Several files would make the table “{table}”: {files}.", "Plusieurs fichiers donneraient la table «\u{a0}{table}\u{a0}»\u{a0}: {files}."),
    ("renewal_failed", "The data could not be renewed from “{source}”.", "Les données n’ont pas pu être renouvelées depuis «\u{a0}{source}\u{a0}»."),

    // Destinations.
    ("destination_unavailable", "The destination cannot be reached.", "La destination est injoignable."),
    ("destination_permission_denied", "Writing to “{path}” is not permitted.", "L’écriture dans «\u{a0}{path}\u{a0}» est refusée."),
    ("destination_no_space", "The destination has no space left.", "La destination n’a plus d’espace libre."),
    ("destination_writable", "The folder exists and can be written to.", "Le dossier existe et accepte l’écriture."),

    // Runs.
    ("held_empty", "There is nothing to deliver, and the last delivery had {#before} row.|There is nothing to deliver, and the last delivery had {#before} rows.", "Il n’y a rien à livrer, alors que la dernière livraison comptait {#before} ligne.|Il n’y a rien à livrer, alors que la dernière livraison comptait {#before} lignes."),
    ("held_shrunk", "{#now} row now, {#before} in the last delivery: {#percent}% fewer.|{#now} rows now, {#before} in the last delivery: {#percent}% fewer.", "{#now} ligne maintenant, {#before} lors de la dernière livraison\u{a0}: {#percent}\u{a0}% de moins.|{#now} lignes maintenant, {#before} lors de la dernière livraison\u{a0}: {#percent}\u{a0}% de moins."),
    ("held_discarded", "Discarded by {by}. Nothing was published.", "Abandonnée par {by}. Rien n’a été publié."),
    ("held_expired", "Nobody decided within {#days} day. Nothing was published.|Nobody decided within {#days} days. Nothing was published.", "Personne n’a décidé en {#days} jour. Rien n’a été publié.|Personne n’a décidé en {#days} jours. Rien n’a été publié."),
    ("canceled_by", "Stopped by {by}.", "Arrêtée par {by}."),
    ("attempts_used_up", "{#attempts} attempt failed.|All {#attempts} attempts failed.", "{#attempts} tentative a échoué.|Les {#attempts} tentatives ont échoué."),
    ("worker_lost", "The server stopped while the run was going. It starts over by itself.", "Le serveur s’est arrêté pendant l’exécution. Elle reprend d’elle-même."),
    ("run_held", "A run of this export waits for a decision: deliver it or discard it first.", "Une exécution de cette exportation attend une décision\u{a0}: livrez-la ou abandonnez-la d’abord."),
    ("run_ended", "The run has ended already.", "L’exécution est déjà terminée."),
    ("run_not_held", "The run does not wait for a decision.", "L’exécution n’attend pas de décision."),
    ("waybill_wrong", "The counts of table “{table}” do not add up: {#read} read, {#accounted} accounted for. Nothing was published.", "Le décompte de la table «\u{a0}{table}\u{a0}» est faux\u{a0}: {#read} lues, {#accounted} justifiées. Rien n’a été publié."),
    ("internal_error", "A fault of the program. It is in the server’s log under {number}.", "Une erreur du programme. Elle figure au journal du serveur sous {number}."),

    // People and permissions.
    ("sign_in_failed", "The address or the password is wrong.", "L’adresse ou le mot de passe est incorrect."),
    ("throttled", "Too many tries. Wait {#seconds} second.|Too many tries. Wait {#seconds} seconds.", "Trop de tentatives. Attendez {#seconds} seconde.|Trop de tentatives. Attendez {#seconds} secondes."),
    ("viewer_may_not_edit", "Viewers can look, not change. Ask a contributor or an administrator.", "Les observateurs peuvent consulter, pas modifier. Adressez-vous à un contributeur ou à un administrateur."),
    ("administrators_only", "Only administrators can do this.", "Réservé aux administrateurs."),
    ("last_administrator", "The last administrator stays one.", "Le dernier administrateur le reste."),
    ("no_shared_connection", "No connection is shared with you. An administrator can share one.", "Aucune connexion n’est partagée avec vous. Un administrateur peut en partager une."),
];

/// The sentence of a reason. A vendor's own words (`reason.detail`) are not part of it.
pub fn text(language: Language, reason: &Reason) -> String {
    let Some((_, english, french)) = SENTENCES.iter().find(|(code, _, _)| *code == reason.code)
    else {
        return match language {
            Language::English => format!("Something is not right ({}).", reason.code),
            Language::French => format!("Un problème est survenu ({}).", reason.code),
        };
    };
    let sentence = match language {
        Language::English => english,
        Language::French => french,
    };
    fill(language, reason, form(language, reason, sentence))
}

/// The singular or the plural of a sentence that has both.
fn form(language: Language, reason: &Reason, sentence: &'static str) -> &'static str {
    let Some((singular, plural)) = sentence.split_once('|') else {
        return sentence;
    };
    let count = placeholders(singular)
        .find_map(|name| name.strip_prefix('#'))
        .and_then(|name| reason.arg(name).parse().ok());
    if count.is_some_and(|count| format::is_singular(language, count)) {
        singular
    } else {
        plural
    }
}

/// Puts the arguments into a sentence. What an argument contains is never looked at again.
fn fill(language: Language, reason: &Reason, sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        match name.strip_prefix('#') {
            Some(name) => text.push_str(&number(language, reason.arg(name))),
            None => text.push_str(reason.arg(name)),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A whole number as the language writes it; anything else as it is.
fn number(language: Language, value: &str) -> String {
    value.parse().map_or_else(
        |_| value.to_owned(),
        |value| format::integer(language, value),
    )
}

/// Names between braces, in order.
fn placeholders(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use Language::{English, French};

    #[test]
    fn every_code_stands_once_and_names_the_same_arguments_in_both_languages() {
        let mut codes = BTreeSet::new();
        for (code, english, french) in SENTENCES {
            assert!(codes.insert(code), "{code} stands twice");
            let arguments = |text: &'static str| placeholders(text).collect::<BTreeSet<_>>();
            assert_eq!(arguments(english), arguments(french), "{code}");
            assert_eq!(english.contains('|'), french.contains('|'), "{code}");
        }
    }

    #[test]
    fn french_sentences_have_curly_apostrophes_and_no_break_spaces() {
        for (code, _, french) in SENTENCES {
            crate::i18n::typography::check(code, french);
        }
    }

    #[test]
    fn arguments_are_put_in_and_counted() {
        let one = Reason::new("attempts_used_up").with("attempts", 1);
        assert_eq!(text(English, &one), "1 attempt failed.");
        let held = Reason::new("held_empty").with("before", 12_400);
        assert_eq!(
            text(French, &held),
            "Il n’y a rien à livrer, alors que la dernière livraison comptait 12\u{202f}400 lignes.",
        );
    }

    #[test]
    fn an_argument_that_looks_like_a_placeholder_stays_text() {
        let reason = Reason::new("folder_not_found").with("path", "/data/{by}|x");
        assert_eq!(text(English, &reason), "There is no folder “/data/{by}|x”.");
    }

    #[test]
    fn an_unknown_code_is_named() {
        assert_eq!(
            text(English, &Reason::new("brand_new")),
            "Something is not right (brand_new)."
        );
    }
}
