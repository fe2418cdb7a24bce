//! The rows of the list of connections.

use leptos::prelude::*;

use super::list::Connections;
use super::standing::{ExpiryMarks, PauseMark, TestState};
use crate::domain::ConnectionSummary;
use crate::features::connection_types::type_icon;
use crate::features::listing::{EmptyList, list_body};
use crate::features::sorting::{SortKey, Sorting};
use crate::i18n::{connections as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
pub(super) const COLUMNS: u32 = 8;

/// The rows, or what stands in their place.
#[component]
pub(super) fn Rows(connections: Connections, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    // A pane that opens or closes leaves the rows alone.
    let listed = Memo::new(move |_| address.get().without_pane());
    list_body(
        COLUMNS,
        answer_of(connections),
        move |connections| {
            let connections = sorted(connections, &Sorting::of(listed.get(), "name"));
            let connections = connections.into_iter();
            connections
                .map(|connection| view! { <Row connection menu/> })
                .collect()
        },
        move || {
            view! {
                <EmptyList
                    icon="plug_connected"
                    title=texts::none(language)
                    text=texts::none_text(language)
                    add=Some(texts::add(language))
                />
            }
            .erased()
        },
    )
}

fn sorted(connections: Vec<ConnectionSummary>, sorting: &Sorting) -> Vec<ConnectionSummary> {
    let language = use_language();
    sorting.sort(connections, |row| match sorting.column_code() {
        "type" => SortKey::Number(Some(row.kind.rank())),
        "test" => SortKey::Number(row.test.as_ref().map(|test| i64::from(test.ok))),
        "audience" => SortKey::text(&texts::audience_name(language, &row.audience)),
        "exports" => SortKey::Number(Some(i64::from(row.exports))),
        "created_at" => SortKey::Number(Some(row.created_at)),
        "updated_by" => SortKey::text(&row.updated_by),
        _ => SortKey::text(&row.name),
    })
}

#[component]
fn Row(connection: ConnectionSummary, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let edit = pane_href(PaneRoute::of("edit", connection.id));
    let commands = texts::commands_for(language, &connection.name);
    view! {
        <tr>
            <th scope="row">
                <Link href=edit keep_scroll=true>
                    {connection.name}
                </Link>
                <PauseMark pause=connection.pause/>
            </th>
            <td>
                <span class="with-icon">
                    <Icon name=type_icon(connection.kind)/>
                    {texts::type_name(language, connection.kind)}
                </span>
            </td>
            <td>
                <TestState test=connection.test/>
                <ExpiryMarks expires=connection.expires/>
            </td>
            <td>{texts::audience_name(language, &connection.audience)}</td>
            <td class="num">{texts::exports(language, u64::from(connection.exports))}</td>
            <td class="shy">
                <Time at=instant(connection.created_at)/>
                <span class="sub">{connection.created_by}</span>
            </td>
            <td class="shy">
                {connection.updated_by}
                <span class="sub">
                    <Time at=instant(connection.updated_at)/>
                </span>
            </td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=connection.id.to_string()
                    label=commands
                    href=edit.get_untracked()
                />
            </td>
        </tr>
    }
    .erased()
}
