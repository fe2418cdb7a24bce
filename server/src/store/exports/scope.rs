//! Which exports a person may edit, as statements can ask it.

use app::domain::UserId;

/// The exports that somebody may edit. Made by `policy::edit_scope`, which a property test holds
/// equal to `policy::can`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditScope {
    /// Every export.
    All,
    /// No export.
    None,
    /// Those whose connection is shared with this contributor; detached ones, if at least one
    /// connection is.
    Contributor(UserId),
}

impl EditScope {
    /// The two values that [`permission`] compares: what kind of scope, and whose.
    pub(in crate::store) fn bound(self) -> (i64, String) {
        match self {
            Self::None => (0, String::new()),
            Self::Contributor(user) => (1, user.to_string()),
            Self::All => (2, String::new()),
        }
    }
}

/// The permission on export `e` with connection `c`, as SQL: 0 edit, 1 view. `$1` and `$2` are the
/// scope's values.
macro_rules! permission {
    () => {
        "CASE WHEN $1 = 2 THEN 0
              WHEN $1 = 0 THEN 1
              WHEN e.connection_id IS NULL THEN
                  CASE WHEN EXISTS (SELECT 1 FROM connections o WHERE o.removed_at = 0 AND
                      (o.audience = 'contributors' OR (o.audience = 'people' AND EXISTS
                          (SELECT 1 FROM connection_people p
                           WHERE p.connection_id = o.id AND p.user_id = $2)))) THEN 0 ELSE 1 END
              WHEN c.audience = 'contributors' THEN 0
              WHEN c.audience = 'people' AND EXISTS
                  (SELECT 1 FROM connection_people p
                   WHERE p.connection_id = c.id AND p.user_id = $2) THEN 0
              ELSE 1 END"
    };
}

pub(in crate::store) use permission;
