//! Tables of what was removed and can be restored.

use leptos::prelude::*;

use super::listing::{EmptyList, list_body};
use crate::api::ApiError;
use crate::domain::Micros;
use crate::i18n::{ui, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 6;

/// What a table says: in French the words agree with what it lists.
#[derive(Clone, Copy)]
pub(super) struct RemovedTexts {
    /// What the table shows, for screen readers.
    pub(super) caption: &'static str,
    /// Column.
    pub(super) name: &'static str,
    /// Column.
    pub(super) kind: &'static str,
    /// Column.
    pub(super) removed_at: &'static str,
    /// Column.
    pub(super) removed_by: &'static str,
    /// Column.
    pub(super) kept_until: &'static str,
    /// Button and column.
    pub(super) restore: &'static str,
    /// Over an error.
    pub(super) not_restored: &'static str,
    /// There is nothing to restore.
    pub(super) none: &'static str,
    /// Why.
    pub(super) none_text: &'static str,
}

/// What was removed, as its row shows it.
pub(super) struct Restorable {
    pub(super) name: String,
    /// The picture of its kind, if that has one.
    pub(super) icon: Option<&'static str>,
    pub(super) kind: &'static str,
    pub(super) removed_at: Micros,
    pub(super) removed_by: String,
    /// Until then it can be restored.
    pub(super) kept_until: Micros,
    /// The name of its button.
    pub(super) restore_label: String,
    /// Restores it.
    pub(super) restore: Callback<()>,
}

/// The table, and over it why the last was not restored.
#[component]
pub(super) fn RemovedTable(
    texts: RemovedTexts,
    /// Why the last was not restored.
    error: Signal<Option<ApiError>>,
    /// The [`removed_rows`].
    children: Children,
) -> impl IntoView {
    let columns = vec![
        Column::new(texts.name),
        Column::new(texts.kind),
        Column::new(texts.removed_at),
        Column::new(texts.removed_by),
        Column::new(texts.kept_until),
        Column::new(texts.restore).action(),
    ];
    view! {
        <Failure title=texts.not_restored error/>
        <Table caption=texts.caption columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                {children()}
            </Transition>
        </Table>
    }
    .erased()
}

/// The rows of a [`RemovedTable`], or what stands in their place. To be made where the table draws them: it waits for the
/// answer that they read.
pub(super) fn removed_rows<T>(
    texts: RemovedTexts,
    shown: Signal<Option<Result<Vec<T>, ApiError>>>,
    busy: Signal<bool>,
    as_removed: impl Fn(T) -> Restorable + Send + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    list_body(
        COLUMNS,
        shown,
        move |removed| {
            // A row goes with its button, which may have the focus.
            keep_focus_when_gone();
            let removed = removed.into_iter().map(&as_removed);
            removed
                .map(|removed| view! { <Row removed texts busy/> })
                .collect()
        },
        move || {
            view! {
                <EmptyList icon="delete" title=texts.none text=texts.none_text add=None/>
            }
            .erased()
        },
    )
}

#[component]
fn Row(removed: Restorable, texts: RemovedTexts, busy: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let disabled_reason =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    let Restorable {
        name,
        icon,
        kind,
        removed_at,
        removed_by,
        kept_until,
        restore_label,
        restore,
    } = removed;
    let kind = match icon {
        Some(icon) => view! {
            <span class="with-icon">
                <Icon name=icon/>
                {kind}
            </span>
        }
        .erased(),
        None => kind.erased(),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{kind}</td>
            <td>
                <Time at=instant(removed_at)/>
            </td>
            <td>{removed_by}</td>
            <td>
                <Time at=instant(kept_until) absolute=true/>
            </td>
            <td class="act">
                <Button busy disabled_reason on_click=move |_| restore.run(())>
                    <span aria-hidden="true">{texts.restore}</span>
                    <span class="sr">{restore_label}</span>
                </Button>
            </td>
        </tr>
    }
    .erased()
}
