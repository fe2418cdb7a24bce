//! *Pipeline*: what depends on what, as a picture: sources, segments, exports, and curves from each to what
//! takes its rows from it.

use std::fmt::Display;
use std::time::Duration;

use leptos::prelude::*;

use super::picture::rem;
use super::pipeline_layout::{WIDTH, height, wires};
use super::pipeline_table::PipelineTable;
use super::tab::SystemTab;
use crate::api::{ApiError, get_pipeline};
use crate::domain::{ExportStatus, Pipeline, PipelineNode, RefreshStatus};
use crate::features::data::RefreshBadge;
use crate::features::poll::{Beat, ask_again_after};
use crate::features::runs::StatusBadge;
use crate::features::tabs::PageTab;
use crate::i18n::{operation as texts, system, use_language};
use crate::shell::{LoadProblem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long a moving system is left alone.
const POLL_EVERY: Duration = Duration::from_secs(5);

/// When to ask again: while something moves. What is held waits for a person.
fn while_moving(pipeline: &Pipeline) -> Option<Duration> {
    let renewing = pipeline
        .sources
        .iter()
        .map(|node| node.status)
        .chain(pipeline.segments.iter().map(|node| node.status))
        .any(RefreshStatus::is_unfinished);
    let running = pipeline
        .exports
        .iter()
        .any(|node| node.status.is_unfinished() && node.status != ExportStatus::Held);
    (renewing || running).then_some(POLL_EVERY)
}

/// The fourth tab.
#[component]
pub(super) fn PipelineTab() -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Exports, LiveKind::Sources]);
    let beat = Beat::new();
    let pipeline = ask_server(move || (hints.get(), beat.times()), |_| get_pipeline());
    beat.after(move || pipeline.with(|answer| ask_again_after(answer.as_ref()?, while_moving)));
    view! {
        <p class="page-text system-about">{texts::pipeline_text(language)}</p>
        <Transition fallback=|| view! { <TextSkeleton lines=12/> }>
            <Body pipeline/>
        </Transition>
    }
    .erased()
}

/// What the last answer says. Redrawn only when it says something else.
#[component]
fn Body(pipeline: FromServer<Result<Pipeline, ApiError>>) -> impl IntoView {
    let language = use_language();
    let shown = answer_of(pipeline);
    let is_empty = |pipeline: &Pipeline| {
        pipeline.sources.is_empty() && pipeline.segments.is_empty() && pipeline.exports.is_empty()
    };
    dynamic(move || {
        shown.get().map(|pipeline| match pipeline {
            Ok(pipeline) if is_empty(&pipeline) => view! {
                <EmptyState
                    icon="link"
                    title=texts::nothing_depends(language)
                    text=texts::nothing_depends_text(language)
                />
            }
            .erased(),
            Ok(pipeline) => view! { <Whole pipeline/> }.erased(),
            Err(error) => view! { <LoadProblem error/> }.erased(),
        })
    })
}

/// What was left out, the table, the picture.
#[component]
fn Whole(pipeline: Pipeline) -> impl IntoView {
    let language = use_language();
    let left_out = (pipeline.left_out > 0).then(|| {
        let text = texts::not_in_the_picture(language, u64::from(pipeline.left_out));
        view! { <MessageBar>{text}</MessageBar> }
    });
    view! {
        {left_out}
        <PipelineTable pipeline=pipeline.clone()/>
        <Picture pipeline/>
    }
    .erased()
}

/// The names are a page's own links; only the curves are drawn.
#[component]
fn Picture(pipeline: Pipeline) -> impl IntoView {
    let language = use_language();
    let high = height(&pipeline);
    let wires = wires(&pipeline)
        .into_iter()
        .map(|wire| view! { <path d=wire></path> })
        .collect_view();
    let sources = renewed(pipeline.sources);
    let segments = renewed(pipeline.segments);
    let exports: Vec<AnyView> = pipeline
        .exports
        .into_iter()
        .map(|node| {
            let href = format!("{}?pane=view/{}", routes::EXPORTS, node.id);
            let badge = view! { <StatusBadge status=node.status/> }.erased();
            view! { <Name href name=node.name badge/> }.erased()
        })
        .collect();
    view! {
        <div
            class="picture"
            role="region"
            tabindex="0"
            aria-label=texts::pipeline_picture(language)
        >
            <div class="pipeline">
                <svg
                    class="wires"
                    width=rem(WIDTH)
                    height=rem(high)
                    viewBox=format!("0 0 {WIDTH} {high}")
                    aria-hidden="true"
                >
                    {wires}
                </svg>
                <Names title=system::data_sources(language) names=sources/>
                <Names title=texts::segments(language) names=segments/>
                <Names title=system::exports(language) names=exports/>
            </div>
        </div>
    }
    .erased()
}

/// Sources and segments lead to what they did before, in a pane over the picture.
fn renewed<Id: Display>(nodes: Vec<PipelineNode<Id, RefreshStatus>>) -> Vec<AnyView> {
    nodes
        .into_iter()
        .map(|node| {
            let pane = PaneRoute::of("task", node.id);
            let href = SystemTab::Pipeline.address().with_pane(pane).to_string();
            let badge = view! { <RefreshBadge status=node.status/> }.erased();
            view! { <Name href name=node.name badge keep_scroll=true/> }.erased()
        })
        .collect()
}

#[component]
fn Names(title: &'static str, names: Vec<AnyView>) -> impl IntoView {
    view! {
        <section class="pipeline-column">
            <h2>{title}</h2>
            <ul class="pipeline-names">{names}</ul>
        </section>
    }
    .erased()
}

/// One name. It is cut off where it is too long for its place, and then its title tells all of it.
#[component]
fn Name(
    href: String,
    name: String,
    badge: AnyView,
    /// It leads to a pane of this page.
    #[prop(optional)]
    keep_scroll: bool,
) -> impl IntoView {
    let title = name.clone();
    view! {
        <li class="pipeline-name" title=title>
            <Link href keep_scroll>
                {name}
            </Link>
            {badge}
        </li>
    }
    .erased()
}
