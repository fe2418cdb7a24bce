//! Texts of how a segment goes, and how it comes back.

crate::messages! {
    /// Question.
    remove_title(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What goes and what stays.
    remove_text => {
        en "No export uses it. The tables that it is made from and files already delivered stay as they are. It can be restored for 30 days, under Removed.",
        fr "Aucune exportation ne l’utilise. Les tables dont il est issu et les fichiers déjà livrés restent tels quels. Il peut être restauré pendant 30 jours, sous Supprimés."
    }
    /// Title, when it cannot be removed.
    in_use_title(name) => { en "{name} is in use", fr "{name} est utilisé" }
    /// Why, and what to do.
    in_use_text[count] => {
        en "{count} export uses this segment. Take it out of the export, or remove the export, first." | "{count} exports use this segment. Take it out of them, or remove them, first.",
        fr "{count} exportation utilise ce segment. Retirez-le d’abord de l’exportation, ou supprimez-la." | "{count} exportations utilisent ce segment. Retirez-le d’abord de ces exportations, ou supprimez-les."
    }
    /// Link to the exports page.
    see_exports => { en "See exports", fr "Voir les exportations" }
    /// Closes the message.
    close => { en "Close", fr "Fermer" }
    /// Over the error.
    not_removed => { en "Not removed", fr "Suppression impossible" }
    /// Passing message.
    removed(name) => { en "{name} was removed", fr "{name} a été supprimé" }

    /// Tab.
    removed_tab => { en "Removed", fr "Supprimés" }
    /// What the table shows, for screen readers.
    removed_caption => { en "Removed segments that can be restored", fr "Segments supprimés qui peuvent être restaurés" }
    /// Column.
    removed_at => { en "Removed", fr "Suppression" }
    /// Column.
    removed_by => { en "Removed by", fr "Supprimé par" }
    /// Column.
    kept_until => { en "Kept until", fr "Conservé jusqu’au" }
    /// Empty list.
    removed_none => { en "Nothing to restore", fr "Rien à restaurer" }
    /// Why.
    removed_none_text => {
        en "Removed segments stay here for 30 days.",
        fr "Les segments supprimés restent ici 30 jours."
    }
    /// Button and column.
    restore => { en "Restore", fr "Restaurer" }
    /// Name of the button of a row.
    restore_one(name) => { en "Restore {name}", fr "Restaurer {name}" }
    /// Over an error.
    not_restored => { en "Not restored", fr "Non restauré" }
    /// Passing message.
    restored(name) => {
        en "{name} was restored; it is being refreshed",
        fr "{name} a été restauré, son actualisation est en cours"
    }
}
