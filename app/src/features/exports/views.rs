//! Saved views: lists as the person likes them, in a menu of links. What changes them is in a pane (`views_pane`), which
//! also lists them while no script runs: the menu is filled once the page stands, so that nobody waits for it.

use std::time::Duration;

use leptos::prelude::*;

use super::shown::Reload;
use crate::api;
use crate::domain::SavedView;
use crate::i18n::{saved_views as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane of saved views.
const PANE: &str = "views";

/// What a view keeps of a list: all but where the page starts.
pub(super) fn query_of(list: ListState) -> String {
    let mut query = Query::default();
    list.at(None).write_to(&mut query);
    query.to_string()
}

/// The list that a view keeps, written as this page writes it.
pub(super) fn query_of_view(view: &SavedView) -> String {
    query_of(ListState::read_from(&Query::parse(&view.query)))
}

/// The address of a view.
pub(super) fn view_href(query: &str) -> String {
    let list = Address {
        path: routes::EXPORTS.to_owned(),
        query: Query::parse(query),
    };
    list.to_string()
}

/// The views of the person as links, and the way to the pane that changes them.
#[component]
pub(super) fn ViewsMenu(reload: Reload) -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let listed = Action::new(|(): &()| api::list_views());
    Effect::new(move || {
        reload.times();
        later(Duration::ZERO, move || {
            listed.dispatch(());
        });
    });
    // If they cannot be listed here, the pane says why.
    let views = Memo::new(move |_| {
        let answer = listed.value().get();
        answer.and_then(Result::ok).unwrap_or_default()
    });
    let items = move || {
        let shown = query_of(list.get());
        let item = |view: SavedView| {
            let query = query_of_view(&view);
            let current = query == shown;
            view! {
                <MenuLink href=view_href(&query) current>
                    {view.name}
                </MenuLink>
            }
        };
        views.get().into_iter().map(item).collect_view()
    };
    let divider = move || {
        let is_empty = views.with(Vec::is_empty);
        (!is_empty).then(|| view! { <MenuDivider/> })
    };
    let pane = move || {
        let href = address.get().with_pane(PANE).to_string();
        view! {
            <MenuLink href icon="edit" keep_scroll=true>
                {texts::keep_views(language)}
            </MenuLink>
        }
    };
    view! {
        <Menu id="saved-views" label=texts::saved_views(language)>
            {dynamic(items)}
            {dynamic(divider)}
            {dynamic(pane)}
        </Menu>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Cursor;

    #[test]
    fn a_view_keeps_the_list_and_not_the_place_in_it() {
        let list = ListState {
            search: "50% off".into(),
            descending: true,
            sort: Some("name".into()),
            ..ListState::default()
        };
        let query = query_of(list.clone().at(Some(Cursor("7b".into()))));
        assert_eq!(query, query_of(list.clone()));
        assert_eq!(ListState::read_from(&Query::parse(&query)), list);
        assert_eq!(view_href(&query), format!("/data/exports?{query}"));
        assert_eq!(view_href(""), "/data/exports");
    }

    #[test]
    fn a_view_that_another_program_wrote_is_known_when_it_is_shown() {
        let view = SavedView {
            id: "0192aaaa-0000-7000-8000-000000000001"
                .parse()
                .expect("a UUID"),
            name: "Failed".into(),
            query: "sort=-name&status=failed".into(),
        };
        let shown = ListState::read_from(&Query::parse("status=failed&pane=new&sort=-name"));
        assert_eq!(query_of_view(&view), query_of(shown));
    }
}
