//! The form of a data source, new or edited.

use leptos::{ev::SubmitEvent, prelude::*};
use serde_json::{Map, Value};

use super::sources::find_source;
use crate::api::{ApiError, create_source, update_source};
use crate::domain::{SourceDraft, SourceId, SourceKind, SourceSummary, Version};
use crate::features::account::SignInHere;
use crate::i18n::{data as texts, use_language};
use crate::shell::{FormErrors, FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "source-form";

/// A new source.
#[component]
pub(super) fn NewSourcePane(on_saved: Callback<()>) -> impl IntoView {
    view! { <SourceForm source=None on_saved/> }.erased()
}

/// A source as it was when the pane opened: a refresh meanwhile does not touch what is typed.
#[component]
pub(super) fn EditSourcePane(id: SourceId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let source = ask_server(|| (), move |()| find_source(id));
    let close = close_href();
    view! {
        <Suspense fallback=move || {
            view! {
                <Pane title=texts::edit(language) close_href=close>
                    <TextSkeleton/>
                </Pane>
            }
        }>
            {move || Suspend::new(async move {
                match source.await {
                    Ok(source) => view! { <SourceForm source=Some(source) on_saved/> }.erased(),
                    Err(error) => {
                        view! {
                            <Pane title=texts::edit(language) close_href=close>
                                <Problem error/>
                            </Pane>
                        }
                            .erased()
                    }
                }
            })}
        </Suspense>
    }
    .erased()
}

/// Which source is saved, and over which version; none for a new one.
type Target = Option<(SourceId, Version)>;

async fn save_source(target: Target, draft: SourceDraft) -> Result<SourceSummary, ApiError> {
    match target {
        Some((id, version)) => update_source(id, version, draft).await,
        None => create_source(draft).await,
    }
}

fn draft(name: String, path: String) -> SourceDraft {
    let config = Map::from_iter([("path".to_owned(), Value::String(path))]);
    SourceDraft {
        name,
        kind: SourceKind::Folder.code().to_owned(),
        config,
        secrets: Map::new(),
    }
}

#[component]
fn SourceForm(source: Option<SourceSummary>, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let target: Target = source.as_ref().map(|source| (source.id, source.version));
    let title = match &source {
        Some(source) => texts::edit_source(language, &source.name),
        None => texts::add_source(language).to_owned(),
    };
    let (old_name, old_path) = source
        .map(|source| (source.name, source.location))
        .unwrap_or_default();
    let name = RwSignal::new(old_name.clone());
    let path = RwSignal::new(old_path.clone());
    let save = Action::new(move |(target, draft): &(Target, SourceDraft)| {
        let saving = save_source(*target, draft.clone());
        async move {
            let answer = saving.await;
            // Whoever closed the pane meanwhile is told all the same.
            if answer.is_ok() {
                toasts.success(texts::source_saved(language));
                // The page may be gone too.
                let _gone = on_saved.try_run(());
            }
            answer
        }
    });
    let errors = FormErrors::new(
        Signal::derive(move || save.value().get().and_then(Result::err)),
        Signal::stored(vec!["name".to_owned(), "config.path".to_owned()]),
    );
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let dirty = Signal::derive(move || {
        let saved = matches!(save.value().get(), Some(Ok(_)));
        !saved && (name.get() != old_name || path.get() != old_path)
    });
    let send = Callback::new(move |()| {
        save.dispatch((target, draft(name.get_untracked(), path.get_untracked())));
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let pending = save.pending();
    let remove = target.map(|(id, _)| pane_href(PaneRoute::of("remove", id)));
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=pending
            >
                {while_saving(pending, texts::save(language))}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
            {remove
                .map(|href| {
                    view! {
                        <LinkButton
                            href
                            appearance=Appearance::Subtle
                            icon="delete"
                            keep_scroll=true
                        >
                            {texts::remove(language)}
                        </LinkButton>
                    }
                })}
        }
    });
    view! {
        <Pane title close_href=close dirty footer>
            <SignInHere
                error=Signal::derive(move || save.value().get()?.err())
                on_signed_in=send
            />
            <form id=FORM class="form" on:submit=submitted>
                <FormProblems errors title=texts::not_saved(language)/>
                <TextField
                    name="name"
                    label=texts::name(language)
                    value=name
                    autocomplete="off"
                    help=texts::source_name_help(language)
                    required=true
                    error=errors.of("name")
                />
                <KeyValueList>
                    <KeyValue label=texts::kind(language)>{texts::folder(language)}</KeyValue>
                </KeyValueList>
                <TextField
                    name="config.path"
                    label=texts::path(language)
                    value=path
                    autocomplete="off"
                    help=texts::path_help(language)
                    placeholder="/srv/data"
                    mono=true
                    required=true
                    error=errors.of("config.path")
                />
            </form>
        </Pane>
    }
    .erased()
}
