//! Times of day, one or several.

use leptos::{ev::MouseEvent, prelude::*};

use super::part::part_of;
use crate::domain::MOST_TIMES;
use crate::i18n::{system as texts, use_language};
use crate::ui::prelude::*;

/// What a time starts as when it is added.
const ADDED: &str = "12:00";

/// A list of times of day (`06:00`, as `ScheduleDraft::times` has them) that grows and shrinks.
///
/// ```ignore
/// let times = RwSignal::new(vec!["06:00".to_owned()]);
/// view! {
///     <Times
///         name="times"
///         times
///         error=errors.of("times")
///         error_of=move |place: usize| errors.of(format!("times.{place}"))
///     />
/// }
/// ```
#[component]
pub(in crate::features) fn Times(
    /// The name of the list, as the server calls it; the times are called `{name}.0` and so on.
    #[prop(into)]
    name: String,
    /// The times as they are typed, both ways. An empty list is shown as it is.
    times: RwSignal<Vec<String>>,
    /// What is wrong with the list.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What is wrong with the time in a place of the list.
    #[prop(into)]
    error_of: Callback<usize, Signal<Option<String>>>,
) -> impl IntoView {
    let language = use_language();
    let count = Memo::new(move |_| times.with(Vec::len));
    let full = Signal::derive(move || {
        let most = u64::try_from(MOST_TIMES).unwrap_or_default();
        (count.get() >= MOST_TIMES).then(|| texts::most_times(language, most))
    });
    let add = move |_| times.update(|times| times.push(ADDED.to_owned()));
    let group = name.clone();
    view! {
        <FieldGroup name=group label=texts::times(language) error>
            <ul class="times">
                <Each each=move || 0..count.get() key=|place| *place let:place>
                    <TimeRow
                        name=name.clone()
                        place
                        times
                        count
                        error=error_of.run(place)
                    />
                </Each>
            </ul>
            <Button
                appearance=Appearance::Subtle
                icon="add"
                disabled_reason=full
                on_click=add
            >
                {texts::add_time(language)}
            </Button>
        </FieldGroup>
    }
    .erased()
}

/// One time. Rows are places, not times: the values move up when one is removed.
#[component]
fn TimeRow(
    name: String,
    place: usize,
    times: RwSignal<Vec<String>>,
    count: Memo<usize>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let field = format!("{name}.{place}");
    let number = place + 1;
    let value = part_of(
        times,
        move |times: &Vec<String>| times.get(place).cloned().unwrap_or_default(),
        move |times, value| {
            if let Some(time) = times.get_mut(place) {
                *time = value;
            }
        },
    );
    let remove = Callback::new(move |_: MouseEvent| {
        times.update(|times| {
            if place < times.len() {
                times.remove(place);
            }
        });
        let left = times.with_untracked(Vec::len);
        // The button that was pressed may be gone.
        let next = place.min(left.saturating_sub(1));
        focus_field_soon(&format!("{name}.{next}"));
    });
    let label = if place == 0 {
        texts::time(language).to_owned()
    } else {
        texts::time_number(language, number)
    };
    view! {
        <li class="time-row">
            <TextField name=field label value kind=InputKind::Time required=true error/>
            {move || {
                (count.get() > 1)
                    .then(|| {
                        view! {
                            <Button
                                appearance=Appearance::Subtle
                                icon="delete"
                                icon_only=true
                                on_click=remove
                            >
                                {texts::remove_time(language, number)}
                            </Button>
                        }
                    })
            }}
        </li>
    }
    .erased()
}
