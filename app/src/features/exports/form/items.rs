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
use crate::i18n::{data, exports, segments as segment_texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// All tables and segments, those of the export ticked.
#[component]
pub(super) fn TablesSection(form: FormState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let items = form.items.get_value();
    let adds_sources = use_session().is_administrator();
    let none = items.is_empty().then(|| {
        if !adds_sources {
            return view! { <MessageBar>{data::no_tables_other(language)}</MessageBar> }.erased();
        }
        view! {
            <MessageBar>
                {exports::no_tables(language)} " "
                <Link href=Signal::stored("/data/sources".to_owned())>
                    {exports::go_to_sources(language)}
                </Link>
            </MessageBar>
        }
        .erased()
    });
    // Places are those of the form: the groups are only for the eye.
    let picks = |of_segments: bool| {
        items
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, item)| item.is_segment == of_segments)
            .map(|(place, item)| {
                let control = view! { <TableItem place item errors/> };
                Pick::new(item.name.get_value(), control.erased())
            })
            .collect::<Vec<_>>()
    };
    let (tables, segments) = (picks(false), picks(true));
    let heading = |text: &str| Some(text.to_owned());
    let groups = if segments.is_empty() {
        vec![(None, tables)]
    } else {
        vec![
            (heading(exports::tables(language)), tables),
            (heading(segment_texts::segments(language)), segments),
        ]
    };
    let error = errors.of("items");
    view! {
        <FormSection title=exports::tables_to_export(language)>
            {none}
            <div id="field-items" tabindex="-1">
                {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                <PickList
                    name="find-table"
                    find=exports::find_table(language)
                    no_match=exports::no_table_matches(language)
                    groups
                />
            </div>
        </FormSection>
    }
    .erased()
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
    .erased()
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
                {dynamic(summary)} <span class="sr">{exports::fields_of(language, item.name.get_value())}</span>
            </summary>
            {move || item.open.get().then(|| view! { <FieldsEditor place item errors/> })}
        </details>
    }
    .erased()
}
