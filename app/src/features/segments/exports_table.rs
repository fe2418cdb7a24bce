//! A group of exports: those that contain a segment, or those that do not, which can get it.

use leptos::prelude::*;

use super::exports_pane::AddAction;
use crate::domain::{Cursor, ExportId, ListedExport, Page, Permission};
use crate::i18n::{exports, segment_exports as texts, ui, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the tables have.
const COLUMNS: u32 = 5;

/// One of the two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Containing,
    Others,
}

impl Group {
    /// Both, as they stand in the pane.
    pub(super) const ALL: [Self; 2] = [Self::Containing, Self::Others];

    /// The parameter of the address that says where it starts.
    pub(super) const fn parameter(self) -> &'static str {
        match self {
            Self::Containing => "containing",
            Self::Others => "others",
        }
    }
}

/// A group with its heading, rows and pages.
#[component]
pub(super) fn GroupView(
    group: Group,
    page: Page<ListedExport>,
    /// The rows are those that a search leaves.
    searched: bool,
    add: AddAction,
) -> impl IntoView {
    let language = use_language();
    let count = u64::from(page.total);
    let (heading, caption, none) = match group {
        Group::Containing => (
            texts::containing(language, count),
            texts::containing_caption(language),
            texts::none_containing(language),
        ),
        Group::Others => (
            texts::others(language, count),
            texts::others_caption(language),
            texts::no_others(language),
        ),
    };
    let none = if searched {
        texts::no_match(language)
    } else {
        none
    };
    let columns = vec![
        Column::new(exports::display_name(language)),
        Column::new(exports::kind(language)).shy(),
        Column::new(exports::connection_used(language)),
        Column::new(exports::your_permissions(language)).shy(),
        Column::new(exports::row_commands(language)).action(),
    ];
    let pages = view! { <Pages group next=page.next has_previous=page.previous.is_some()/> };
    let rows = if page.items.is_empty() {
        view! { <TableMessage columns=COLUMNS>{none}</TableMessage> }.erased()
    } else {
        let row = |row: ListedExport| view! { <Row group row add/> };
        page.items.into_iter().map(row).collect_view().erased()
    };
    let id = format!("field-{}", group.parameter());
    view! {
        <h3 id=id tabindex="-1">
            {heading}
        </h3>
        <Table caption columns>
            {rows}
        </Table>
        {pages}
    }
    .erased()
}

#[component]
fn Row(group: Group, row: ListedExport, add: AddAction) -> impl IntoView {
    let language = use_language();
    let href = format!("{}?pane=view/{}", routes::EXPORTS, row.id);
    let connection = row
        .connection
        .unwrap_or_else(|| exports::no_connection(language).to_owned());
    let command = (group == Group::Others).then(|| {
        let (id, name, permission) = (row.id, row.name.clone(), row.permission);
        view! { <AddButton id name permission add/> }
    });
    view! {
        <tr>
            <th scope="row">
                <Link href>{row.name}</Link>
            </th>
            <td class="shy">{exports::connection_type(language, row.kind)}</td>
            <td>{connection}</td>
            <td class="shy">{exports::permission(language, row.permission)}</td>
            <td class="act">{command}</td>
        </tr>
    }
    .erased()
}

/// *Add segment*; where that may not be, it says why.
#[component]
fn AddButton(id: ExportId, name: String, permission: Permission, add: AddAction) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let may_write = use_session().may_write();
    let refusal = Signal::derive(move || {
        let reason = if !may_write {
            Some(texts::viewers_cannot(language))
        } else if permission == Permission::View {
            Some(exports::view_only_reason(language))
        } else {
            (!is_live.get()).then(|| ui::needs_script(language))
        };
        reason.map(str::to_owned)
    });
    let busy = Signal::derive(move || add.pending().get() && add.input().get() == Some(id));
    let to = format!(" {}", texts::to_export(language, name));
    view! {
        <Button
            appearance=Appearance::Subtle
            icon="add"
            busy
            disabled_reason=refusal
            on_click=move |_| {
                if !add.pending().get_untracked() {
                    add.dispatch(id);
                }
            }
        >
            {texts::add_segment(language)}
            <span class="sr">{to}</span>
        </Button>
    }
    .erased()
}

/// The way to the other pages of a group. The lists are paged by key: there are no numbers.
#[component]
fn Pages(group: Group, next: Option<Cursor>, has_previous: bool) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let href = move |place: Option<Cursor>| {
        let place = place.map(|cursor| cursor.0);
        Signal::derive(move || {
            let address = address.get();
            address.with(group.parameter(), place.clone()).to_string()
        })
    };
    let first = has_previous.then(|| {
        view! {
            <LinkButton href=href(None) icon="chevron_left" keep_scroll=true>
                {ui::first_page(language)}
            </LinkButton>
        }
    });
    let next = next.map(|cursor| {
        view! {
            <LinkButton href=href(Some(cursor)) icon="chevron_right" keep_scroll=true>
                {ui::next_page(language)}
            </LinkButton>
        }
    });
    view! { <div class="run-commands">{first} {next}</div> }.erased()
}
