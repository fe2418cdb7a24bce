//! *Discover*: the types of destination that this server delivers to, each with the way to set one up.

use leptos::prelude::*;

use crate::api::{ApiError, connection_types};
use crate::domain::ConnectionTypeInfo;
use crate::features::connection_types::type_icon;
use crate::i18n::{connections as texts, format, use_language};
use crate::shell::LoadProblem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The second tab.
#[component]
pub(super) fn DiscoverTab() -> impl IntoView {
    let types = ask_server(|| (), |()| connection_types());
    view! {
        <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
            <Tiles types/>
        </Transition>
    }
    .erased()
}

#[component]
fn Tiles(types: FromServer<Result<Vec<ConnectionTypeInfo>, ApiError>>) -> impl IntoView {
    let shown = answer_of(types);
    dynamic(move || {
        shown.get().map(|answer| match answer {
            Err(error) => view! { <LoadProblem error/> }.erased(),
            Ok(types) => {
                let tiles = types
                    .into_iter()
                    .map(|info| view! { <Tile info/> })
                    .collect_view();
                view! { <ul class="tiles">{tiles}</ul> }.erased()
            }
        })
    })
}

#[component]
fn Tile(info: ConnectionTypeInfo) -> impl IntoView {
    let language = use_language();
    let kind = info.kind;
    let name = texts::type_name(language, kind);
    view! {
        <li class="tile">
            <h2>
                <Icon name=type_icon(kind)/>
                {name}
            </h2>
            <p>{texts::type_text(language, kind)}</p>
            <KeyValueList>
                <KeyValue label=texts::formats(language)>
                    {format::list(language, &info.formats)}
                </KeyValue>
                <KeyValue label=texts::publishing(language)>
                    {texts::publishing_name(language, info.publishing)}
                </KeyValue>
            </KeyValueList>
            <p class="tile-actions">
                <LinkButton
                    href=pane_href(PaneRoute::of("new", kind.code()))
                    icon="add"
                    keep_scroll=true
                >
                    <span aria-hidden="true">{texts::set_up_one(language)}</span>
                    <span class="sr">{texts::set_up_type(language, name)}</span>
                </LinkButton>
            </p>
        </li>
    }
    .erased()
}
