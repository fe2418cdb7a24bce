//! How the table is liked: columns, density, times. One form, which works without script; the server draws the page
//! anew as it is then liked.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::SetTable;
use crate::domain::{Density, OptionalColumn, TimeStyle, ZoneStyle};
use crate::i18n::{export_table as texts, use_language};
use crate::shell::table_preferences;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The menu *Table view*.
#[component]
pub(super) fn ViewMenu() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let next = Signal::derive(move || address.get().without_pane().to_string());
    let liked = table_preferences();
    let columns: Vec<_> = OptionalColumn::ALL
        .iter()
        .map(|column| PlainChoice {
            value: column.code(),
            label: texts::column(language, *column),
            chosen: liked.shows(*column),
        })
        .collect();
    let densities: Vec<_> = Density::ALL
        .iter()
        .map(|density| PlainChoice {
            value: density.code(),
            label: texts::density_name(language, *density),
            chosen: liked.density == *density,
        })
        .collect();
    let times: Vec<_> = TimeStyle::ALL
        .iter()
        .map(|times| PlainChoice {
            value: times.code(),
            label: texts::times_name(language, *times),
            chosen: liked.times == *times,
        })
        .collect();
    let zones: Vec<_> = ZoneStyle::ALL
        .iter()
        .map(|zone| PlainChoice {
            value: zone.code(),
            label: texts::zone_name(language, *zone),
            chosen: liked.zone == *zone,
        })
        .collect();
    // Chosen in the list of shortcuts; stays as it is.
    let shortcuts = liked.shortcuts.then(|| {
        view! { <HiddenField name="shortcuts" value=Signal::stored("true".to_owned())/> }.erased()
    });
    view! {
        <DropDown id="table-view" label=texts::view(language) icon="table">
            <form method="post" action=SetTable::url()>
                <HiddenField name="next" value=next/>
                {shortcuts}
                <ChoiceSet
                    name="columns[]"
                    label=texts::columns(language)
                    options=columns
                    several=true
                />
                <ChoiceSet name="density" label=texts::density(language) options=densities/>
                <ChoiceSet name="times" label=texts::times(language) options=times/>
                <ChoiceSet name="zone" label=texts::zone(language) options=zones/>
                <Button kind=ButtonKind::Submit appearance=Appearance::Primary>
                    {texts::apply(language)}
                </Button>
            </form>
        </DropDown>
    }
    .erased()
}
