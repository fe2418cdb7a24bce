//! A connection that exports use: they are detached or removed, each by itself or all, and then it is removed.

use leptos::prelude::*;

use super::page::count;
use crate::api::{ApiError, release_exports, remove_connection};
use crate::domain::{ConnectionDetails, ConnectionId, ExportId, Release};
use crate::i18n::{connections as texts, ui, use_language};
use crate::shell::{Failure, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Which exports leave the connection, and how.
type ReleaseAction = Action<(Vec<ExportId>, Release), Result<ConnectionDetails, ApiError>>;

/// The exports, and what can be done about them.
#[component]
pub(super) fn InUse(connection: ConnectionDetails, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let id = connection.summary.id;
    let name = connection.summary.name.clone();
    let search = search_href(name.clone());
    let details = RwSignal::new(connection);
    let release = release_action(id, details, changed);
    let remove = Action::new({
        let name = name.clone();
        move |(): &()| {
            let version = details.with_untracked(|details| details.summary.version);
            let (removing, name) = (remove_connection(id, version), name.clone());
            async move {
                let answer = removing.await;
                // Whoever closed the question meanwhile is told all the same.
                if answer.is_ok() {
                    toasts.success(texts::removed(language, name));
                    count(changed);
                }
                answer
            }
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = remove.value().get() {
            // Nobody comes back to a question that is answered.
            go.replace(&close.get_untracked());
        }
    });
    let used = Signal::derive(move || {
        details.with(|details| u64::try_from(details.used_by.len()).unwrap_or(u64::MAX))
    });
    let is_live = use_script();
    let refusal = Signal::derive(move || match used.get() {
        0 if is_live.get() => None,
        0 => Some(ui::needs_script(language).to_owned()),
        used => Some(texts::in_use_text(language, used)),
    });
    let pending = remove.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                icon="delete"
                busy=pending
                disabled_reason=refusal
                on_click=move |_| {
                    remove.dispatch(());
                }
            >
                {texts::remove_connection(language)}
            </Button>
        }
    });
    let said = move || match used.get() {
        0 => texts::remove_text(language).to_owned(),
        used => format!(
            "{} {}",
            texts::in_use_text(language, used),
            texts::release_text(language)
        ),
    };
    let title = Signal::derive(move || {
        if used.get() == 0 {
            texts::remove_title(language, &name)
        } else {
            texts::in_use_title(language, &name)
        }
    });
    view! {
        <ConfirmDialog
            title
            cancel_href=close
            cancel_label=texts::close(language)
            confirm
        >
            <p>{said}</p>
            <Exports details release search/>
            <Failure
                title=texts::not_released(language)
                error=Signal::derive(move || release.value().get()?.err())
            />
            <Failure
                title=texts::not_removed(language)
                error=Signal::derive(move || remove.value().get()?.err())
            />
        </ConfirmDialog>
    }
    .erased()
}

fn release_action(
    id: ConnectionId,
    details: RwSignal<ConnectionDetails>,
    changed: RwSignal<u32>,
) -> ReleaseAction {
    Action::new(move |(exports, how): &(Vec<ExportId>, Release)| {
        let releasing = release_exports(id, exports.clone(), *how);
        async move {
            let answer = releasing.await;
            if let Ok(left) = &answer {
                count(changed);
                // The question may be closed by now.
                if details.try_set(left.clone()).is_none() {
                    keep_focus_soon();
                }
            }
            answer
        }
    })
}

/// Each export with its two ways out; all of them at once, if there are several.
#[component]
fn Exports(
    details: RwSignal<ConnectionDetails>,
    release: ReleaseAction,
    /// The list of exports, searched for the connection.
    search: String,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        let exports = details.with(|details| details.used_by.clone());
        if exports.is_empty() {
            return None;
        }
        let all: Vec<_> = exports.iter().map(|(id, _)| *id).collect();
        let of_all = (all.len() > 1).then(|| {
            view! {
                <ReleaseButton exports=all.clone() how=Release::Detach release>
                    {texts::detach_all(language)}
                </ReleaseButton>
                <ReleaseButton exports=all how=Release::Remove release>
                    {texts::remove_all(language)}
                </ReleaseButton>
            }
        });
        let item = |(id, name): (ExportId, String)| view! { <UsedBy id name release/> };
        Some(view! {
            <ul class="releases" aria-label=texts::its_exports(language)>
                {exports.into_iter().map(item).collect_view()}
            </ul>
            <p class="run-commands">
                {of_all}
                <LinkButton href=search.clone() appearance=Appearance::Subtle>
                    {texts::see_exports(language)}
                </LinkButton>
            </p>
        })
    })
}

#[component]
fn UsedBy(id: ExportId, name: String, release: ReleaseAction) -> impl IntoView {
    let language = use_language();
    let href = format!("{}?pane=view/{id}", routes::EXPORTS);
    let (detach, remove) = (
        texts::detach_one(language, &name),
        texts::remove_one(language, &name),
    );
    view! {
        <li>
            <Link href>{name}</Link>
            <span class="release-commands">
                <ReleaseButton exports=vec![id] how=Release::Detach release>
                    <span aria-hidden="true">{texts::detach(language)}</span>
                    <span class="sr">{detach}</span>
                </ReleaseButton>
                <ReleaseButton exports=vec![id] how=Release::Remove release>
                    <span aria-hidden="true">{texts::remove(language)}</span>
                    <span class="sr">{remove}</span>
                </ReleaseButton>
            </span>
        </li>
    }
    .erased()
}

#[component]
fn ReleaseButton(
    exports: Vec<ExportId>,
    how: Release,
    release: ReleaseAction,
    children: Children,
) -> impl IntoView {
    let icon = match how {
        Release::Detach => "link_dismiss",
        Release::Remove => "delete",
    };
    let is_live = use_script();
    let language = use_language();
    let waiting =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    view! {
        <Button
            icon
            busy=release.pending()
            disabled_reason=waiting
            on_click=move |_| {
                release.dispatch((exports.clone(), how));
            }
        >
            {children()}
        </Button>
    }
    .erased()
}

/// The search of the exports page looks at the names of connections too.
fn search_href(connection: String) -> String {
    Address {
        path: routes::EXPORTS.to_owned(),
        query: Query::default(),
    }
    .with_list(&ListState::default().search(connection))
    .to_string()
}
