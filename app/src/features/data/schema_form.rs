//! The form in which administrators correct the types of a table's columns.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::api::{get_table, update_table};
use crate::domain::{SchemaField, TableDetails, TableId, TableUpdate, Version};
use crate::features::account::SignInHere;
use crate::i18n::{Language, data as texts, use_language};
use crate::shell::{FormErrors, FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Types that a person may give a column of a text file.
const TYPES: [&str; 8] = [
    "text",
    "integer",
    "decimal(38,2)",
    "double",
    "boolean",
    "date",
    "timestamp",
    "timestamp_utc",
];
const FORM: &str = "schema-form";

/// Types and *personal* marks of a table. What was read when it opened stays, whatever happens
/// meanwhile; saving over a newer version is refused.
#[component]
pub(super) fn SchemaPane(id: TableId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let details = ask_server(|| (), move |()| get_table(id));
    let close = pane_href(PaneRoute::of("table", id));
    view! {
        <Suspense fallback=move || {
            view! {
                <Pane title=texts::correct_schema(language) close_href=close>
                    <TextSkeleton lines=8/>
                </Pane>
            }
        }>
            {move || Suspend::new(async move {
                match details.await {
                    Ok(details) if details.may_edit => {
                        view! { <SchemaForm details on_saved close/> }.erased()
                    }
                    Ok(_) => {
                        view! {
                            <Pane title=texts::correct_schema(language) close_href=close>
                                <MessageBar>{texts::administrators_only(language)}</MessageBar>
                            </Pane>
                        }
                            .erased()
                    }
                    Err(error) => {
                        view! {
                            <Pane title=texts::correct_schema(language) close_href=close>
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

/// A column as it is being edited.
#[derive(Clone)]
struct Edited {
    field: SchemaField,
    kind: RwSignal<String>,
    personal: RwSignal<bool>,
}

impl Edited {
    fn new(field: SchemaField) -> Self {
        let kind = RwSignal::new(field.kind.clone());
        let personal = RwSignal::new(field.personal);
        Self {
            field,
            kind,
            personal,
        }
    }

    fn is_changed(&self) -> bool {
        self.kind.with(|kind| *kind != self.field.kind)
            || self.personal.get() != self.field.personal
    }

    fn result(&self) -> SchemaField {
        SchemaField {
            kind: self.kind.get_untracked(),
            personal: self.personal.get_untracked(),
            ..self.field.clone()
        }
    }
}

#[component]
fn SchemaForm(
    details: TableDetails,
    on_saved: Callback<()>,
    close: Signal<String>,
) -> impl IntoView {
    let language = use_language();
    let (go, toasts) = (use_go(), use_toasts());
    let (id, version) = (details.table.id, details.table.version);
    let edited: Vec<_> = details.table.schema.into_iter().map(Edited::new).collect();
    let save = Action::new(
        move |(id, version, update): &(TableId, Version, TableUpdate)| {
            let saving = update_table(*id, *version, update.clone());
            async move {
                let answer = saving.await;
                // Whoever closed the pane meanwhile is told all the same.
                if answer.is_ok() {
                    toasts.success(texts::schema_saved(language));
                    // The page may be gone too.
                    let _gone = on_saved.try_run(());
                }
                answer
            }
        },
    );
    let shown = (0..edited.len()).map(type_field).collect::<Vec<_>>();
    let errors = FormErrors::new(
        Signal::derive(move || save.value().get().and_then(Result::err)),
        Signal::stored(shown),
    );
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let columns = StoredValue::new(edited.clone());
    let dirty = Signal::derive(move || {
        let saved = matches!(save.value().get(), Some(Ok(_)));
        !saved && columns.with_value(|columns| columns.iter().any(Edited::is_changed))
    });
    let send = Callback::new(move |()| {
        let schema = columns.with_value(|columns| columns.iter().map(Edited::result).collect());
        save.dispatch((id, version, TableUpdate { schema }));
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let pending = save.pending();
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=pending
            >
                {while_saving(pending, texts::save_and_refresh(language))}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    let heads = vec![
        Column::new(texts::column(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::personal(language)),
    ];
    view! {
        <Pane
            title=texts::correct_schema_of(language, &details.table.name)
            subtitle=texts::correct_schema_text(language).to_owned()
            close_href=close
            size=PaneSize::Large
            dirty
            footer
        >
            <SignInHere
                error=Signal::derive(move || save.value().get()?.err())
                on_signed_in=send
            />
            <form id=FORM on:submit=submitted>
                <FormProblems errors title=texts::not_saved(language)/>
                <Table caption=texts::schema(language) columns=Signal::stored(heads)>
                    {edited
                        .into_iter()
                        .enumerate()
                        .map(|(place, column)| view! { <Row place column errors/> })
                        .collect_view()}
                </Table>
                <p class="field-help">{texts::personal_help(language)}</p>
            </form>
        </Pane>
    }
    .erased()
}

/// The name of a column's type, as REST names it.
fn type_field(place: usize) -> String {
    format!("schema.{place}.type")
}

#[component]
fn Row(place: usize, column: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let name = column.field.name;
    let field = type_field(place);
    let options = options(language, &column.field.kind);
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td class="cell-field">
                <SelectField
                    label=texts::type_of(language, &name)
                    value=column.kind
                    options=Signal::stored(options)
                    error=errors.of(field.clone())
                    name=field
                />
            </td>
            <td>
                <Checkbox
                    name=format!("schema.{place}.personal")
                    label=texts::personal_of(language, &name)
                    checked=column.personal
                    hide_label=true
                />
            </td>
        </tr>
    }
    .erased()
}

/// The types to choose from: the usual ones, and the one the column has.
fn options(language: Language, current: &str) -> Vec<Choice> {
    let own = (!TYPES.contains(&current)).then_some(current);
    TYPES
        .into_iter()
        .chain(own)
        .map(|code| Choice::new(code, texts::column_type(language, code)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Language, TYPES, options};

    #[test]
    fn the_type_a_column_has_is_always_among_the_choices() {
        assert_eq!(options(Language::English, "text").len(), TYPES.len());
        assert_eq!(
            options(Language::English, "decimal(9,4)").len(),
            TYPES.len() + 1
        );
    }
}
