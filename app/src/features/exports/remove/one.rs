//! The question before an export is removed: what stays and how much that is, and what becomes of a run under way.
//! Each answer is a form that works without script.

use leptos::prelude::*;

use crate::api;
use crate::api::RemoveExport;
use crate::domain::{ExportId, RemovalFacts};
use crate::features::exports::shown::Reload;
use crate::features::exports::undo::{Undo, offer_undo};
use crate::features::question::ask_about;
use crate::i18n::{Language, export_removed as texts, exports, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks before removing.
#[component]
pub(in crate::features::exports) fn RemoveDialog(id: ExportId, reload: Reload) -> impl IntoView {
    let language = use_language();
    let facts = ask_server(|| (), move |()| api::get_removal_facts(id));
    ask_about(
        facts,
        exports::remove(language),
        move |facts: RemovalFacts| view! { <Asked id facts reload/> }.erased(),
    )
}

#[component]
fn Asked(id: ExportId, facts: RemovalFacts, reload: Reload) -> impl IntoView {
    let language = use_language();
    let (go, toasts, back) = (use_go(), use_toasts(), close_href());
    let remove = ServerAction::<RemoveExport>::new();
    let name = facts.name.clone();
    Effect::new(move || {
        if let Some(Ok(removal)) = remove.value().get() {
            let text = exports::removed(language, &name);
            let undo = (Undo::Removal, language);
            offer_undo(toasts, reload, removal.change, text, undo);
            reload.now();
            go.replace(&back.get_untracked());
        }
    });
    let under_way = u64::try_from(facts.under_way.len()).unwrap_or_default();
    let confirm = ViewFn::from(move || {
        view! {
            {answer(language, remove, id, None)}
            {(under_way > 0).then(|| answer(language, remove, id, Some(under_way)))}
        }
    });
    let runs = (under_way > 0).then(|| view! { <p>{texts::under_way(language, under_way)}</p> });
    let title = exports::remove_question(language, &facts.name);
    let what_stays = stays(language, &facts);
    view! {
        <ConfirmDialog
            title
            cancel_href=back
            cancel_label=exports::keep(language)
            confirm
        >
            <p>{what_stays}</p>
            <p>{texts::restorable(language)}</p>
            {runs}
            <Failure
                title=texts::not_removed(language)
                error=Signal::derive(move || remove.value().get()?.err())
            />
        </ConfirmDialog>
    }
    .erased()
}

/// The answer that removes; another one also stops the runs under way, of which there are so many.
fn answer(
    language: Language,
    remove: ServerAction<RemoveExport>,
    id: ExportId,
    stops: Option<u64>,
) -> AnyView {
    let (label, appearance, icon) = match stops {
        Some(runs) => (
            texts::remove_and_stop(language, runs),
            Appearance::Secondary,
            "stop",
        ),
        None => (exports::remove(language), Appearance::Danger, "delete"),
    };
    view! {
        <ActionForm action=remove>
            <HiddenField name="id" value=id.to_string()/>
            {stops.map(|_| view! { <HiddenField name="cancel_runs" value="true"/> })}
            <Button kind=ButtonKind::Submit appearance icon busy=remove.pending()>
                {label}
            </Button>
        </ActionForm>
    }
    .erased()
}

/// What stays where it is, and how much.
fn stays(language: Language, facts: &RemovalFacts) -> String {
    let deliveries = u64::from(facts.deliveries);
    match (deliveries, facts.files) {
        (0, _) => texts::never_delivered(language).to_owned(),
        (_, 0) => texts::stays_uncounted(language, deliveries),
        (_, files) => texts::stays(language, deliveries, texts::files(language, files)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_says_how_much_stays() {
        let facts = |deliveries, files| RemovalFacts {
            name: "Loyalty".into(),
            version: 1,
            under_way: Vec::new(),
            deliveries,
            files,
        };
        let text = |facts: RemovalFacts| stays(Language::English, &facts);
        assert_eq!(
            text(facts(2, 1_200)),
            "Stay where they are: 1,200 files of 2 deliveries, with their waybills."
        );
        assert!(text(facts(1, 0)).contains("1 delivery wrote"));
        assert!(text(facts(0, 0)).contains("not delivered"));
    }
}
