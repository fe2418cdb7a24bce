//! What a command on many exports would do, before it does it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::doing::{Doing, FINISH, STOP, Task};
use super::report::Report;
use crate::api;
use crate::api::ApiError;
use crate::domain::{BulkPlan, ExportFilter, LeftOut, Target};
use crate::features::exports::selection::Selection;
use crate::features::exports::shown::Reload;
use crate::i18n::{Language, export_bulk as texts, exports, format, reasons, use_language};
use crate::shell::{Problem, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// From so many exports on, taking something away from them asks for their number.
const TYPED_FROM: u32 = 10;

/// What the server said it would do.
pub(in crate::features::exports) type Planned = Option<Result<BulkPlan, ApiError>>;

/// Asks before something is done to what is selected, or shown.
#[component]
pub(in crate::features::exports) fn BulkDialog(
    task: Task,
    selection: Selection,
    reload: Reload,
) -> impl IntoView {
    let language = use_language();
    if let Err(error) = task.check_role(use_session().role()) {
        return view! { <Refused task error/> }.erased();
    }
    let list = use_list();
    // What is meant now: later ticks are for later.
    let target = untrack(|| match task {
        Task::RunShown => Target::Matching {
            filter: list.with(|list| ExportFilter::from(list)),
            except: Vec::new(),
        },
        _ => selection.target(),
    });
    if target.check().is_err() {
        return view! { <NothingChosen/> }.erased();
    }
    let doing = Doing::new(task, Some(selection), reload);
    let plan = RwSignal::new(None);
    let request = doing.request(target.clone());
    spawn_local(async move {
        let planned = api::plan_bulk(request).await;
        // The question may be gone by now.
        let _gone = plan.try_set(Some(planned));
    });
    let target = StoredValue::new(target);
    let disabled_reason = refusal(language, doing, plan.into());
    let icon = match task {
        Task::Remove => "delete",
        Task::Detach => "link_dismiss",
        Task::RunAll | Task::RunShown | Task::Run => "play",
    };
    let label = task.label(language);
    let appearance = if task.takes_away() {
        Appearance::Danger
    } else {
        Appearance::Primary
    };
    let confirm = move || {
        view! {
            <Button
                appearance
                icon
                busy=doing.busy
                disabled_reason
                on_click=move |_| doing.act_as_planned(target.get_value(), plan)
            >
                {label}
            </Button>
        }
    };
    view! { <Stages doing plan confirm/> }.erased()
}

/// In place of a question about nothing: the address was opened by itself.
#[component]
fn NothingChosen() -> impl IntoView {
    let language = use_language();
    let title = Signal::stored(exports::select_first(language).to_owned());
    view! {
        <ConfirmDialog title cancel_href=close_href() confirm=|| ()>
            <p>{texts::nothing_to_do(language)}</p>
        </ConfirmDialog>
    }
    .erased()
}

/// In place of a question that cannot be asked: why.
#[component]
pub(super) fn Refused(task: Task, error: ApiError) -> impl IntoView {
    let title = task.label(use_language());
    view! {
        <Pane title close_href=close_href()>
            <Problem error/>
        </Pane>
    }
    .erased()
}

/// The question, or why it cannot be asked; once it was answered and not all was done, the report.
#[component]
pub(super) fn Stages(
    doing: Doing,
    #[prop(into)] plan: Signal<Planned>,
    /// The answer that does it.
    #[prop(into)]
    confirm: ViewFn,
) -> impl IntoView {
    let refused =
        once_in_the_browser(move || plan.with(|plan| plan.as_ref()?.as_ref().err().cloned()));
    dynamic(move || match (doing.report.get(), refused.get()) {
        (Some(report), _) => view! { <Report doing report/> }.erased(),
        (None, Some(error)) => view! { <Refused task=doing.task error/> }.erased(),
        (None, None) => view! { <Question doing plan confirm=confirm.clone()/> }.erased(),
    })
}

/// Why it cannot be done now.
pub(super) fn refusal(
    language: Language,
    doing: Doing,
    plan: Signal<Planned>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let reason = plan.with(|plan| match plan {
            None | Some(Err(_)) => Some(texts::looking(language)),
            Some(Ok(plan)) if plan.affected == 0 => Some(texts::nothing_to_do(language)),
            Some(Ok(plan)) => {
                let is_typed = || doing.typed.with(|typed| is_number(typed, plan.affected));
                let is_open = !asks_for_number(doing.task, plan) || is_typed();
                (!is_open).then(|| texts::type_count_first(language))
            }
        });
        reason.map(str::to_owned)
    })
}

