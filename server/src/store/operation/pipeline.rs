//! What depends on what: sources → segments → exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use app::domain::{
    ExportId, ExportStatus, Pipeline, PipelineNode, RefreshStatus, SegmentId, SourceId,
};
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Store, over_given};

/// Sources, or segments: what needs a look first, 200 at most.
macro_rules! makers {
    ($is:literal) => {
        concat!(
            "SELECT s.id, s.name, s.status,
                    (SELECT COUNT(*) FROM sources c WHERE c.removed_at = 0 AND c.kind ",
            $is,
            " 'segment') AS total
             FROM sources s WHERE s.removed_at = 0 AND s.kind ",
            $is,
            " 'segment'
             ORDER BY CASE s.status WHEN 'failed' THEN 0 WHEN 'skipped' THEN 1 WHEN 'canceled' THEN 2
                                    WHEN 'processing' THEN 3 WHEN 'queued' THEN 4 ELSE 5 END,
                      s.name_fold, s.id LIMIT 200"
        )
    };
}

const SOURCES: &str = makers!("<>");
const SEGMENTS: &str = makers!("=");
const EXPORTS: &str = "SELECT e.id, e.name, e.status,
            (SELECT COUNT(*) FROM exports c WHERE c.removed_at = 0) AS total
     FROM exports e WHERE e.removed_at = 0 ORDER BY e.status_rank, e.name_fold, e.id LIMIT 200";

/// What segments are made from.
const OF_SEGMENTS: &str = "SELECT DISTINCT n.segment_id AS id, t.source_id, s.kind
     FROM segment_inputs n
     JOIN sources g ON g.id = n.segment_id AND g.removed_at = 0
     JOIN tables t ON t.id = n.table_id
     JOIN sources s ON s.id = t.source_id
     ORDER BY n.segment_id, t.source_id, s.kind LIMIT 100000";

/// What exports take.
const OF_EXPORTS: PerEngine = over_given!(
    "SELECT DISTINCT i.export_id AS id, t.source_id, s.kind FROM",
    "JOIN export_items i ON i.export_id = g.value ->> 'export'
     JOIN tables t ON t.id = i.table_id
     JOIN sources s ON s.id = t.source_id
     ORDER BY i.export_id, t.source_id, s.kind LIMIT 100000"
);

/// What depends on what, as it is now. Links lead only to what is among the 200.
pub async fn pipeline(store: &Store) -> Result<Pipeline> {
    const DOING: &str = "read what depends on what";
    let mut db = store.reader().await?;
    let sources = sqlx::query(SOURCES)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let segments = sqlx::query(SEGMENTS)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let exports = sqlx::query(EXPORTS)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let mut left_out = 0_u32;
    for rows in [&sources, &segments, &exports] {
        left_out = left_out.saturating_add(beside(rows)?);
    }
    let sources = nodes(&sources, RefreshStatus::from_code)?;
    let mut segments = nodes(&segments, RefreshStatus::from_code)?;
    let mut exports = nodes(&exports, ExportStatus::from_code)?;
    let shown = Shown {
        sources: sources.iter().map(|node| node.id).collect(),
        segments: segments.iter().map(|node| node.id).collect(),
    };
    let of_segments = sqlx::query(OF_SEGMENTS)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    shown.link(&mut segments, &of_segments)?;
    let ids: Vec<ExportId> = exports.iter().map(|node| node.id).collect();
    let sql = OF_EXPORTS.of(store.engine());
    let of_exports = sqlx::query(sql)
        .bind(export_rows(&ids)?)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    shown.link(&mut exports, &of_exports)?;
    Ok(Pipeline {
        sources,
        segments,
        exports,
        left_out,
    })
}

/// How many there are beside these.
fn beside(rows: &[AnyRow]) -> Result<u32> {
    let total = rows.first().map_or(Ok(0), |row| row.count("total"))?;
    Ok(total.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX)))
}

/// The things themselves, not linked yet.
fn nodes<Id: FromStr<Err: Display>, Status>(
    rows: &[AnyRow],
    from_code: impl Fn(&str) -> Option<Status>,
) -> Result<Vec<PipelineNode<Id, Status>>> {
    rows.iter()
        .map(|row| {
            Ok(PipelineNode {
                id: row.parsed("id")?,
                name: row.text("name")?,
                status: row.coded("status", &from_code)?,
                sources: Vec::new(),
                segments: Vec::new(),
            })
        })
        .collect()
}

/// What links may lead to.
struct Shown {
    sources: BTreeSet<SourceId>,
    segments: BTreeSet<SegmentId>,
}

impl Shown {
    /// Links nodes with what they take their rows from.
    fn link<Id: FromStr<Err: Display> + Copy + Ord, Status>(
        &self,
        nodes: &mut [PipelineNode<Id, Status>],
        links: &[AnyRow],
    ) -> Result<()> {
        let places: BTreeMap<Id, usize> = nodes
            .iter()
            .enumerate()
            .map(|(place, node)| (node.id, place))
            .collect();
        for link in links {
            let Some(place) = places.get(&link.parsed::<Id>("id")?) else {
                continue;
            };
            let node = &mut nodes[*place];
            if link.text("kind")? == "segment" {
                let segment: SegmentId = link.parsed("source_id")?;
                if self.segments.contains(&segment) {
                    node.segments.push(segment);
                }
            } else {
                let source: SourceId = link.parsed("source_id")?;
                if self.sources.contains(&source) {
                    node.sources.push(source);
                }
            }
        }
        Ok(())
    }
}
