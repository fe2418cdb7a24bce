//! The pane of saved views: the list that is shown becomes one, and those there are become links, other names, other
//! lists, or nothing.

use leptos::{ev::SubmitEvent, prelude::*};

use super::editable::until_script;
use super::shown::Reload;
use super::views::{query_of, query_of_view, view_href};
use super::views_keeping::{Change, Keeping};
use crate::api::{ApiError, list_views};
use crate::domain::{SavedView, SavedViewDraft, ViewId};
use crate::features::account::SignInHere;
use crate::i18n::{exports, saved_views as texts, use_language};
use crate::shell::{Failure, FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Name of the field of a new view.
const NEW: &str = "view-name";

/// *Saved views*.
#[component]
pub(super) fn ViewsPane(reload: Reload) -> impl IntoView {
    let language = use_language();
    let views = ask_server(move || reload.times(), |_| list_views());
    view! {
        <Pane
            title=Signal::stored(texts::saved_views(language).to_owned())
            close_href=close_href()
        >
            <NewView reload/>
            <FormSection title=texts::your_views(language)>
                <Transition fallback=|| view! { <TextSkeleton lines=4/> }>
                    <Views views reload/>
                </Transition>
            </FormSection>
        </Pane>
    }
    .erased()
}

/// Saves the list that is shown.
#[component]
fn NewView(reload: Reload) -> impl IntoView {
    let language = use_language();
    let list = use_list();
    let name = RwSignal::new(String::new());
    let keeping = Keeping::new(reload, move || name.set(String::new()));
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let draft = SavedViewDraft {
            name: name.get_untracked(),
            query: query_of(list.get_untracked()),
        };
        keeping.ask(Change::Save(None, draft));
    };
    view! {
        <SessionEnded keeping/>
        <FormSection title=texts::save_now(language) text=texts::save_now_text(language)>
            <NameForm
                keeping
                name
                field=NEW
                label=texts::name(language)
                submitted
                text=texts::save_view(language)
            />
        </FormSection>
    }
    .erased()
}

/// Asks for the password where the session ended meanwhile, and goes on.
#[component]
fn SessionEnded(keeping: Keeping) -> impl IntoView {
    let on_signed_in = Callback::new(move |()| keeping.ask_again());
    view! { <SignInHere error=keeping.error() on_signed_in/> }.erased()
}

/// A name, and the button that saves it. Until the script runs it sends nothing.
#[component]
fn NameForm(
    keeping: Keeping,
    name: RwSignal<String>,
    /// Name of the field; unique in the pane.
    #[prop(into)]
    field: String,
    #[prop(into)] label: String,
    #[prop(into)] submitted: Callback<SubmitEvent>,
    /// The text of the button.
    text: &'static str,
) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let waiting = until_script();
    let errors = keeping.errors(&field);
    let save = move || {
        if is_live.get() {
            view! {
                <Button kind=ButtonKind::Submit busy=keeping.pending()>
                    {while_saving(keeping.pending(), text)}
                </Button>
            }
            .erased()
        } else {
            view! { <Button disabled_reason=waiting>{text}</Button> }.erased()
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| submitted.run(event)>
            <FormProblems errors title=texts::not_done(language)/>
            <TextField
                name=field.clone()
                label
                value=name
                autocomplete="off"
                required=true
                error=errors.of(field)
            />
            <div class="run-commands">{dynamic(save)}</div>
        </form>
    }
    .erased()
}

