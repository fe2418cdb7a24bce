//! `/exports/facets`: how many exports match, and the filter that the list has too.

use std::collections::BTreeMap;

use app::domain::{
    ConnectionType, ExportFacets, ExportFilter, ExportStatus, Permission, SegmentFilter, SegmentId,
};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::identity::Caller;
use crate::http::parameters::Parameters;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// How many exports match, and how many would with one value of a property in place of the one asked for. Values that
/// none has are left out.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportFacets)]
pub(in crate::http) struct FacetsBody {
    total: u32,
    status: BTreeMap<String, u32>,
    r#type: BTreeMap<String, u32>,
    permission: BTreeMap<String, u32>,
}

impl From<ExportFacets> for FacetsBody {
    fn from(facets: ExportFacets) -> Self {
        Self {
            total: facets.total,
            status: by_code(facets.statuses, ExportStatus::code),
            r#type: by_code(facets.types, ConnectionType::code),
            permission: by_code(facets.permissions, Permission::code),
        }
    }
}

fn by_code<T>(counts: Vec<(T, u32)>, code: fn(T) -> &'static str) -> BTreeMap<String, u32> {
    counts
        .into_iter()
        .map(|(value, number)| (code(value).to_owned(), number))
        .collect()
}

/// Which exports the parameters ask for. Of the two about segments one may be given.
pub(super) fn filter(parameters: &Parameters) -> ExportFilter {
    let containing = parameters.one("segment_id", |text| text.parse::<SegmentId>().ok());
    let without = parameters.one("without_segment_id", |text| {
        let id = text.parse::<SegmentId>().ok();
        id.filter(|_| containing.is_none())
    });
    let segment = |id, contains| SegmentFilter { id, contains };
    ExportFilter {
        search: parameters.text("q").unwrap_or_default().to_owned(),
        status: parameters.one("status", ExportStatus::from_code),
        kind: parameters.one("type", |text| text.parse().ok()),
        permission: parameters.one("permission", Permission::from_code),
        connection_id: parameters.one("connection_id", |text| text.parse().ok()),
        segment: containing
            .map(|id| segment(id, true))
            .or(without.map(|id| segment(id, false))),
        label: parameters.text("label").unwrap_or_default().to_owned(),
        owner_id: parameters.one("owner_id", |text| text.parse().ok()),
    }
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let filter = filter(&parameters);
    parameters.done()?;
    let facets = http.services.exports.facets(&ctx, filter).await?;
    Ok(Json(FacetsBody::from(facets)).into_response())
}
