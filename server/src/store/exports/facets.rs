//! How many exports match, by status, type and permission.
//!
//! All facets come out of one pass: the exports that match without any facet's choice, counted by all three at once.

use app::domain::{
    ConnectionType, ExportFacets, ExportFilter, ExportStatus, FilterNames, Permission,
};
use sqlx::Any;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;

use super::EditScope;
use super::matching::{ANY_PERMISSION, Bound};
use super::statements::{NAMES, TALLY, TALLY_ALL, TALLY_BY_PERMISSION};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// How many exports there are of each status, type and permission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportTally(Vec<(ExportStatus, ConnectionType, Permission, u32)>);

impl ExportTally {
    /// What facets say while this filter is on: each without its own choice.
    pub fn facets(&self, filter: &ExportFilter) -> ExportFacets {
        let (status, kind, permission) = (filter.status, filter.kind, filter.permission);
        ExportFacets {
            total: self.count(status, kind, permission),
            statuses: counted(ExportStatus::ALL, |status| {
                self.count(Some(status), kind, permission)
            }),
            types: counted(ConnectionType::ALL, |kind| {
                self.count(status, Some(kind), permission)
            }),
            permissions: counted(Permission::ALL, |permission| {
                self.count(status, kind, Some(permission))
            }),
            names: FilterNames::default(),
        }
    }

    fn count(
        &self,
        status: Option<ExportStatus>,
        kind: Option<ConnectionType>,
        permission: Option<Permission>,
    ) -> u32 {
        let group = |(is, of, may, number): &(ExportStatus, ConnectionType, Permission, u32)| {
            let meant = status.is_none_or(|status| status == *is)
                && kind.is_none_or(|kind| kind == *of)
                && permission.is_none_or(|permission| permission == *may);
            if meant { *number } else { 0 }
        };
        self.0.iter().map(group).sum()
    }
}

/// The values that some have, with how many.
fn counted<T: Copy>(
    values: impl IntoIterator<Item = T>,
    count: impl Fn(T) -> u32,
) -> Vec<(T, u32)> {
    values
        .into_iter()
        .map(|value| (value, count(value)))
        .filter(|(_, number)| *number > 0)
        .collect()
}

/// Counts the exports that match, as somebody of this scope sees them. What the filter says of status, type and
/// permission does not count.
pub async fn tally(
    mut db: impl Reads,
    filter: &ExportFilter,
    scope: &EditScope,
) -> Result<ExportTally> {
    let free = ExportFilter {
        status: None,
        kind: None,
        permission: None,
        ..filter.clone()
    };
    let bound = Bound::new(&free, *scope);
    let (statement, permission) = match scope {
        EditScope::All => (plain(&bound), Some(Permission::Edit)),
        EditScope::None => (plain(&bound), Some(Permission::View)),
        EditScope::Contributor(_) => {
            let statement = bound.bind(sqlx::query(TALLY_BY_PERMISSION), ANY_PERMISSION);
            (statement, None)
        }
    };
    let rows = statement
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("count exports by status, type and permission")?;
    let groups: Result<Vec<_>> = rows.iter().map(|row| group(row, permission)).collect();
    Ok(ExportTally(groups?))
}

/// For scopes that give all exports one permission.
fn plain(bound: &Bound) -> Query<'static, Any, AnyArguments> {
    if bound.is_everything() {
        sqlx::query(TALLY_ALL)
    } else {
        bound.bind(sqlx::query(TALLY), ANY_PERMISSION)
    }
}

fn group(
    row: &AnyRow,
    permission: Option<Permission>,
) -> Result<(ExportStatus, ConnectionType, Permission, u32)> {
    let permission = match permission {
        Some(permission) => permission,
        None if row.int("permission")? == 0 => Permission::Edit,
        None => Permission::View,
    };
    Ok((
        row.coded("status", ExportStatus::from_code)?,
        row.parsed("kind")?,
        permission,
        row.count("number")?,
    ))
}

/// What the ids in a filter are called, segments and people also after they were removed; a connection while an export
/// uses it.
pub async fn filter_names(mut db: impl Reads, filter: &ExportFilter) -> Result<FilterNames> {
    let text = |id: Option<String>| id.unwrap_or_default();
    let row = sqlx::query(NAMES)
        .bind(text(filter.connection_id.map(|id| id.to_string())))
        .bind(text(filter.segment.map(|segment| segment.id.to_string())))
        .bind(text(filter.owner_id.map(|id| id.to_string())))
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("read the names in a filter")?;
    Ok(FilterNames {
        connection: row.maybe_text("connection")?,
        segment: row.maybe_text("segment")?,
        owner: row.maybe_text("owner")?,
    })
}
