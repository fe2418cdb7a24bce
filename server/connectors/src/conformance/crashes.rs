//! Ending the process at every point of a publication, one after another, and coming back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::subject::{DEFAULT, Subject, UNDATED, View, attempt, text};
use crate::faults::Faults;
use crate::plan::DeliveryPlan;

/// What comes by after the crash.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Recovery {
    /// A restarted server: asks, and delivers again only if it must.
    Asks,
    /// Another attempt that never asked.
    Attempts,
    /// Only the cleaning.
    Sweeps,
}

/// Layouts whose unit is the run: there may be nothing between old and new.
const TEMPLATES: [&str; 4] = [
    DEFAULT,
    "{export}/{table}_{yyyy}{MM}{dd}_{run}.csv",
    "{export}/current/{table}.csv",
    "{yyyy}/{MM}/{run}/deep/er/{table}.csv",
];

const OLD: [i64; 2] = [1, 2];
const NEW: [i64; 2] = [3, 4];

/// Stops at the point number `at`, counted from 0; beyond the last it counts only.
fn stop_at(at: usize, count: &Arc<AtomicUsize>) -> Faults {
    let count = Arc::clone(count);
    Faults::new(move |_| count.fetch_add(1, Ordering::SeqCst) == at)
}

pub(crate) async fn a_crash_anywhere_is_old_or_new_and_can_be_finished(subject: &Subject) {
    crash_at_every(1, &TEMPLATES, subject).await;
}

/// Every third point of each way back, another third for each: for what talks to a server of its own.
pub(crate) async fn a_crash_at_many_points_is_old_or_new_and_can_be_finished(subject: &Subject) {
    crash_at_every(3, &[TEMPLATES[0], TEMPLATES[2]], subject).await;
}

async fn crash_at_every(step: usize, templates: &[&str], subject: &Subject) {
    let mut runs = (0..).map(|number| format!("run-{number}"));
    for &template in templates {
        for (offset, recovery) in [Recovery::Asks, Recovery::Attempts, Recovery::Sweeps]
            .into_iter()
            .enumerate()
        {
            let mut at = offset % step;
            loop {
                let (first, second) = (runs.next().unwrap(), runs.next().unwrap());
                let plan = subject.plan(&first, template, &["t"]).await;
                subject.deliver(&plan, &OLD).await;
                let old = subject.data();
                let plan = subject.plan(&second, template, &["t"]).await;
                let mut new = old.clone();
                new.insert(plan.tables[0].part_path(1), text(&NEW));

                let reached = Arc::new(AtomicUsize::new(0));
                let crashing = (subject.open)(stop_at(at, &reached));
                let tables = [("t".to_owned(), &NEW[..])];
                let ended = attempt(&crashing, &plan, 1, &tables).await;
                let context = format!("{template}, {recovery:?}, stopped at point {at}");
                assert_eq!(
                    ended.is_err(),
                    reached.load(Ordering::SeqCst) > at,
                    "{context}"
                );
                assert_old_or_new(subject, &old, &new, &context);
                recover(subject, &plan, recovery, &old, &new, &context).await;
                if ended.is_ok() {
                    assert!(at > 8, "{context}: too few points are reached");
                    break;
                }
                at += step;
            }
        }
    }
}

fn assert_old_or_new(subject: &Subject, old: &View, new: &View, context: &str) {
    let data = subject.data();
    assert!(
        data == *old || data == *new,
        "{context}: neither old nor new: {:?}",
        data.keys()
    );
}

async fn recover(
    subject: &Subject,
    plan: &DeliveryPlan,
    recovery: Recovery,
    old: &View,
    new: &View,
    context: &str,
) {
    let destination = subject.destination();
    let tables = [("t".to_owned(), &NEW[..])];
    match recovery {
        Recovery::Sweeps => {
            destination.sweep(plan, None).await.unwrap();
            assert_old_or_new(subject, old, new, context);
            // What is new must say so, what is old must not.
            let published = destination.published(plan).await.unwrap().is_some();
            assert_eq!(
                subject.data(),
                *(if published { new } else { old }),
                "{context}"
            );
        }
        Recovery::Asks | Recovery::Attempts => {
            let found = match recovery {
                Recovery::Asks => destination.published(plan).await.unwrap(),
                _ => None,
            };
            let record = match found {
                Some(record) => record,
                None => attempt(&destination, plan, 2, &tables).await.unwrap(),
            };
            assert_eq!(subject.data(), *new, "{context}");
            let view = subject.view();
            assert_eq!(
                destination.published(plan).await.unwrap(),
                Some(record),
                "{context}"
            );
            assert_eq!(subject.view(), view, "{context}");
        }
    }
    subject.assert_clean();
}

pub(crate) async fn an_older_publication_never_comes_back_over_a_newer(subject: &Subject) {
    // For every point at which the older one may have stopped.
    for at in 0.. {
        let older = subject.plan(&format!("older-{at}"), UNDATED, &["t"]).await;
        let reached = Arc::new(AtomicUsize::new(0));
        let crashing = (subject.open)(stop_at(at, &reached));
        let tables = [("t".to_owned(), &[1, 2, 3, 4, 5][..])];
        let ended = attempt(&crashing, &older, 1, &tables).await;
        let newer = subject.plan(&format!("newer-{at}"), UNDATED, &["t"]).await;
        let record = subject.deliver(&newer, &[9]).await;
        let view = subject.view();
        assert_eq!(
            subject.data(),
            View::from([("daily/t_1.csv".to_owned(), text(&[9]))])
        );
        let destination = subject.destination();
        let found = destination.published(&older).await.unwrap();
        assert!(found.is_none_or(|older| older.publish < record.publish));
        destination.sweep(&older, None).await.unwrap();
        assert_eq!(subject.view(), view, "stopped at point {at}");
        subject.assert_clean();
        if ended.is_ok() {
            break;
        }
    }
}
