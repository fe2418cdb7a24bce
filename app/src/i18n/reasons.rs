//! Sentences for reason codes, in the reader's language.
//!
//! A reason is a code with arguments (`domain::Reason`); it is stored and sent as that, and becomes
//! a sentence here alone. To add a code, add one line to [`SENTENCES`]:
//!
//! - `{name}` is replaced by the argument of that name, as it is;
//! - `{#name}` is replaced by that argument written as a number of the language;
//! - `{detail}` is replaced by what the system or vendor said, where a sentence is nothing without;
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
    ("wrong_type", "A value of another type is expected: {expected}.", "Une valeur d’un autre type est attendue\u{a0}: {expected}."),
    ("password_too_short", "Use at least {#fewest} characters.", "Saisissez au moins {#fewest} caractères."),
    ("password_too_simple", "Use more than one character over and over.", "N’utilisez pas un seul caractère répété."),
    ("name_taken", "This name is taken already. Capitals and accents make no difference.", "Ce nom est déjà pris. Les majuscules et les accents ne comptent pas."),
    ("not_found", "This does not exist, or no longer.", "Cet élément n’existe pas, ou plus."),
    ("unknown_field", "There is no field of this name.", "Aucun champ ne porte ce nom."),
    ("unknown_type", "There is no type “{type}”.", "Le type «\u{a0}{type}\u{a0}» n’existe pas."),
    ("type_is_fixed", "The type cannot be changed.", "Le type ne peut pas être changé."),
    ("not_available_yet", "This version cannot do this yet.", "Cette version ne le permet pas encore."),
    ("consent_needed", "Confirm that data may leave to this destination.", "Confirmez que des données peuvent partir vers cette destination."),

    // Connections and folders.
    ("connection_missing", "Choose a connection.", "Choisissez une connexion."),
    ("connection_not_shared", "This connection is not shared with you.", "Cette connexion n’est pas partagée avec vous."),
    ("connection_not_shared_with_you", "This connection is not shared with you. An administrator can share it.", "Cette connexion n’est pas partagée avec vous. Un administrateur peut la partager."),
    ("no_connection_shared_with_you", "No connection is shared with you. An administrator can share one.", "Aucune connexion n’est partagée avec vous. Un administrateur peut en partager une."),
    ("connection_in_use", "The connection is used by {exports}. Remove or detach what uses it first.", "La connexion est utilisée par {exports}. Supprimez ou détachez d’abord ce qui l’utilise."),
    ("connection_removed", "The connection was removed.", "La connexion a été supprimée."),
    ("connection_works", "A delivery can be written to {location}.", "Une livraison peut être écrite dans {location}."),
    ("folder_outside_roots", "The server may not use this folder: {detail}.", "Le serveur ne peut pas utiliser ce dossier\u{a0}: {detail}."),
    ("folder_not_found", "There is no such folder: {detail}.", "Ce dossier n’existe pas\u{a0}: {detail}."),
    ("folder_refused", "The server cannot use this folder: {detail}.", "Le serveur ne peut pas utiliser ce dossier\u{a0}: {detail}."),
    ("folder_malformed", "Use letters without accents, digits, “-”, “_” and “.”, and start with a letter or digit.", "Utilisez des lettres sans accent, des chiffres, «\u{a0}-\u{a0}», «\u{a0}_\u{a0}» et «\u{a0}.\u{a0}», et commencez par une lettre ou un chiffre."),

    // Exports.
    ("choose_table", "Choose at least one table.", "Choisissez au moins une table."),
    ("fields_needed", "Choose at least one field of “{table}”.", "Choisissez au moins un champ de «\u{a0}{table}\u{a0}»."),
    ("table_twice", "“{table}” is chosen twice.", "«\u{a0}{table}\u{a0}» est choisie deux fois."),
    ("target_field_duplicate", "Two fields would be called “{name}”. Give one of them another name.", "Deux champs s’appelleraient «\u{a0}{name}\u{a0}». Renommez l’un d’eux."),
    ("parquet_compresses_itself", "Parquet compresses inside the file: choose no compression.", "Parquet compresse à l’intérieur du fichier\u{a0}: ne choisissez aucune compression."),
    ("export_detached", "The export has no connection. Give it one first.", "L’exportation n’a pas de connexion. Donnez-lui-en d’abord une."),
    ("export_removed", "The export was removed.", "L’exportation a été supprimée."),
    ("path_collision", "This export and “{export}” could write the same file. Change the folder or the path.", "Cette exportation et «\u{a0}{export}\u{a0}» pourraient écrire le même fichier. Changez le dossier ou le chemin."),
    ("template_invalid", "This path cannot be used: {detail}.", "Ce chemin ne peut pas être utilisé\u{a0}: {detail}."),
    ("template_needs_table", "Several tables need the table’s name in the path.", "Plusieurs tables demandent le nom de la table dans le chemin."),
    ("template_needs_part", "Files of limited size need the number of the part at the end of the path.", "Des fichiers de taille limitée demandent le numéro de la partie à la fin du chemin."),

    // Data.
    ("table_missing", "The table “{table}” no longer exists.", "La table «\u{a0}{table}\u{a0}» n’existe plus."),
    ("table_not_refreshed", "The table “{table}” has not been refreshed yet.", "La table «\u{a0}{table}\u{a0}» n’a pas encore été actualisée."),
    ("table_not_writable", "The rows of “{table}” cannot be written in this format.", "Les lignes de «\u{a0}{table}\u{a0}» ne peuvent pas être écrites dans ce format."),
    ("columns_are_the_sources", "Columns can be neither added nor removed here: they are those of the files.", "Les colonnes ne peuvent être ni ajoutées ni supprimées ici\u{a0}: ce sont celles des fichiers."),
    ("schema_column_missing", "The table “{table}” no longer has the column “{column}”.", "La table «\u{a0}{table}\u{a0}» n’a plus de colonne «\u{a0}{column}\u{a0}»."),
    ("schema_type_changed", "The column “{column}” of “{table}” was {from} and is {to} now.", "La colonne «\u{a0}{column}\u{a0}» de «\u{a0}{table}\u{a0}» était de type {from}, elle est maintenant de type {to}."),
    ("schema_type_misfit", "The column “{column}” of “{table}” is {found} in {file}, where {expected} is expected.", "La colonne «\u{a0}{column}\u{a0}» de «\u{a0}{table}\u{a0}» est de type {found} dans {file}, au lieu de {expected}."),
    ("schema_type_unknown", "“{table}” has a column of the unknown type {type}.", "«\u{a0}{table}\u{a0}» a une colonne du type inconnu {type}."),
    ("source_missing", "The data source no longer exists.", "La source de données n’existe plus."),
    ("source_removed", "The data source was removed.", "La source de données a été supprimée."),
    ("source_in_use", "The tables of this source are used by {exports}. Remove these exports first.", "Les tables de cette source sont utilisées par {exports}. Supprimez d’abord ces exportations."),
    ("source_empty", "The folder holds no file that can be read as a table.", "Le dossier ne contient aucun fichier lisible comme table."),
    ("source_failed", "The rows of “{table}” could not be read.", "Les lignes de «\u{a0}{table}\u{a0}» n’ont pas pu être lues."),
    ("source_unreadable", "A file of the source cannot be read. {file}", "Un fichier de la source est illisible. {file}"),
    ("source_changed_while_read", "{file} was changed while it was being read.", "{file} a été modifié pendant sa lecture."),
    ("source_file_misfit", "{file}, line {#line}, column “{column}”: “{value}” is no {expected}.", "{file}, ligne {#line}, colonne «\u{a0}{column}\u{a0}»\u{a0}: «\u{a0}{value}\u{a0}» n’est pas de type {expected}."),
    ("source_file_ragged", "{file}, line {#line}: {#found} fields instead of {#expected}.", "{file}, ligne {#line}\u{a0}: {#found} champs au lieu de {#expected}."),
    ("source_file_empty", "{file} is empty.", "{file} est vide."),
    ("source_file_broken", "A file of “{table}” is damaged.", "Un fichier de «\u{a0}{table}\u{a0}» est endommagé."),
    ("source_parts_differ", "{file} and {reference} of the table “{table}” differ: {difference}.", "{file} et {reference} de la table «\u{a0}{table}\u{a0}» diffèrent\u{a0}: {difference}."),
    ("mixed_formats", "The folder “{folder}” mixes formats: {files}.", "Le dossier «\u{a0}{folder}\u{a0}» mélange les formats\u{a0}: {files}."),
    ("duplicate_table", "Several files would make the table “{table}”: {files}.", "Plusieurs fichiers donneraient la table «\u{a0}{table}\u{a0}»\u{a0}: {files}."),
    ("snapshot_missing", "There is no snapshot of “{table}” yet.", "Il n’y a pas encore d’instantané de «\u{a0}{table}\u{a0}»."),
    ("snapshot_unwritable", "The snapshot cannot be stored.", "L’instantané ne peut pas être enregistré."),
    ("snapshot_unreadable", "A snapshot cannot be read.", "Un instantané est illisible."),
    ("no_space", "The server has no space left.", "Le serveur n’a plus d’espace libre."),
    ("query_failed", "The data could not be read.", "Les données n’ont pas pu être lues."),
    ("renewal_failed", "The data could not be renewed from “{source}”.", "Les données n’ont pas pu être renouvelées depuis «\u{a0}{source}\u{a0}»."),

    // Destinations.
    ("destination_unavailable", "The destination cannot be reached.", "La destination est injoignable."),
    ("destination_not_found", "“{path}” does not exist at the destination.", "«\u{a0}{path}\u{a0}» n’existe pas dans la destination."),
    ("destination_permission_denied", "Writing to “{path}” is not permitted.", "L’écriture dans «\u{a0}{path}\u{a0}» est refusée."),
    ("destination_unauthenticated", "The destination refuses the credentials of the connection.", "La destination refuse les identifiants de la connexion."),
    ("destination_rate_limited", "The destination asks to slow down.", "La destination demande de ralentir."),
    ("destination_no_space", "The destination has no space left.", "La destination n’a plus d’espace libre."),
    ("destination_invalid_config", "The connection is not set up right: {field}, {problem}.", "La connexion est mal configurée\u{a0}: {field}, {problem}."),
    ("destination_collision", "“{path}” exists already and is not ours.", "«\u{a0}{path}\u{a0}» existe déjà et ne vient pas de Waybill."),
    ("destination_failed", "The destination reported an error.", "La destination a signalé une erreur."),

    // Runs.
    ("held_empty", "There is nothing to deliver, and the last delivery had {#before} row.|There is nothing to deliver, and the last delivery had {#before} rows.", "Il n’y a rien à livrer, alors que la dernière livraison comptait {#before} ligne.|Il n’y a rien à livrer, alors que la dernière livraison comptait {#before} lignes."),
    ("held_shrunk", "{#now} row now, {#before} in the last delivery: {#percent}% fewer.|{#now} rows now, {#before} in the last delivery: {#percent}% fewer.", "{#now} ligne maintenant, {#before} lors de la dernière livraison\u{a0}: {#percent}\u{a0}% de moins.|{#now} lignes maintenant, {#before} lors de la dernière livraison\u{a0}: {#percent}\u{a0}% de moins."),
    ("held_discarded", "Discarded by {by}. Nothing was published.", "Abandonnée par {by}. Rien n’a été publié."),
    ("held_too_long", "Nobody decided within {#days} day. Nothing was published.|Nobody decided within {#days} days. Nothing was published.", "Personne n’a décidé en {#days} jour. Rien n’a été publié.|Personne n’a décidé en {#days} jours. Rien n’a été publié."),
    ("canceled", "Stopped before it was done.", "Arrêtée avant la fin."),
    ("cancelled", "Stopped before it was done.", "Arrêtée avant la fin."),
    ("canceled_by", "Stopped by {by}.", "Arrêtée par {by}."),
    ("attempts_used_up", "The last attempt failed too.", "La dernière tentative a échoué aussi."),
    ("worker_lost", "The server stopped while the run was going. It starts over by itself.", "Le serveur s’est arrêté pendant l’exécution. Elle reprend d’elle-même."),
    ("server_stopped", "The server was stopped. The run starts over by itself.", "Le serveur a été arrêté. L’exécution reprend d’elle-même."),
    ("server_stopping", "The server is stopping.", "Le serveur s’arrête."),
    ("run_held", "A run of this export waits for a decision: deliver it or discard it first.", "Une exécution de cette exportation attend une décision\u{a0}: livrez-la ou abandonnez-la d’abord."),
    ("run_has_ended", "The run has ended already.", "L’exécution est déjà terminée."),
    ("run_is_not_held", "The run does not wait for a decision.", "L’exécution n’attend pas de décision."),
    ("no_waybill", "The run has no waybill: it delivered nothing.", "L’exécution n’a pas de bordereau\u{a0}: elle n’a rien livré."),
    ("sum_is_wrong", "The counts of table “{table}” do not add up: {#read} read, {#accounted} accounted for. Nothing was published.", "Le décompte de la table «\u{a0}{table}\u{a0}» est faux\u{a0}: {#read} lues, {#accounted} justifiées. Rien n’a été publié."),
    ("record_unreadable", "The record of the delivery cannot be read.", "L’enregistrement de la livraison est illisible."),
    ("database_failed", "The server’s database did not answer. It is tried again.", "La base de données du serveur n’a pas répondu. Une nouvelle tentative suit."),
    ("program_fault", "A fault of the program.", "Une erreur du programme."),
    ("internal", "A fault of the program.", "Une erreur du programme."),
    ("internal_error", "A fault of the program. It is in the server’s log under {number}.", "Une erreur du programme. Elle figure au journal du serveur sous {number}."),

    // People and permissions.
    ("not_signed_in", "Sign in first.", "Ouvrez d’abord une session."),
    ("sign_in_failed", "The address or the password is wrong.", "L’adresse ou le mot de passe est incorrect."),
    ("set_up_link_used", "This link has been used or is out of date.", "Ce lien a déjà servi ou n’est plus valable."),
    ("throttled", "Too many tries. Wait {#seconds} second.|Too many tries. Wait {#seconds} seconds.", "Trop de tentatives. Attendez {#seconds} seconde.|Trop de tentatives. Attendez {#seconds} secondes."),
    ("viewer_may_not_edit", "Viewers can look, not change. Ask a contributor or an administrator.", "Les observateurs peuvent consulter, pas modifier. Adressez-vous à un contributeur ou à un administrateur."),
    ("administrators_only", "Only administrators can do this.", "Réservé aux administrateurs."),

    // Requests over REST.
    ("invalid", "Some fields are wrong.", "Certains champs sont incorrects."),
    ("stale", "Somebody changed this meanwhile. Its version is {current} now.", "Quelqu’un a modifié cet élément entre-temps. Sa version est maintenant {current}."),
    ("precondition_required", "Send the version that you saw as If-Match.", "Envoyez la version que vous avez vue dans If-Match."),
    ("malformed_precondition", "If-Match holds no version.", "If-Match ne contient pas de version."),
    ("method_not_allowed", "This method is not available here.", "Cette méthode n’est pas disponible ici."),
    ("setting_refused", "This setting cannot be used: {detail}.", "Ce réglage ne peut pas être utilisé\u{a0}: {detail}."),
    ("link_outside_source", "A link in {table} leads out of the source.", "Un lien dans {table} sort de la source."),
    ("malformed_json", "The body is no JSON: {detail}.", "Le corps n’est pas du JSON\u{a0}: {detail}."),
    ("unsupported_media_type", "Send {expected}.", "Envoyez {expected}."),
    ("too_large", "The request is too large.", "La demande est trop volumineuse."),
    ("repeated_parameter", "This parameter stands twice.", "Ce paramètre figure deux fois."),
    ("unknown_parameter", "There is no parameter of this name.", "Aucun paramètre ne porte ce nom."),
    ("idempotency_under_way", "A request with this key is still under way.", "Une demande avec cette clé est encore en cours."),
    ("idempotency_key_reused", "This key was used for another request.", "Cette clé a servi à une autre demande."),
    ("cross_site", "The request came from another site.", "La demande vient d’un autre site."),
    ("unknown_host", "The server is not known under this name.", "Le serveur n’est pas connu sous ce nom."),
    ("https_required", "Use HTTPS.", "Utilisez HTTPS."),
];

