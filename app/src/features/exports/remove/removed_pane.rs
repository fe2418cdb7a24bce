//! *Removed*: exports that can be restored. It works without script.

use leptos::prelude::*;

use crate::api;
use crate::api::{ApiError, RestoreExport};
use crate::domain::{Cursor, Page, Permission, RemovedExport};
use crate::features::exports::errors::without_fields;
use crate::features::exports::shown::Reload;
use crate::i18n::{export_removed as texts, exports, use_language};
use crate::shell::{Failure, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter in which the place in the list is kept.
const PLACE: &str = "place";
const COLUMNS: u32 = 6;

/// The pane with what was removed.
#[component]
pub(in crate::features::exports) fn RemovedPane(reload: Reload) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let (go, toasts) = (use_go(), use_toasts());
    let cursor =
        Memo::new(move |_| address.with(|address| address.query.get(PLACE).map(str::to_owned)));
    let restore = ServerAction::<RestoreExport>::new();
    let hints = use_live(&[LiveKind::Exports]);
    let page = ask_server(
        move || (cursor.get(), hints.get()),
        move |(cursor, _)| api::list_removed(cursor.map(Cursor)),
    );
    Effect::new(move || {
        if let Some(Ok(export)) = restore.value().get() {
            toasts.success(texts::restored(language, &export.row.name));
            reload.now();
            let details = PaneRoute::of("view", export.row.id);
            let list = address.get_untracked().with(PLACE, None::<&str>);
            go.push(&list.with_pane(details).to_string());
        }
    });
    let close_href = Signal::derive(move || {
        let list = address.get().with(PLACE, None::<&str>);
        list.without_pane().to_string()
    });
    view! {
        <Pane
            title=Signal::stored(texts::removed(language).to_owned())
            subtitle=Signal::stored(Some(texts::removed_text(language).to_owned()))
            close_href
            size=PaneSize::Large
        >
            <Failure
                title=texts::not_restored(language)
                error=Signal::derive(move || restore.value().get()?.err().map(without_fields))
            />
            <Transition fallback=|| view! { <TextSkeleton lines=6/> }>
                <Removed page restore/>
            </Transition>
        </Pane>
    }
    .erased()
}

#[component]
fn Removed(
    page: FromServer<Result<Page<RemovedExport>, ApiError>>,
    restore: ServerAction<RestoreExport>,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(page);
    let list = move |page: Page<RemovedExport>| {
        let place_href = |cursor: Option<Cursor>| {
            let cursor = cursor.map(|cursor| cursor.0);
            address.get_untracked().with(PLACE, cursor).to_string()
        };
        let is_start = address.with_untracked(|address| address.query.get(PLACE).is_none());
        let newest = (!is_start).then(|| (place_href(None), texts::newest(language)));
        let older = page.next.clone();
        let older = older.map(|cursor| (place_href(Some(cursor)), texts::older(language)));
        let links = [newest, older].into_iter().flatten().map(|(href, label)| {
            view! {
                <LinkButton href keep_scroll=true>
                    {label}
                </LinkButton>
            }
        });
        let rows = if page.items.is_empty() {
            let text = texts::none(language);
            view! { <TableMessage columns=COLUMNS>{text}</TableMessage> }.erased()
        } else {
            let row = |export: RemovedExport| view! { <RemovedRow export restore/> };
            page.items.into_iter().map(row).collect_view().erased()
        };
        view! {
            <Table caption=texts::caption(language) columns=columns()>
                {rows}
            </Table>
            <div class="run-commands">{links.collect_view()}</div>
        }
        .erased()
    };
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|page| match page {
            Ok(page) => list(page),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}

fn columns() -> Vec<Column> {
    let language = use_language();
    vec![
        Column::new(exports::display_name(language)),
        Column::new(exports::connection_used(language)),
        Column::new(texts::removed_at(language)),
        Column::new(texts::removed_by(language)),
        Column::new(texts::kept_until(language)),
        Column::new(texts::restore(language)).action(),
    ]
}

#[component]
fn RemovedRow(export: RemovedExport, restore: ServerAction<RestoreExport>) -> impl IntoView {
    let language = use_language();
    let connection = export.connection.map_or_else(
        || exports::no_connection(language).to_owned(),
        |connection| connection.name,
    );
    let may_restore = export.permission == Permission::Edit;
    let refusal = (!may_restore).then(|| exports::view_only_reason(language).to_owned());
    let label = texts::restore_one(language, &export.name);
    view! {
        <tr>
            <th scope="row">{export.name}</th>
            <td>{connection}</td>
            <td>
                <Time at=instant(export.removed_at)/>
            </td>
            <td>{export.removed_by}</td>
            <td>
                <Time at=instant(export.kept_until) absolute=true/>
            </td>
            <td class="act">
                <ActionForm action=restore>
                    <HiddenField name="id" value=export.id.to_string()/>
                    <Button
                        kind=ButtonKind::Submit
                        busy=restore.pending()
                        disabled_reason=Signal::stored(refusal)
                    >
                        <span aria-hidden="true">{texts::restore(language)}</span>
                        <span class="sr">{label}</span>
                    </Button>
                </ActionForm>
            </td>
        </tr>
    }
    .erased()
}
