//! The navigation on the left: what there is, in groups.

use leptos::prelude::*;

use super::routes;
use crate::i18n::{audit, people, run_list, segments, shell as texts, system, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pages the person may open.
#[component]
pub(super) fn Navigation() -> impl IntoView {
    let language = use_language();
    let connections = use_session().is_administrator().then(|| {
        view! {
            <Item href=routes::CONNECTIONS icon="plug_connected">
                {texts::connections(language)}
            </Item>
        }
        .erased()
    });
    let everybody = use_session().is_administrator().then(|| {
        view! {
            <Item href=routes::PEOPLE icon="people">
                {people::people(language)}
            </Item>
        }
        .erased()
    });
    let audit_log = use_session().is_administrator().then(|| {
        view! {
            <Item href=routes::AUDIT icon="document">
                {audit::audit(language)}
            </Item>
        }
        .erased()
    });
    view! {
        <nav class="navigation" aria-label=texts::navigation(language)>
            <Group label=texts::data(language)>
                <Item href=routes::EXPORTS icon="arrow_export">
                    {texts::exports(language)}
                </Item>
                <Item href=routes::RUNS icon="receipt">
                    {run_list::runs(language)}
                </Item>
                <Item href=routes::SEGMENTS icon="filter">
                    {segments::segments(language)}
                </Item>
                <Item href=routes::TABLES icon="table">
                    {texts::tables(language)}
                </Item>
                <Item href=routes::SOURCES icon="database">
                    {texts::sources(language)}
                </Item>
            </Group>
            <Group label=texts::administration(language)>
                {connections}
                <Item href=routes::SYSTEM icon="settings">
                    {system::system(language)}
                </Item>
                {everybody}
                {audit_log}
            </Group>
        </nav>
    }
    .erased()
}

#[component]
fn Group(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="navigation-group">
            <p class="navigation-label">{label}</p>
            <ul>{children()}</ul>
        </div>
    }
    .erased()
}

#[component]
fn Item(href: &'static str, icon: &'static str, children: Children) -> impl IntoView {
    let address = use_address();
    let current = Memo::new(move |_| address.with(|address| address.path == href));
    view! {
        <li>
            <a
                class="navigation-link"
                href=href
                aria-current=move || current.get().then_some("page")
            >
                <Icon name=icon/>
                <span>{children()}</span>
            </a>
        </li>
    }
    .erased()
}
