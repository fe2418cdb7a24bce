//! What is sent: the tables of the export.

use leptos::html;
use leptos::prelude::*;

use super::errors::FormErrors;
use super::fields::FieldsEditor;
use super::items_state::ItemState;
use super::state::FormState;
use super::submission::item_name;
use crate::features::runs::rows;
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// So many tables fit in sight: more get a search.
const IN_SIGHT: usize = 8;

/// All tables, those of the export ticked.
#[component]
pub(super) fn TablesSection(form: FormState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let find = RwSignal::new(String::new());
    let wanted = Memo::new(move |_| find.with(|find| find.trim().to_lowercase()));
    let items = form.items.get_value();
    let is_match = move |item: ItemState| {
        wanted.with(|wanted| {
            wanted.is_empty()
                || item
                    .name
                    .with_value(|name| name.to_lowercase().contains(wanted))
        })
    };
    let all = StoredValue::new(items.clone());
    let nothing = move || {
        let found = all.with_value(|items| items.iter().any(|item| is_match(*item)));
        (!found && !wanted.with(String::is_empty))
            .then(|| view! { <p class="field-help">{exports::no_table_matches(language)}</p> })
    };
    let search = (items.len() > IN_SIGHT).then(|| {
        view! { <TextField name="find-table" label=exports::find_table(language) value=find autocomplete="off"/> }
    });
    let none = items.is_empty().then(|| {
        view! {
            <MessageBar>
                {exports::no_tables(language)} " "
                <Link href=Signal::stored("/data/sources".to_owned())>
                    {exports::go_to_sources(language)}
                </Link>
            </MessageBar>
        }
    });
    let list = items
        .into_iter()
        .enumerate()
        .map(|(place, item)| {
            view! {
                <li class="pick" hidden=move || !is_match(item)>
                    <TableItem place item errors/>
                </li>
            }
        })
        .collect_view();
    let error = errors.of("items");
    view! {
        <FormSection title=exports::tables_to_export(language)>
            {search}
            {none}
            <div id="field-items" tabindex="-1">
                {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                <ul class="pick-list">{list}</ul>
            </div>
            {nothing}
        </FormSection>
    }
    .into_any()
}

/// One table: its box, its size, and once it is ticked its fields.
#[component]
fn TableItem(place: usize, item: ItemState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let name = item.name.get_value();
    let size = match item.rows {
        _ if item.gone => exports::table_gone(language).to_owned(),
        Some(count) => rows(language, count),
        None => exports::not_refreshed(language).to_owned(),
    };
    let source = item.source_name.get_value();
    let about = if source.is_empty() {
        size
    } else {
        format!("{source} · {size}")
    };
    let has_fields = item.fields.with_value(|fields| !fields.is_empty());
    view! {
        <Checkbox
            name=item_name(place)
            label=name
            checked=item.chosen
            help=about
            error=errors.of(item_name(place))
        />
        {move || {
            (has_fields && item.chosen.get()).then(|| view! { <FieldsDisclosure place item errors/> })
        }}
    }
    .into_any()
}

/// How many fields are sent; opens to choose and rename them.
#[component]
fn FieldsDisclosure(place: usize, item: ItemState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let summary = move || {
        let (chosen, all) = item.chosen_of();
        exports::fields_chosen(language, chosen, all)
    };
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        if let Some(details) = details.get_untracked() {
            item.open.set(details.has_attribute("open"));
        }
    };
    view! {
        <details
            class="pick-fields"
            node_ref=details
            prop:open=move || item.open.get()
            on:toggle=toggled
        >
            <summary>
                {summary} <span class="sr">{exports::fields_of(language, item.name.get_value())}</span>
            </summary>
            {move || item.open.get().then(|| view! { <FieldsEditor place item errors/> })}
        </details>
    }
}
