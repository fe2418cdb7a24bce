//! Keys that do something on the page: `/`, `n`, `r`, `?`. Never while somebody types, and not for who switched them off.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::adding::use_cannot_add;
use super::commands::run_chosen;
use super::rules::Command;
use super::runner::Runner;
use super::selection::Selection;
use crate::api::SetTable;
use crate::i18n::{shortcuts as texts, use_language};
use crate::shell::table_preferences;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Listens to the keys, and leads to the list of them.
#[component]
pub(super) fn Shortcuts(selection: Selection, runner: Runner) -> impl IntoView {
    let language = use_language();
    let (go, address) = (use_go(), use_address());
    let cannot_add = use_cannot_add();
    let open = move |pane: &str| {
        let address = address.get_untracked();
        go.push(&address.with_pane(PaneRoute::plain(pane)).to_string());
    };
    if table_preferences().shortcuts {
        on_keys(Callback::new(move |key: String| {
            match key.as_str() {
                "/" => focus_search(),
                "n" if cannot_add.with_untracked(Option::is_none) => open("new"),
                "r" => {
                    let chosen = untrack(|| (selection.rows(), selection.count()));
                    let refusal = Command::Run.refusal_of(language, &chosen.0, chosen.1);
                    if refusal.is_some() {
                        return false;
                    }
                    run_chosen(&chosen, runner, go, address);
                }
                "?" => open("shortcuts"),
                _ => return false,
            }
            true
        }));
    }
    view! {
        <p class="shortcuts-link">
            <LinkButton
                href=pane_href(PaneRoute::plain("shortcuts"))
                appearance=Appearance::Subtle
                icon="info"
                keep_scroll=true
            >
                {texts::shortcuts(language)}
            </LinkButton>
        </p>
    }
    .erased()
}

/// Which keys there are; switches them off, and on again.
#[component]
pub(super) fn ShortcutsPane() -> impl IntoView {
    let language = use_language();
    let liked = table_preferences();
    let title = Signal::stored(texts::shortcuts(language).to_owned());
    let keys = [
        ("/", texts::search(language)),
        ("n", texts::add(language)),
        ("r", texts::run(language)),
        ("?", texts::help(language)),
    ];
    let keys = keys
        .map(|(key, what)| view! { <KeyValue label=key>{what}</KeyValue> })
        .collect_view();
    let columns = liked
        .columns
        .iter()
        .map(|column| view! { <HiddenField name="columns[]" value=column.code()/> })
        .collect_view();
    let label = if liked.shortcuts {
        texts::switch_off(language)
    } else {
        texts::switch_on(language)
    };
    // A box that is not ticked sends nothing.
    let wanted = (!liked.shortcuts).then(|| view! { <HiddenField name="shortcuts" value="true"/> });
    let are_off = (!liked.shortcuts).then(|| view! { <p>{texts::are_off(language)}</p> });
    view! {
        <Pane title close_href=close_href() size=PaneSize::Small>
            <KeyValueList>{keys}</KeyValueList>
            <p>{texts::not_while_typing(language)}</p>
            {are_off}
            <form method="post" action=SetTable::url()>
                {columns}
                <HiddenField name="density" value=liked.density.code()/>
                <HiddenField name="times" value=liked.times.code()/>
                <HiddenField name="zone" value=liked.zone.code()/>
                {wanted}
                <HiddenField name="next" value=close_href()/>
                <Button kind=ButtonKind::Submit>{label}</Button>
            </form>
        </Pane>
    }
    .erased()
}
