//! Texts of how a connection goes, first its exports, and how it comes back.

crate::messages! {
    /// Question.
    remove_title(name) => { en "Remove {name}?", fr "Supprimer {name}\u{a0}?" }
    /// What goes and what stays.
    remove_text => {
        en "No export uses it. Files already delivered stay where they are. It can be restored for 30 days, under Removed.",
        fr "Aucune exportation ne l’utilise. Les fichiers déjà livrés restent en place. Elle peut être restaurée pendant 30 jours, sous Supprimées."
    }
    /// Title, when it cannot be removed.
    in_use_title(name) => { en "{name} is in use", fr "{name} est utilisée" }
    /// Why, and what to do.
    in_use_text[count] => {
        en "{count} export uses this connection. Detach it or remove it first." | "{count} exports use this connection. Detach or remove each first.",
        fr "{count} exportation utilise cette connexion. Détachez-la ou supprimez-la d’abord." | "{count} exportations utilisent cette connexion. Détachez ou supprimez chacune d’abord."
    }
    /// What detaching and removing do.
    release_text => {
        en "A detached export keeps its configuration and waits for another connection. A removed one can be restored for 30 days. Runs under way will finish.",
        fr "Une exportation détachée garde sa configuration et attend une autre connexion. Une exportation supprimée peut être restaurée pendant 30 jours. Les exécutions en cours vont à leur terme."
    }
    /// Name of the list.
    its_exports => { en "Exports of this connection", fr "Exportations de cette connexion" }
    /// Button.
    detach => { en "Detach", fr "Détacher" }
    /// Name of the button of an export.
    detach_one(name) => { en "Detach {name}", fr "Détacher {name}" }
    /// Name of the button of an export.
    remove_one(name) => { en "Remove {name}", fr "Supprimer {name}" }
    /// Button.
    detach_all => { en "Detach all", fr "Tout détacher" }
    /// Button.
    remove_all => { en "Remove all", fr "Tout supprimer" }
    /// Button.
    remove_connection => { en "Remove connection", fr "Supprimer la connexion" }
    /// Over an error.
    not_released => { en "Nothing was changed", fr "Rien n’a été modifié" }
    /// Link to the exports page.
    see_exports => { en "See connected exports", fr "Voir les exportations connectées" }
    /// Over the error.
    not_removed => { en "Not removed", fr "Suppression impossible" }
    /// Passing message.
    removed(name) => { en "{name} was removed", fr "{name} a été supprimée" }

    /// Tab.
    removed_tab => { en "Removed", fr "Supprimées" }
    /// What the table shows, for screen readers.
    removed_caption => { en "Removed connections that can be restored", fr "Connexions supprimées qui peuvent être restaurées" }
    /// Column.
    removed_at => { en "Removed", fr "Suppression" }
    /// Column.
    removed_by => { en "Removed by", fr "Supprimée par" }
    /// Column.
    kept_until => { en "Kept until", fr "Conservée jusqu’au" }
    /// Empty list.
    removed_none => { en "Nothing to restore", fr "Rien à restaurer" }
    /// Why.
    removed_none_text => {
        en "Removed connections stay here for 30 days. Their secrets stay encrypted and are deleted with them.",
        fr "Les connexions supprimées restent ici 30 jours. Leurs secrets restent chiffrés et sont effacés avec elles."
    }
    /// Button and column.
    restore => { en "Restore", fr "Restaurer" }
    /// Name of the button of a row.
    restore_one(name) => { en "Restore {name}", fr "Restaurer {name}" }
    /// Over an error.
    not_restored => { en "Not restored", fr "Non restaurée" }
    /// Passing message.
    restored(name) => {
        en "{name} was restored, paused",
        fr "{name} a été restaurée, suspendue"
    }
}
