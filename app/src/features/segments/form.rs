//! The pane in which a segment is set up or edited.

use leptos::{ev::SubmitEvent, prelude::*};

use super::conditions::Conditions;
use super::conflict::Conflict;
use super::load::{Loaded, load};
use super::preview::Preview;
use super::saving::{Errors, Saving};
use super::sql::Statement;
use super::state::{CONDITIONS, FormState, SQL};
use crate::api::ApiError;
use crate::domain::{SegmentId, TableSummary};
use crate::features::account::SignInHere;
use crate::i18n::{Language, leaving, segments as texts, ui, use_language};
use crate::shell::{FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "segment-form";

/// *New segment*, or *Edit segment*.
#[component]
pub(super) fn FormPane(id: Option<SegmentId>, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let may_write = use_session().may_write();
    let title = match id {
        Some(_) => texts::edit_segment(language),
        None => texts::new_segment(language),
    };
    let saving = Saving::new(on_saved);
    let attempt = RwSignal::new(0_u32);
    let loaded = ask_server(move || attempt.get(), move |_| load(id, may_write));
    let load_theirs = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    view! {
        <Pane
            title
            close_href=close_href()
            size=PaneSize::Large
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <FormFooter saving/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=10/> }>
                <FormLoader loaded saving load_theirs/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once its parts are there. It is filled in once, and again only when asked to: what happens meanwhile does
/// not touch what is typed.
#[component]
fn FormLoader(
    loaded: FromServer<Result<Loaded, ApiError>>,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(loaded) => {
                let form = saving.start(language, &loaded);
                view! { <SegmentForm form loaded saving load_theirs/> }.erased()
            }
            Err(error) => {
                saving.give_up();
                let retry_href = address.get_untracked().to_string();
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

#[component]
fn SegmentForm(
    form: FormState,
    loaded: Loaded,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let errors = Errors::new(saving);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save(language);
    };
    let others = move || {
        saving.others.get().map(|exports| {
            view! {
                <MessageBar intent=Intent::Warning title=texts::others_title(language)>
                    {texts::others_text(language, exports)}
                </MessageBar>
            }
        })
    };
    let made_from = loaded.details.map(|details| details.segment.made_from);
    let tables = table_choices(language, form, &made_from.unwrap_or_default());
    let is_sql = Memo::new(move |_| form.is_sql());
    let rows = move || {
        if is_sql.get() {
            view! { <Statement form errors/> }.erased()
        } else {
            view! {
                <SelectField
                    name="table_id"
                    label=texts::table(language)
                    value=form.table
                    options=Signal::stored(tables.clone())
                    prompt=texts::choose_table(language)
                    required=true
                    error=errors.of("table_id", form.table)
                />
                <Conditions form saving errors/>
            }
            .erased()
        }
    };
    let kinds = vec![
        Choice::new(CONDITIONS, texts::conditions(language))
            .description(texts::conditions_text(language)),
        Choice::new(SQL, texts::sql(language)).description(texts::sql_text(language)),
    ];
    view! {
        {dynamic(others)}
        <Conflict saving load_theirs/>
        <SignInHere
            error=saving.failure
            on_signed_in=Callback::new(move |()| saving.save(language))
        />
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <FormProblems errors=errors.of_saving() title=texts::not_saved(language)/>
            <TextField
                name="name"
                label=texts::name(language)
                value=form.name
                autocomplete="off"
                required=true
                error=errors.of("name", form.name)
            />
            <RadioGroup
                name="kind"
                label=texts::how(language)
                value=form.kind
                options=Signal::stored(kinds)
                cards=true
            />
            {dynamic(rows)}
            <Preview form saving/>
        </form>
    }
    .erased()
}

/// The tables by their sources; those without columns yet cannot be chosen, and the one that is set can always be seen.
fn table_choices(language: Language, form: FormState, made_from: &[String]) -> Vec<Choice> {
    let set = form.table.get_untracked();
    form.tables.with_value(|tables| {
        let is_known = set.is_empty() || tables.iter().any(|table| table.id.to_string() == set);
        let gone = (!is_known).then(|| {
            let name = texts::gone(language, made_from.join(", "));
            Choice::new(set, name)
        });
        let choice = |table: &TableSummary| {
            let waits = table.schema.is_empty();
            let label = if waits {
                texts::waits(language, &table.name)
            } else {
                table.name.clone()
            };
            Choice::new(table.id.to_string(), label)
                .group(&table.source_name)
                .disabled(waits)
        };
        tables.iter().map(choice).chain(gone).collect()
    })
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
fn FormFooter(saving: Saving) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let close = close_href();
    let waiting = Signal::derive(move || {
        let is_ready = is_live.get() && saving.form.with(Option::is_some);
        (!is_ready).then(|| ui::needs_script(language).to_owned())
    });
    // The server draws the buttons before it knows the form: until the script runs, so does the browser.
    let label = move || {
        if saving.busy.get() {
            leaving::saving(language)
        } else if is_live.get() && saving.others.with(Option::is_some) {
            texts::save_as_new(language)
        } else {
            texts::save(language)
        }
    };
    dynamic(move || {
        let is_hidden = is_live.get() && saving.unavailable.get();
        let save = (!is_hidden).then(|| {
            view! {
                <Button
                    kind=ButtonKind::Submit
                    form=FORM
                    appearance=Appearance::Primary
                    busy=saving.busy
                    disabled_reason=waiting
                >
                    {dynamic(label)}
                </Button>
            }
        });
        view! {
            {save}
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    })
}
