//! *Segment details*: what it takes, what came of it, who uses it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::page::{RefreshAction, RefreshFailure, refusal};
use crate::api::{ApiError, get_segment, preview_table};
use crate::domain::{
    ExportId, PreviewRows, SegmentDefinition, SegmentDetails, SegmentId, SegmentSummary, SegmentUse,
};
use crate::features::data::{Fields, FirstRows, RefreshBadge, RefreshedAt};
use crate::features::listing::ExportLinks;
use crate::features::runs::count;
use crate::i18n::{format, reasons, segment_exports, segments as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The segment, and its first rows once there are any: personal columns masked for viewers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    details: SegmentDetails,
    first: Option<Result<PreviewRows, ApiError>>,
}

async fn load(id: SegmentId) -> Result<Loaded, ApiError> {
    let details = get_segment(id).await?;
    let first = match details.segment.members {
        Some(_) => Some(preview_table(id.table()).await),
        None => None,
    };
    Ok(Loaded { details, first })
}

/// The pane of a segment, to read.
#[component]
pub(super) fn DetailsPane(id: SegmentId, refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::Sources, LiveKind::Tables, LiveKind::Exports]);
    let asked = refresh.version();
    // What was refused before is not about this segment.
    Effect::new(move || refresh.clear());
    let loaded = ask_server(move || (hints.get(), asked.get()), move |_| load(id));
    view! {
        <Pane title=texts::segment_details(language) close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Details loaded refresh/>
            </Transition>
        </Pane>
    }
    .erased()
}

#[component]
fn Details(loaded: FromServer<Result<Loaded, ApiError>>, refresh: RefreshAction) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(Loaded { details, first }) => view! { <Content details first refresh/> }.erased(),
            Err(error) => {
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

#[component]
fn Content(
    details: SegmentDetails,
    first: Option<Result<PreviewRows, ApiError>>,
    refresh: RefreshAction,
) -> impl IntoView {
    let language = use_language();
    let name = details.segment.name.clone();
    let columns = if details.schema.is_empty() {
        view! { <p>{texts::columns_wait(language)}</p> }.erased()
    } else {
        view! { <Fields fields=details.schema.clone()/> }.erased()
    };
    let first = first.map(|first| {
        let rows = match first {
            Err(error) => view! { <Problem error/> }.erased(),
            Ok(preview) if preview.rows.is_empty() => {
                view! { <p>{texts::no_row(language)}</p> }.erased()
            }
            Ok(preview) => view! { <FirstRows name=name.clone() preview/> }.erased(),
        };
        view! { <FormSection title=texts::first_rows(language)>{rows}</FormSection> }
    });
    let used_by = if details.used_by.is_empty() {
        view! { <p>{texts::used_by_none(language)}</p> }.erased()
    } else {
        view! { <ExportLinks exports=named(details.used_by.clone())/> }.erased()
    };
    view! {
        <p class="pane-about">{name.clone()}</p>
        <DetailsCommands id=details.segment.id refresh/>
        <Definition details=details.clone()/>
        <Facts details/>
        <FormSection title=texts::columns(language)>{columns}</FormSection>
        {first}
        <FormSection title=texts::used_by(language)>{used_by}</FormSection>
    }
    .erased()
}

/// The exports that use a segment, by name.
pub(super) fn named(used_by: Vec<SegmentUse>) -> Vec<(ExportId, String)> {
    let named = |export: SegmentUse| (export.id, export.name);
    used_by.into_iter().map(named).collect()
}

/// The commands on the segment; those that cannot be used say why.
#[component]
fn DetailsCommands(id: SegmentId, refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let refused = Signal::stored(refusal());
    let link = move |kind: &str, icon: &'static str, text: &'static str| {
        view! {
            <LinkButton
                href=pane_href(PaneRoute::of(kind, id))
                icon
                keep_scroll=true
                disabled_reason=refused
            >
                {text}
            </LinkButton>
        }
    };
    view! {
        <div class="run-commands">
            {link("edit", "edit", texts::edit(language))}
            <Button
                icon="arrow_sync"
                busy=refresh.pending()
                disabled_reason=refused
                on_click=move |_| {
                    refresh.dispatch(id);
                }
            >
                {texts::refresh_now(language)}
            </Button>
            <LinkButton
                href=pane_href(PaneRoute::of("exports", id))
                icon="arrow_export"
                keep_scroll=true
            >
                {segment_exports::manage_exports(language)}
            </LinkButton>
            {link("remove", "delete", texts::remove(language))}
        </div>
        <RefreshFailure refresh/>
    }
    .erased()
}

/// What it takes: in words, or the statement.
#[component]
fn Definition(details: SegmentDetails) -> impl IntoView {
    let language = use_language();
    let made_from = details.segment.made_from.join(", ");
    let definition = match details.definition {
        SegmentDefinition::Conditions { condition, .. } => {
            let sentence = texts::sentence(language, &condition, &details.schema);
            view! { <p class="condition-sentence">{sentence}</p> }.erased()
        }
        SegmentDefinition::Sql { sql } => view! { <pre class="sql-text">{sql}</pre> }.erased(),
    };
    view! {
        <FormSection title=texts::definition(language)>
            <KeyValueList>
                <KeyValue label=texts::kind(language)>
                    {texts::kind_name(language, details.segment.kind)}
                </KeyValue>
                <KeyValue label=texts::made_from(language)>{made_from}</KeyValue>
            </KeyValueList>
            {definition}
        </FormSection>
    }
    .erased()
}

/// What came of it, and its history in short.
#[component]
fn Facts(details: SegmentDetails) -> impl IntoView {
    let language = use_language();
    let SegmentSummary {
        version,
        members,
        status,
        status_reason,
        refreshed_at,
        updated_at,
        updated_by,
        ..
    } = details.segment;
    let members = members.map_or_else(
        || texts::not_refreshed_yet(language).to_owned(),
        |members| format::integer(language, count(members)),
    );
    let reason = status_reason.map(|reason| {
        view! { <span class="sub">{reasons::text(language, &reason)}</span> }
    });
    view! {
        <KeyValueList>
            <KeyValue label=texts::members(language)>{members}</KeyValue>
            <KeyValue label=texts::status(language)>
                <RefreshBadge status/>
                {reason}
            </KeyValue>
            <KeyValue label=texts::refreshed(language)>
                <RefreshedAt at=refreshed_at/>
            </KeyValue>
            <KeyValue label=texts::version(language)>
                {format::integer(language, count(version))}
            </KeyValue>
            <KeyValue label=texts::created(language)>
                <Time at=instant(details.created_at)/>
            </KeyValue>
            <KeyValue label=texts::created_by(language)>{details.created_by}</KeyValue>
            <KeyValue label=texts::updated(language)>
                <Time at=instant(updated_at)/>
            </KeyValue>
            <KeyValue label=texts::updated_by(language)>{updated_by}</KeyValue>
        </KeyValueList>
    }
    .erased()
}