fn asks_for_number(task: Task, plan: &BulkPlan) -> bool {
    task.takes_away() && plan.affected >= TYPED_FROM
}

/// Whether somebody typed this number, with or without separators.
fn is_number(typed: &str, number: u32) -> bool {
    let is_fine =
        |sign: char| sign.is_ascii_digit() || sign.is_whitespace() || matches!(sign, ',' | '.');
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    typed.chars().all(is_fine) && digits == number.to_string()
}

#[component]
fn Question(doing: Doing, plan: Signal<Planned>, confirm: ViewFn) -> impl IntoView {
    let language = use_language();
    let task = doing.task;
    let title = Signal::derive(move || {
        plan.with(|plan| match plan {
            Some(Ok(plan)) => question(language, task, plan),
            None | Some(Err(_)) => texts::looking(language).to_owned(),
        })
    });
    let cancel_label = match task {
        Task::Remove => texts::keep_them(language),
        Task::Detach => texts::keep_attached(language),
        Task::RunAll | Task::RunShown | Task::Run => texts::do_not_run(language),
    };
    // Readers hear the question that takes the place of the first title, and what is left out.
    let asked = move || plan.with(Option::is_some).then(|| title.get());
    let not_touched = move || {
        let plan = plan.get()?.ok()?;
        Some(view! { <NotTouched left_out=plan.left_out/> })
    };
    let number = move || {
        let affected = plan.with(|plan| match plan {
            Some(Ok(plan)) if asks_for_number(task, plan) => Some(plan.affected),
            _ => None,
        })?;
        let count = format::integer(language, u64::from(affected));
        let label = texts::type_count(language, count);
        Some(view! { <TextField name="number" label value=doing.typed required=true/> })
    };
    let body = move || match plan.get() {
        Some(Ok(plan)) => view! { <Plan doing plan/> }.erased(),
        None | Some(Err(_)) => view! { <TextSkeleton lines=3/> }.erased(),
    };
    let failure = move || {
        doing.failure.get().map(|error| {
            view! {
                <MessageBar intent=Intent::Error title=exports::command_failed(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    };
    view! {
        <ConfirmDialog title cancel_href=close_href() cancel_label confirm>
            <p class="sr" role="status">
                {dynamic(asked)}
            </p>
            {dynamic(body)}
            <div aria-live="polite">{dynamic(not_touched)}</div>
            {dynamic(number)}
            {dynamic(failure)}
        </ConfirmDialog>
    }
    .erased()
}

/// The question, with how many it is about.
fn question(language: Language, task: Task, plan: &BulkPlan) -> String {
    let affected = u64::from(plan.affected);
    let total = format::integer(language, u64::from(plan.total));
    let are_all = plan.affected == plan.total;
    match task {
        _ if plan.affected == 0 => texts::nothing_to_do(language).to_owned(),
        Task::RunAll => texts::run_all_question(language).to_owned(),
        Task::RunShown | Task::Run if are_all => texts::run_question(language, affected),
        Task::RunShown | Task::Run => texts::run_some_question(language, affected, total),
        Task::Remove if are_all => texts::remove_question(language, affected),
        Task::Remove => texts::remove_some_question(language, affected, total),
        Task::Detach if are_all => texts::detach_question(language, affected),
        Task::Detach => texts::detach_some_question(language, affected, total),
    }
}

/// What would be done: to how many, what stays, which are left out and why.
#[component]
fn Plan(doing: Doing, plan: BulkPlan) -> impl IntoView {
    let language = use_language();
    let task = doing.task;
    let line = |text: String| view! { <p>{text}</p> };
    let some = |count: u32| (count > 0).then_some(u64::from(count));
    let about = match task {
        Task::Remove => texts::remove_text(language).to_owned(),
        Task::Detach => texts::detach_text(language).to_owned(),
        Task::RunAll | Task::RunShown | Task::Run => {
            let destinations = texts::destinations(language, u64::from(plan.destinations));
            texts::to_destinations(language, u64::from(plan.affected), destinations)
        }
    };
    let switched_off = some(plan.switched_off)
        .filter(|_| !task.takes_away())
        .map(|count| line(texts::switched_off(language, count)));
    let under_way = some(plan.under_way)
        .filter(|_| task != Task::Detach)
        .map(|count| line(texts::under_way(language, count)));
    let runs = (task == Task::Remove && plan.under_way > 0).then(|| {
        let choices = vec![
            Choice::new(FINISH, texts::let_finish(language)),
            Choice::new(STOP, texts::stop_them(language)),
        ];
        view! {
            <RadioGroup
                name="runs"
                label=texts::runs_under_way(language)
                value=doing.runs
                options=Signal::stored(choices)
            />
        }
    });
    let names = named(language, &plan.names, plan.affected).map(line);
    // Of nothing the question says all.
    let about = (plan.affected > 0).then(|| line(about));
    view! {
        {about}
        {names}
        {switched_off}
        {under_way}
        {runs}
    }
    .erased()
}

/// What is left out, by reason, with the first names.
#[component]
pub(in crate::features::exports) fn NotTouched(left_out: Vec<LeftOut>) -> impl IntoView {
    let language = use_language();
    let line = |group: &LeftOut| view! { <li>{told(language, group)}</li> };
    (!left_out.is_empty()).then(|| {
        let lines = left_out.iter().map(line).collect_view();
        view! {
            <section>
                <h3>{texts::left_out(language)}</h3>
                <ul>{lines}</ul>
            </section>
        }
    })
}

fn told(language: Language, group: &LeftOut) -> String {
    let reason = reasons::text(language, &group.reason);
    let text = texts::left_out_count(language, u64::from(group.count), reason);
    match named(language, &group.names, group.count) {
        Some(names) => format!("{text} {names}"),
        None => text,
    }
}

/// The first names of so many, and how many more there are.
fn named(language: Language, names: &[String], count: u32) -> Option<String> {
    let more = count.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
    let mut text = names.join(", ");
    if more > 0 && !names.is_empty() {
        text = format!("{text} {}", texts::and_more(language, u64::from(more)));
    }
    (!names.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Reason;

    fn plan(affected: u32, total: u32) -> BulkPlan {
        BulkPlan {
            total,
            affected,
            ..BulkPlan::default()
        }
    }

    #[test]
    fn a_question_says_how_many_of_how_many() {
        let asked =
            |task, affected, total| question(Language::English, task, &plan(affected, total));
        assert_eq!(asked(Task::Run, 3, 5), "Run 3 of 5 exports?");
        assert_eq!(asked(Task::Remove, 2, 2), "Remove 2 exports?");
        let french = question(Language::French, Task::Run, &plan(1, 5));
        assert_eq!(french, "Exécuter 1 exportation sur 5\u{a0}?");
        assert_eq!(asked(Task::Remove, 0, 1), "There is nothing to do.");
    }

    #[test]
    fn taking_something_from_ten_asks_for_their_number() {
        assert!(!asks_for_number(Task::Remove, &plan(9, 40)));
        assert!(asks_for_number(Task::Remove, &plan(10, 40)));
        assert!(asks_for_number(Task::Detach, &plan(10, 10)));
        assert!(!asks_for_number(Task::RunAll, &plan(900, 900)));
        assert!(is_number("1,234", 1234) && is_number("1\u{202f}234", 1234));
        assert!(!is_number("", 10) && !is_number("11", 10) && !is_number("10 x", 10));
    }

    #[test]
    fn what_is_left_out_is_named_as_far_as_it_is_known() {
        let mut group = LeftOut {
            reason: Reason::new("schedule_off"),
            count: 12,
            names: vec!["A".into(), "B".into()],
        };
        assert_eq!(
            told(Language::English, &group),
            "12 exports. The schedule is switched off. A, B and 10 more"
        );
        group.count = 2;
        assert!(told(Language::English, &group).ends_with("off. A, B"));
        group.names.clear();
        assert!(told(Language::English, &group).ends_with("off."));
    }
}
