//! Which exports a filter means: what statements compare, and the ids of all that match.

use app::domain::{
    ConnectionType, ExportFilter, ExportId, ExportStatus, Permission, SegmentFilter,
};
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use super::EditScope;
use super::statements::MATCHING;
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::fold::{WORDS, fold, patterns};
use crate::store::{Reads, Result};

/// Compared with permissions: every one is meant.
pub(super) const ANY_PERMISSION: i64 = -1;

/// A filter as statements compare it, for somebody of a scope; see `statements`.
pub(super) struct Bound {
    scope: (i64, String),
    status: &'static str,
    kind: &'static str,
    words: [String; WORDS],
    /// 0 edit, 1 view, or [`ANY_PERMISSION`].
    pub(super) permission: i64,
    connection: String,
    contained: String,
    lacking: String,
    label: String,
    owner: String,
}

impl Bound {
    pub(super) fn new(filter: &ExportFilter, scope: EditScope) -> Self {
        let table = |contains: bool| {
            let meant = |segment: &SegmentFilter| segment.contains == contains;
            let segment = filter.segment.filter(meant);
            segment.map_or_else(String::new, |segment| segment.id.table().to_string())
        };
        Self {
            scope: scope.bound(),
            status: filter.status.map_or("", ExportStatus::code),
            kind: filter.kind.map_or("", ConnectionType::code),
            words: patterns(&filter.search),
            permission: asked(filter.permission, scope),
            connection: filter
                .connection_id
                .map_or_else(String::new, |id| id.to_string()),
            contained: table(true),
            lacking: table(false),
            // PostgreSQL refuses U+0000 in a value; no stored text has it.
            label: fold(&filter.label).replace('\0', ""),
            owner: filter
                .owner_id
                .map_or_else(String::new, |id| id.to_string()),
        }
    }

    /// Whether it leaves out none, so that counting needs to look at none.
    pub(super) fn is_everything(&self) -> bool {
        self.permission == ANY_PERMISSION
            && self.words[0] == "%"
            && self.status.is_empty()
            && self.kind.is_empty()
            && self.connection.is_empty()
            && self.contained.is_empty()
            && self.lacking.is_empty()
            && self.label.is_empty()
            && self.owner.is_empty()
    }

    /// Binds `$1`–`$18`, with this permission instead of its own.
    pub(super) fn bind<'q>(
        &self,
        query: Query<'q, Any, AnyArguments>,
        permission: i64,
    ) -> Query<'q, Any, AnyArguments> {
        let mut query = query
            .bind(self.scope.0)
            .bind(&self.scope.1)
            .bind(self.status)
            .bind(self.kind);
        for word in &self.words {
            query = query.bind(word);
        }
        query
            .bind(permission)
            .bind(&self.connection)
            .bind(&self.contained)
            .bind(&self.lacking)
            .bind(&self.label)
            .bind(&self.owner)
    }
}

/// The permission to compare with. Nothing is compared where the scope says already that all match.
fn asked(permission: Option<Permission>, scope: EditScope) -> i64 {
    match (permission, scope) {
        (None, _)
        | (Some(Permission::Edit), EditScope::All)
        | (Some(Permission::View), EditScope::None) => ANY_PERMISSION,
        (Some(Permission::Edit), _) => 0,
        (Some(Permission::View), _) => 1,
    }
}

/// The ids of the exports that match, as somebody of this scope sees them, by id; so many at most.
pub async fn matching(
    mut db: impl Reads,
    filter: &ExportFilter,
    scope: &EditScope,
    limit: u32,
) -> Result<Vec<ExportId>> {
    let bound = Bound::new(filter, *scope);
    let rows = bound
        .bind(sqlx::query(MATCHING), bound.permission)
        .bind(i64::from(limit))
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("find the exports that match")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}
