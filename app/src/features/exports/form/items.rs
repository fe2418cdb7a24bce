//! What is sent: the tables and segments of the export.

use leptos::html;
use leptos::prelude::*;

use super::errors::FormErrors;
use super::fields::FieldsEditor;
use super::items_state::ItemState;
use super::state::FormState;
use super::submission::item_name;
use crate::api::get_segment;
use crate::domain::SegmentId;
use crate::features::runs::{count, rows};
use crate::i18n::{exports, segments as segment_texts, use_language};
use crate::ui::prelude::*;

/// So many tables fit in sight: more get a search.
const IN_SIGHT: usize = 8;

/// All tables and segments, those of the export ticked.
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
    // Places are those of the form: the groups are only for the eye.
    let list = |of_segments: bool| {
        let list = items
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, item)| item.is_segment == of_segments)
            .map(|(place, item)| {
                view! {
                    <li class="pick" hidden=move || !is_match(item)>
                        <TableItem place item errors/>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="pick-list">{list}</ul> }
    };
    let has_segments = items.iter().any(|item| item.is_segment);
    let heading = move |text: &'static str| has_segments.then(|| view! { <h4>{text}</h4> });
    let tables = list(false);
    let segments = has_segments.then(|| list(true));
    let error = errors.of("items");
    view! {
        <FormSection title=exports::tables_to_export(language)>
            {search}
            {none}
            <div id="field-items" tabindex="-1">
                {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                {heading(exports::tables(language))}
                {tables}
                {heading(segment_texts::segments(language))}
                {segments}
            </div>
            {nothing}
        </FormSection>
    }
    .into_any()
}

/// One table or segment: its box, its size, and once it is ticked its fields.
#[component]
fn TableItem(place: usize, item: ItemState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let name = item.name.get_value();
    let size = match item.rows {
        _ if item.gone => exports::table_gone(language).to_owned(),
        Some(members) if item.is_segment => segment_texts::member_count(language, count(members)),
        None if item.is_segment => segment_texts::not_refreshed_yet(language).to_owned(),
        Some(count) => rows(language, count),
        None => exports::not_refreshed(language).to_owned(),
    };
    let source = item.source_name.get_value();
    let about = if source.is_empty() {
        size
    } else {
        format!("{source} · {size}")
    };
    let has_fields = Memo::new(move |_| item.fields.with(|fields| !fields.is_empty()));
    if item.is_segment && !item.gone {
        fetch_fields(item);
    }
    view! {
        <Checkbox
            name=item_name(place)
            label=name
            checked=item.chosen
            help=about
            error=errors.of(item_name(place))
        />
        {move || {
            (has_fields.get() && item.chosen.get()).then(|| view! { <FieldsDisclosure place item errors/> })
        }}
    }
    .into_any()
}

/// Fetches the columns of a segment when it is first ticked: once, since what they are filled into lasts as long as the
/// answer. If they cannot be had, all of them are sent.
fn fetch_fields(item: ItemState) {
    let fetch = Action::new(|id: &SegmentId| get_segment(*id));
    let is_asked = StoredValue::new(item.fields.with_untracked(|fields| !fields.is_empty()));
    Effect::new(move || {
        if item.chosen.get() && !is_asked.get_value() {
            is_asked.set_value(true);
            fetch.dispatch(SegmentId::new(item.table_id.uuid()));
        }
    });
    Effect::new(move || {
        if let Some(Ok(details)) = fetch.value().get() {
            item.fill(&details.schema);
        }
    });
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
