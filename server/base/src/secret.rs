//! A value that must never reach a log, an error text or a response.

use std::fmt;

/// Holds a password, key or token. Deliberately neither `Serialize`, `Display` nor `Deref`: the
/// only way to the content is [`Secret::expose`], which is easy to find in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The content, for the one call that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Turns the content into another type without taking it out of its wrapper.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Secret<U> {
        Secret(change(self.0))
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Prints a constant, so that structs which hold a secret can still derive `Debug`.
impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(•••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_shows_the_content() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(•••)");
        assert_eq!(format!("{:?}", Some(&secret)), "Some(Secret(•••))");
        assert_eq!(secret.expose(), "hunter2");
    }
}
