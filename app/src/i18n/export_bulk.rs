//! Commands on many exports: what they will do, and what came of them.

crate::messages! {
    /// Command that asks first.
    run_all => { en "Run all", fr "Tout exécuter" }
    /// Command while search or filters leave rows out.
    run_shown[count] => {
        en "Run the one shown" | "Run the {count} shown",
        fr "Exécuter la seule affichée" | "Exécuter les {count} affichées"
    }
    /// Command that opens a pane.
    edit => { en "Edit…", fr "Modifier…" }
    /// Command that opens a pane.
    create_duplicate => { en "Create duplicate…", fr "Créer un doublon…" }
    /// Command that opens a pane.
    schedule => { en "Schedule…", fr "Planifier…" }
    /// Command that asks first.
    detach => { en "Detach connection…", fr "Détacher la connexion…" }
    /// Command that asks first.
    remove => { en "Remove…", fr "Supprimer…" }
    /// Why a command does nothing with what is chosen.
    none_fits => { en "This can be done with none of them", fr "Aucune d’elles ne s’y prête" }

    /// Question.
    run_all_question => { en "Run all active exports?", fr "Exécuter toutes les exportations actives\u{a0}?" }
    /// Question about all of them.
    run_question[count] => {
        en "Run {count} export?" | "Run {count} exports?",
        fr "Exécuter {count} exportation\u{a0}?" | "Exécuter {count} exportations\u{a0}?"
    }
    /// Question about some of them.
    run_some_question[count](total) => {
        en "Run {count} of {total} exports?",
        fr "Exécuter {count} exportation sur {total}\u{a0}?" | "Exécuter {count} exportations sur {total}\u{a0}?"
    }
    /// Question about all of them.
    remove_question[count] => {
        en "Remove {count} export?" | "Remove {count} exports?",
        fr "Supprimer {count} exportation\u{a0}?" | "Supprimer {count} exportations\u{a0}?"
    }
    /// Question about some of them.
    remove_some_question[count](total) => {
        en "Remove {count} of {total} exports?",
        fr "Supprimer {count} exportation sur {total}\u{a0}?" | "Supprimer {count} exportations sur {total}\u{a0}?"
    }
    /// Question about all of them.
    detach_question[count] => {
        en "Detach the connection of {count} export?" | "Detach the connections of {count} exports?",
        fr "Détacher la connexion de {count} exportation\u{a0}?" | "Détacher les connexions de {count} exportations\u{a0}?"
    }
    /// Question about some of them.
    detach_some_question[count](total) => {
        en "Detach the connection of {count} of {total} exports?" | "Detach the connections of {count} of {total} exports?",
        fr "Détacher la connexion de {count} exportation sur {total}\u{a0}?" | "Détacher les connexions de {count} exportations sur {total}\u{a0}?"
    }
    /// While the server looks.
    looking => { en "Looking at the exports…", fr "Examen des exportations…" }
    /// What runs, and where to.
    to_destinations[count](destinations) => {
        en "{count} export to {destinations}" | "{count} exports to {destinations}",
        fr "{count} exportation vers {destinations}" | "{count} exportations vers {destinations}"
    }
    /// Part of it.
    destinations[count] => {
        en "{count} destination" | "{count} destinations",
        fr "{count} destination" | "{count} destinations"
    }
    /// Some run although their schedule is off.
    switched_off[count] => {
        en "{count} does not start by itself: its schedule is off." | "{count} do not start by themselves: their schedules are off.",
        fr "{count} ne démarre pas d’elle-même\u{a0}: sa planification est désactivée." | "{count} ne démarrent pas d’elles-mêmes\u{a0}: leurs planifications sont désactivées."
    }
    /// Some run already.
    under_way[count] => {
        en "{count} already has a run under way." | "{count} already have a run under way.",
        fr "{count} a déjà une exécution en cours." | "{count} ont déjà une exécution en cours."
    }
    /// What stays when several are removed.
    remove_text => {
        en "Files that were delivered stay where they are, and so do the waybills. Removed exports can be restored for 30 days.",
        fr "Les fichiers livrés restent où ils sont, de même que les bordereaux. Les exportations supprimées peuvent être restaurées pendant 30 jours."
    }
    /// What stays when several are detached.
    detach_text => {
        en "The exports keep their configuration and do not run until they get another connection. Missed starts are not caught up.",
        fr "Les exportations gardent leur configuration et ne s’exécutent plus avant d’avoir une autre connexion. Les départs manqués ne sont pas rattrapés."
    }
    /// Choice when runs are under way.
    runs_under_way => { en "Runs under way", fr "Exécutions en cours" }
    /// Choice.
    let_finish => { en "Let them finish", fr "Les laisser se terminer" }
    /// Choice.
    stop_them => { en "Stop them", fr "Les arrêter" }
    /// Over what is not touched.
    left_out => { en "Left out", fr "Exportations laissées de côté" }
    /// A reason, for how many.
    left_out_count[count](reason) => {
        en "{count} export. {reason}" | "{count} exports. {reason}",
        fr "{count} exportation. {reason}" | "{count} exportations. {reason}"
    }
    /// More than are named.
    and_more[count] => {
        en "and {count} more",
        fr "et {count} autre" | "et {count} autres"
    }
    /// Nothing is left to do it to.
    nothing_to_do => { en "There is nothing to do.", fr "Il n’y a rien à faire." }
    /// Field before something is taken from many.
    type_count(count) => { en "Type {count} to confirm", fr "Saisissez {count} pour confirmer" }
    /// Why the answer cannot be given yet.
    type_count_first => { en "Type the number of exports first", fr "Saisissez d’abord le nombre d’exportations" }
    /// Answer that changes nothing.
    keep_them => { en "Keep them", fr "Les conserver" }
    /// Answer that changes nothing.
    keep_attached => { en "Keep them attached", fr "Les laisser attachées" }
    /// Answer that starts nothing.
    do_not_run => { en "Do not run", fr "Ne pas exécuter" }
    /// Answer.
    run => { en "Run", fr "Exécuter" }
    /// Answer.
    remove_them => { en "Remove", fr "Supprimer" }
    /// Answer.
    detach_them => { en "Detach connections", fr "Détacher les connexions" }

    /// Title of what came of it.
    report => { en "Not everything was done", fr "Tout n’a pas été fait" }
    /// Runs were started.
    started[count] => {
        en "{count} run started" | "{count} runs started",
        fr "{count} exécution lancée" | "{count} exécutions lancées"
    }
    /// Runs that there were.
    started_before[count](text) => {
        en "{text}; {count} was under way already" | "{text}; {count} were under way already",
        fr "{text}\u{a0}; {count} était déjà en cours" | "{text}\u{a0}; {count} étaient déjà en cours"
    }
    /// Exports were removed.
    removed[count] => {
        en "{count} export removed" | "{count} exports removed",
        fr "{count} exportation supprimée" | "{count} exportations supprimées"
    }
    /// Exports were detached.
    detached[count] => {
        en "{count} export detached" | "{count} exports detached",
        fr "{count} exportation détachée" | "{count} exportations détachées"
    }
    /// Exports to which it was not done.
    failed[count] => {
        en "{count} export could not be processed" | "{count} exports could not be processed",
        fr "{count} exportation n’a pas pu être traitée" | "{count} exportations n’ont pas pu être traitées"
    }
    /// One of them, and why.
    failed_one(name, why) => { en "{name}: {why}", fr "{name}\u{a0}: {why}" }
    /// One whose name is not known.
    an_export => { en "An export", fr "Une exportation" }
}
