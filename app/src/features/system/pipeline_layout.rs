//! Where the picture of what depends on what has its names, and the curves between them. In sixteenths of a
//! rem, as the style sheet places the names (`.pipeline`).

use crate::domain::{Pipeline, SegmentId, SourceId};

/// Width of a column, and of the gap after it.
const COLUMN: u32 = 240;
const GAP: u32 = 80;
/// Height of the heads of the columns.
const HEAD: u32 = 40;
/// From the top of one name to that of the next, and the height of a name.
const STEP: u32 = 64;
const NAME: u32 = 52;

/// Width of the whole.
pub(super) const WIDTH: u32 = 3 * COLUMN + 2 * GAP;

/// Height of the whole.
pub(super) fn height(pipeline: &Pipeline) -> u32 {
    let rows = pipeline
        .sources
        .len()
        .max(pipeline.segments.len())
        .max(pipeline.exports.len());
    HEAD + STEP * u32::try_from(rows).unwrap_or_default()
}

/// Every dependency as the path of a curve. What was left out has none.
pub(super) fn wires(pipeline: &Pipeline) -> Vec<String> {
    let source_row = |id: &SourceId| pipeline.sources.iter().position(|node| node.id == *id);
    let segment_row = |id: &SegmentId| pipeline.segments.iter().position(|node| node.id == *id);
    let mut wires = Vec::new();
    let mut connect = |from: (u32, Option<usize>), to: (u32, usize)| {
        if let (column, Some(row)) = from {
            wires.push(wire((column, row), to));
        }
    };
    for (row, segment) in pipeline.segments.iter().enumerate() {
        for source in &segment.sources {
            connect((0, source_row(source)), (1, row));
        }
    }
    for (row, export) in pipeline.exports.iter().enumerate() {
        for source in &export.sources {
            connect((0, source_row(source)), (2, row));
        }
        for segment in &export.segments {
            connect((1, segment_row(segment)), (2, row));
        }
    }
    wires
}

/// From the end of a name to the start of another, each by column and row.
fn wire(from: (u32, usize), to: (u32, usize)) -> String {
    let (left, right) = (from.0 * (COLUMN + GAP) + COLUMN, to.0 * (COLUMN + GAP));
    let (start, end) = (middle(from.1), middle(to.1));
    // The bends are in the gaps, so that a curve that passes a column does so straight on.
    let (leaves, arrives) = (left + GAP / 2, right - GAP / 2);
    format!("M{left} {start}C{leaves} {start} {arrives} {end} {right} {end}")
}

fn middle(row: usize) -> u32 {
    HEAD + STEP * u32::try_from(row).unwrap_or_default() + NAME / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ExportId, ExportStatus, PipelineNode, RefreshStatus};

    fn uuid(number: u32) -> uuid::Uuid {
        uuid::Uuid::from_u128(u128::from(number))
    }

    #[test]
    fn a_curve_leads_from_the_end_of_a_name_to_the_start_of_what_depends_on_it() {
        let (source, segment) = (SourceId::new(uuid(1)), SegmentId::new(uuid(2)));
        let left_out = SegmentId::new(uuid(3));
        let pipeline = Pipeline {
            sources: vec![PipelineNode {
                id: source,
                name: "Shop".to_owned(),
                status: RefreshStatus::Successful,
                sources: Vec::new(),
                segments: Vec::new(),
            }],
            segments: vec![PipelineNode {
                id: segment,
                name: "Loyal".to_owned(),
                status: RefreshStatus::Skipped,
                sources: vec![source],
                segments: Vec::new(),
            }],
            exports: vec![PipelineNode {
                id: ExportId::new(uuid(4)),
                name: "Loyalty".to_owned(),
                status: ExportStatus::Failed,
                sources: vec![source],
                segments: vec![segment, left_out],
            }],
            left_out: 1,
        };
        assert_eq!(
            wires(&pipeline),
            [
                "M240 66C280 66 280 66 320 66",
                "M240 66C280 66 600 66 640 66",
                "M560 66C600 66 600 66 640 66",
            ]
        );
        assert_eq!(height(&pipeline), HEAD + STEP);
        assert_eq!(WIDTH, 880);
    }
}
