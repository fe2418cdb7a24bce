//! A source gets another name: segments whose statements name it are to follow.

use app::domain::{SegmentDefinition, SourceId};

use super::selection;
use crate::pipeline::DataPlane;
use crate::store::tables::TableRow;

/// What a new name of a source means to a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The statement stays as it is.
    Same,
    /// This statement takes the same as the one before did.
    Changed(SegmentDefinition),
    /// There is none that surely does.
    Lost,
}

impl DataPlane {
    /// The statement `sql` over these tables, which are all that there are, once the source is named `to`. Reads no rows.
    pub async fn follow_source(
        &self,
        tables: &[TableRow],
        source: SourceId,
        to: &str,
        sql: &str,
    ) -> Followed {
        let is_of_source = |table: &&TableRow| table.summary.source_id == source;
        let Some(one) = tables.iter().find(is_of_source) else {
            return Followed::Same;
        };
        let text = engine::renamed_source(sql, &one.summary.source_name, to);
        let before = selection::planned_sql(tables, sql);
        let Ok(before) = self.engine.segment_shape(&before).await else {
            // It takes nothing as it is, and says so.
            return text.map_or(Followed::Same, |text| followed(sql, &text));
        };
        let Some(text) = text else {
            return Followed::Lost;
        };
        let mut renamed = tables.to_vec();
        for table in &mut renamed {
            if table.summary.source_id == source {
                to.clone_into(&mut table.summary.source_name);
            }
        }
        let after = selection::planned_sql(&renamed, &text);
        match self.engine.segment_shape(&after).await {
            Ok(after) if after == before => followed(sql, &text),
            _ => Followed::Lost,
        }
    }
}

fn followed(sql: &str, text: &str) -> Followed {
    if text == sql {
        return Followed::Same;
    }
    // It may have become too long.
    SegmentDefinition::sql(text).map_or(Followed::Lost, |sql| {
        Followed::Changed(SegmentDefinition::Sql { sql })
    })
}
