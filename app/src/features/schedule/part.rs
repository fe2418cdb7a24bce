//! A part of a signal as a signal of its own, for controls that take one value.

use leptos::prelude::*;

/// A signal that follows a part of `whole`, and that `whole` follows.
///
/// `read` must do with a `whole` that lacks the part, and `write` then do nothing: the control of a
/// part that was just taken away is still there for a moment.
pub(super) fn part_of<W, T>(
    whole: RwSignal<W>,
    read: impl Fn(&W) -> T + Clone + 'static,
    write: impl Fn(&mut W, T) + 'static,
) -> RwSignal<T>
where
    W: Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let part = RwSignal::new(whole.with_untracked(&read));
    let read_again = read.clone();
    Effect::new(move || {
        let value = whole.with(&read_again);
        if part.with_untracked(|part| *part != value) {
            part.set(value);
        }
    });
    Effect::new(move || {
        let value = part.get();
        if whole.with_untracked(&read) != value {
            whole.update(|whole| write(whole, value));
        }
    });
    part
}
