//! The table: the page is made of it.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::HtmlElement,
};

use super::{
    dynamic::dynamic,
    erase::Erase,
    icon::Icon,
    row_keys::{self, RowKey},
    rows::{HtmlBody, HtmlRows},
};
use crate::i18n::{self, use_language};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortDirection {
    const fn aria(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Number,
    Action,
}

/// The head of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    label: String,
    sort: Option<(String, Option<SortDirection>)>,
    kind: Kind,
    shy: bool,
}

impl Column {
    /// A column of text, not sortable.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// Sorts by following `href`, the address of the list sorted by this column (turned, if it is
    /// sorted by it now: then say which way).
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, sorted: Option<SortDirection>) -> Self {
        self.sort = Some((href.into(), sorted));
        self
    }

    /// A column of numbers: its cells carry the class `num`.
    #[must_use]
    pub fn numeric(mut self) -> Self {
        self.kind = Kind::Number;
        self
    }

    /// A column of buttons, whose label only readers hear; its cells carry the class `act`.
    #[must_use]
    pub fn action(mut self) -> Self {
        self.kind = Kind::Action;
        self
    }

    /// A column that gives way on narrow screens; its cells carry the class `shy`.
    #[must_use]
    pub fn shy(mut self) -> Self {
        self.shy = true;
        self
    }

    fn class(&self) -> Option<&'static str> {
        match (self.kind, self.shy) {
            (Kind::Text, false) => None,
            (Kind::Text, true) => Some("shy"),
            (Kind::Number, false) => Some("num"),
            (Kind::Number, true) => Some("num shy"),
            (Kind::Action, false) => Some("act"),
            (Kind::Action, true) => Some("act shy"),
        }
    }
}

/// How many of the rows shown are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    /// None of them.
    #[default]
    None,
    /// Some of them.
    Some,
    /// All of them.
    All,
}

/// The column of boxes that choose rows. It is the first, and the last is that of the rows' menus: the style sheet knows
/// both by their places, and their cells need no class.
#[derive(Clone, Copy)]
pub struct RowChoice {
    /// The head of the column, for readers.
    pub head: &'static str,
    /// What the box in the head does, which stands for all rows.
    pub label: Signal<String>,
    /// Whether it is ticked, half, or not.
    pub chosen: Signal<Chosen>,
    /// Chooses all rows, or none.
    pub on_all: Callback<bool>,
    /// Chooses among them.
    pub on_row: Callback<RowKey>,
    /// Which of the rows shown are chosen, in their order.
    pub rows: Signal<Vec<bool>>,
}

/// A table with its columns' heads. The rows are `<tr>`s of the caller, each with one
/// `<th scope="row">` that holds the row's link; cells of numeric, action and shy columns carry the
/// classes that [`Column`] names. For no rows put one [`TableMessage`](super::empty_state::TableMessage).
/// A long table has its rows as [`HtmlRows`], and only what stands in their place as its children.
///
/// Sorting is a link: it works without script, and the space bar follows it like a button. Links of rows that lead to
/// a pane (`?…`) leave the page where it is scrolled to.
///
/// ```ignore
/// view! {
///     <Table caption="Exports" columns=columns>
///         <Each each=rows key=|row| row.id let:row>
///             <tr><th scope="row"><Link href=row.href>{row.name}</Link></th><td>…</td></tr>
///         </Each>
///     </Table>
/// }
/// ```
#[component]
pub fn Table(
    /// What the table lists; for readers, the page shows it as its title.
    #[prop(into)]
    caption: Signal<String>,
    /// The columns, in order.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
    /// Whether newer rows are on their way while these are shown.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Lets rows be chosen: puts a column of boxes before the others.
    #[prop(optional)]
    choice: Option<RowChoice>,
    /// Puts the rows closer together.
    #[prop(optional)]
    compact: bool,
    /// The rows of a long table.
    #[prop(optional)]
    rows: Option<HtmlRows>,
    /// The rows, or what stands below them.
    children: Children,
) -> impl IntoView {
    let heads = move || {
        columns
            .get()
            .into_iter()
            .map(|column| view! { <Head column/> })
            .collect_view()
    };
    let clicked = move |event: MouseEvent| {
        row_keys::keep_scroll(&event);
        if let Some(rows) = rows
            && let Some((button, place)) = row_keys::menu_clicked(&event)
            && let Some(key) = rows.key(place)
        {
            event.prevent_default();
            rows.menu.open(key, button);
        }
        if let Some(choice) = choice
            && let Some(key) = row_keys::clicked(&event)
        {
            choice.on_row.run(key);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if let Some(choice) = choice
            && let Some(key) = row_keys::pressed(&event)
        {
            choice.on_row.run(key);
        }
    };
    let class = match (choice.is_some(), compact) {
        (false, false) => "table",
        (false, true) => "table table-compact",
        (true, false) => "table table-choice",
        (true, true) => "table table-choice table-compact",
    };
    view! {
        <div class="table-frame" role="region" tabindex="0" aria-label=move || caption.get()>
            <table
                class=class
                aria-busy=move || busy.get().then_some("true")
                on:click=clicked
                on:keydown=pressed
            >
                <caption class="sr">{move || caption.get()}</caption>
                <thead>
                    <tr>
                        {choice.map(|choice| view! { <ChoiceHead choice/> }.erased())}
                        {dynamic(heads)}
                    </tr>
                </thead>
                {rows.map(|HtmlRows { rows, .. }| view! { <HtmlBody rows choice/> }.erased())}
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .erased()
}

/// The head over the boxes of the rows: a box for all of them.
#[component]
fn ChoiceHead(choice: RowChoice) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        let chosen = choice.chosen.get();
        if let Some(input) = input.get() {
            input.set_checked(chosen == Chosen::All);
            input.set_indeterminate(chosen == Chosen::Some);
        }
    });
    view! {
        <th scope="col" class="act">
            <span class="sr">{choice.head}</span>
            <input
                type="checkbox"
                aria-label=move || choice.label.get()
                node_ref=input
                on:change=move |event| choice.on_all.run(event_target_checked(&event))
            />
        </th>
    }
    .erased()
}

/// One column's head.
#[component]
fn Head(column: Column) -> impl IntoView {
    let language = use_language();
    let class = column.class();
    let is_action = column.kind == Kind::Action;
    let sorted = column.sort.as_ref().and_then(|(_, sorted)| *sorted);
    let label = column.label;
    let inside = match column.sort {
        Some((href, sorted)) => {
            let next = match sorted {
                Some(SortDirection::Ascending) => i18n::ui::sort_descending(language, &label),
                _ => i18n::ui::sort_ascending(language, &label),
            };
            let icon = match sorted {
                Some(SortDirection::Descending) => "chevron_down",
                _ => "chevron_up",
            };
            view! {
                <a class="sort" href=href data-noscroll="" title=next on:keydown=follow_on_space>
                    {label}
                    <Icon name=icon/>
                </a>
            }
            .erased()
        }
        None if is_action => view! { <span class="sr">{label}</span> }.erased(),
        None => label.erased(),
    };
    view! {
        <th scope="col" class=class aria-sort=sorted.map(SortDirection::aria)>
            {inside}
        </th>
    }
    .erased()
}

fn follow_on_space(event: KeyboardEvent) {
    if event.key() != " " {
        return;
    }
    let link = event
        .current_target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        event.prevent_default();
        link.click();
    }
}
