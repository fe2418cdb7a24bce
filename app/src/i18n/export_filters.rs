//! Facets, chips and title of the list of exports.

crate::messages! {
    /// Name of the row of what narrows the list; following one takes it away.
    filtered_by => { en "Filtered by", fr "Filtré par" }
    /// What narrows the list.
    chip(property, value) => { en "{property}: {value}", fr "{property}\u{a0}: {value}" }
    /// Property of a chip: the words that are searched for.
    words => { en "Search", fr "Recherche" }
    /// Property.
    label => { en "Label", fr "Étiquette" }
    /// Property.
    owner => { en "Owner", fr "Responsable" }
    /// Property: all that is shown contains it.
    with_segment => { en "With segment", fr "Avec le segment" }
    /// Property: nothing that is shown contains it.
    without_segment => { en "Without segment", fr "Sans le segment" }
    /// Instead of the name of what there is no more.
    unknown => { en "unknown", fr "introuvable" }
    /// Words that are searched for, in the title of the window.
    quoted(words) => { en "“{words}”", fr "«\u{a0}{words}\u{a0}»" }
}
