//! What the name of a copy ends in.

crate::messages! {
    /// The first copy.
    copy => { en "(copy)", fr "(copie)" }
    /// The copies after it.
    copy_number(number) => { en "(copy {number})", fr "(copie {number})" }
}