/// The views there are.
#[component]
fn Views(views: FromServer<Result<Vec<SavedView>, ApiError>>, reload: Reload) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(views);
    let rows = Signal::derive(move || {
        shown.with(|answer| match answer {
            Some(Ok(views)) => views.clone(),
            Some(Err(_)) | None => Vec::new(),
        })
    });
    // One list for all answers: what stays in it keeps the focus.
    let are_none = once_in_the_browser(move || {
        shown.with(|answer| {
            let answer = answer.as_ref()?.as_ref();
            Some(answer.map(Vec::is_empty).map_err(Clone::clone))
        })
    });
    // The focus goes with a view that is removed.
    Effect::new(move |before: Option<usize>| {
        let count = rows.with(Vec::len);
        if before.is_some_and(|before| count < before) {
            keep_focus_soon();
        }
        count
    });
    dynamic(move || {
        are_none.get().map(|answer| match answer {
            Ok(true) => view! { <p>{texts::no_views(language)}</p> }.erased(),
            Ok(false) => view! {
                <ul class="saved-views">
                    <Each each=move || rows.get() key=|view| view.id let:view>
                        <Row view rows reload/>
                    </Each>
                </ul>
            }
            .erased(),
            Err(error) => {
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

/// One view, and what can be done to it. It changes where it stands.
#[component]
fn Row(
    /// The view as it came into the list.
    view: SavedView,
    /// The views of now.
    rows: Signal<Vec<SavedView>>,
    reload: Reload,
) -> impl IntoView {
    let language = use_language();
    let list = use_list();
    let is_renaming = RwSignal::new(false);
    let keeping = Keeping::new(reload, move || {
        if is_renaming.get_untracked() {
            is_renaming.set(false);
            keep_focus_soon();
        }
    });
    let id = view.id;
    let current = Memo::new(move |before: Option<&SavedView>| {
        let found = rows.with(|rows| rows.iter().find(|row| row.id == id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&view).clone())
    });
    let name = move || current.with(|view| view.name.clone());
    let query = move || current.with(query_of_view);
    let href = Signal::derive(move || view_href(&query()));
    let needs_script = until_script();
    let refusal = Signal::derive(move || {
        let is_shown = query_of(list.get()) == query();
        let shown = is_shown.then(|| texts::is_shown(language).to_owned());
        needs_script.get().or(shown)
    });
    let save = Callback::new(move |(name, query): (String, String)| {
        keeping.ask(Change::Save(Some(id), SavedViewDraft { name, query }));
    });
    let replace = move |_| save.run((untrack(name), query_of(list.get_untracked())));
    let below = move || {
        if is_renaming.get() {
            let (name, query) = untrack(|| (name(), query()));
            view! { <Renaming id name query keeping save/> }.erased()
        } else {
            view! { <Failure title=texts::not_done(language) error=keeping.error()/> }.erased()
        }
    };
    view! {
        <li>
            <Link href>{dynamic(name)}</Link>
            <div class="run-commands">
                <Button
                    appearance=Appearance::Subtle
                    icon="edit"
                    disabled_reason=needs_script
                    on_click=move |_| {
                        is_renaming.update(|is_renaming| *is_renaming = !*is_renaming);
                        if is_renaming.get_untracked() {
                            focus_field_soon(&field_of(id));
                        }
                    }
                >
                    {named(texts::rename(language), name)}
                </Button>
                <Button
                    appearance=Appearance::Subtle
                    icon="arrow_sync"
                    busy=keeping.pending()
                    disabled_reason=refusal
                    on_click=replace
                >
                    {named(texts::replace(language), name)}
                </Button>
                <Button
                    appearance=Appearance::Subtle
                    icon="delete"
                    busy=keeping.pending()
                    disabled_reason=needs_script
                    on_click=move |_| keeping.ask(Change::Remove(current.get_untracked()))
                >
                    {named(texts::remove(language), name)}
                </Button>
            </div>
            {dynamic(below)}
            <SessionEnded keeping/>
        </li>
    }
    .erased()
}

/// The text of a button, and for readers the view that it is about.
fn named(text: &'static str, name: impl Fn() -> String + Copy + Send + 'static) -> impl IntoView {
    let of = move || format!(" {}", name());
    view! {
        {text}
        <span class="sr">{dynamic(of)}</span>
    }
    .erased()
}

/// Name of the field in which a view gets another name.
fn field_of(id: ViewId) -> String {
    format!("view-name-{id}")
}

/// Gives a view another name.
#[component]
fn Renaming(
    id: ViewId,
    name: String,
    query: String,
    keeping: Keeping,
    save: Callback<(String, String)>,
) -> impl IntoView {
    let language = use_language();
    let label = texts::new_name(language, &name);
    let typed = RwSignal::new(name);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        save.run((typed.get_untracked(), query.clone()));
    };
    view! {
        <NameForm
            keeping
            name=typed
            field=field_of(id)
            label
            submitted
            text=exports::save(language)
        />
    }
    .erased()
}