/// The sentence of a reason. A system's or vendor's own words (`reason.detail`) are part of it only
/// where it names them.
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
            None if name == "detail" => {
                text.push_str(
                    reason
                        .detail
                        .as_deref()
                        .unwrap_or_default()
                        .trim_end_matches('.'),
                );
            }
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
        let one = Reason::new("throttled").with("seconds", 1);
        assert_eq!(text(English, &one), "Too many tries. Wait 1 second.");
        let held = Reason::new("held_empty").with("before", 12_400);
        assert_eq!(
            text(French, &held),
            "Il n’y a rien à livrer, alors que la dernière livraison comptait 12\u{202f}400 lignes.",
        );
    }

    #[test]
    fn an_argument_that_looks_like_a_placeholder_stays_text() {
        let reason = Reason::new("held_discarded")
            .with("by", "{detail}|{#n}")
            .detail("no");
        assert_eq!(
            text(English, &reason),
            "Discarded by {detail}|{#n}. Nothing was published."
        );
        let folder = Reason::new("folder_not_found").detail("no folder `/x/{by}`.");
        assert_eq!(
            text(English, &folder),
            "There is no such folder: no folder `/x/{by}`."
        );
    }

    #[test]
    fn an_unknown_code_is_named() {
        assert_eq!(
            text(English, &Reason::new("brand_new")),
            "Something is not right (brand_new)."
        );
    }
}
