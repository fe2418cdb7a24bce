//! What depends on what as a table: what the picture shows, for who would rather read.

use leptos::prelude::*;

use crate::domain::Pipeline;
use crate::features::data::RefreshBadge;
use crate::features::runs::StatusBadge;
use crate::i18n::{Language, format, operation as texts, system, use_language};
use crate::ui::prelude::*;

/// Every name with what it is, what it takes its rows from, and its status.
#[component]
pub(super) fn PipelineTable(pipeline: Pipeline) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::takes_from(language)),
        Column::new(system::status(language)),
    ];
    let rows = rows(language, pipeline)
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.name}</th>
                    <td>{row.kind}</td>
                    <td>{format::list(language, &row.takes_from)}</td>
                    <td>{row.badge}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="behind">
            <summary>{texts::as_a_table(language)}</summary>
            <Table caption=texts::pipeline_table(language) columns=columns>
                {rows}
            </Table>
        </details>
    }
    .erased()
}

struct Row {
    name: String,
    kind: &'static str,
    takes_from: Vec<String>,
    badge: AnyView,
}

fn rows(language: Language, pipeline: Pipeline) -> Vec<Row> {
    let sources: Vec<_> = names(&pipeline.sources, |node| (node.id, node.name.clone()));
    let segments: Vec<_> = names(&pipeline.segments, |node| (node.id, node.name.clone()));
    let mut rows = Vec::new();
    for node in pipeline.sources {
        rows.push(Row {
            name: node.name,
            kind: texts::data_source(language),
            takes_from: Vec::new(),
            badge: view! { <RefreshBadge status=node.status/> }.erased(),
        });
    }
    for node in pipeline.segments {
        rows.push(Row {
            name: node.name,
            kind: texts::segment(language),
            takes_from: found(&sources, &node.sources),
            badge: view! { <RefreshBadge status=node.status/> }.erased(),
        });
    }
    for node in pipeline.exports {
        let mut takes_from = found(&sources, &node.sources);
        takes_from.extend(found(&segments, &node.segments));
        rows.push(Row {
            name: node.name,
            kind: system::export(language),
            takes_from,
            badge: view! { <StatusBadge status=node.status/> }.erased(),
        });
    }
    rows
}

fn names<Node, Id>(nodes: &[Node], name: impl Fn(&Node) -> (Id, String)) -> Vec<(Id, String)> {
    nodes.iter().map(name).collect()
}

/// The names of these; what was left out has none here.
fn found<Id: PartialEq>(names: &[(Id, String)], wanted: &[Id]) -> Vec<String> {
    let name = |id: &Id| {
        let (_, name) = names.iter().find(|(known, _)| known == id)?;
        Some(name.clone())
    };
    wanted.iter().filter_map(name).collect()
}
