//! The list of exports: order, pages both ways, search, filters.

use std::collections::BTreeSet;

use app::domain::{
    Audience, Cursor, ExportFilter, ExportId, ExportListRow, ExportQuery, ExportSort, ExportStatus,
    Limit, Page, RecurrenceKind, Role, RunStatus, ScheduleDraft,
};
use server::store::schedules::ScheduleWrite;
use server::store::{EditScope, Store, exports, fold, schedules};

use super::fixtures::{
    Draft, add_connection, add_export, add_run, add_user, claim_one, describe, end, ended,
    simple_export, step,
};
use crate::support::databases::{NOON, on_both_databases};

async fn page(store: &Store, query: &ExportQuery, scope: &EditScope) -> Page<ExportListRow> {
    exports::list(store, query, scope).await.expect("lists")
}

/// What the list is sorted by, as the page shows it.
fn key(row: &ExportListRow, sort: ExportSort) -> (i64, String) {
    let name = |text: &str| (0, fold(text));
    match sort {
        ExportSort::Name => (0, String::new()),
        ExportSort::Schedule => (schedule_rank(row), String::new()),
        ExportSort::Type => (row.kind.rank(), String::new()),
        ExportSort::Status => (row.status.rank(), String::new()),
        ExportSort::RefreshedAt => (row.refreshed_at.unwrap_or_default(), String::new()),
        ExportSort::DataAsOf => (row.data_as_of.unwrap_or_default(), String::new()),
        ExportSort::UpdatedAt => (row.updated_at, String::new()),
        ExportSort::Connection => name(
            row.connection
                .as_ref()
                .map_or("", |connection| &connection.name),
        ),
        ExportSort::UpdatedBy => name(&row.updated_by),
        ExportSort::Labels => name(row.labels.first().map_or("", String::as_str)),
        ExportSort::Owner => name(row.owner.as_deref().unwrap_or_default()),
        ExportSort::Permission => (
            i64::from(row.permission == app::domain::Permission::View),
            String::new(),
        ),
    }
}

/// On by recurrence, then off by recurrence, then without a connection.
fn schedule_rank(row: &ExportListRow) -> i64 {
    let recurrence = row.schedule.recurrence;
    let place = RecurrenceKind::ALL
        .iter()
        .position(|kind| *kind == recurrence);
    let place = i64::try_from(place.expect("is listed")).expect("small");
    match (&row.connection, row.enabled) {
        (None, _) => 1000,
        (Some(_), true) => place,
        (Some(_), false) => 500 + place,
    }
}

/// Many exports with equal keys: three connections (one shared by name), two people, labels and owners, runs that
/// ended in different ways, some detached.
pub(super) async fn fill(store: &Store) -> EditScope {
    let bob = add_user(store, "Bob", Role::Contributor).await;
    let ada = add_user(store, "Àda", Role::Administrator).await;
    let depots = [
        add_connection(store, "Zürich", Audience::Administrators).await,
        add_connection(store, "ábaco", Audience::People(vec![bob])).await,
        add_connection(store, "Bâle", Audience::Contributors).await,
    ];
    for number in 0_i64..23 {
        let place = usize::try_from(number).expect("small");
        let draft = Draft {
            name: &format!(
                "{} {}",
                ["éclair", "Eclipse", "aube", "Ébène"][place % 4],
                number
            ),
            connection: depots[place % 3],
            items: Vec::new(),
            at: NOON + number % 5,
            by: ["Ada", "ádam", "Bob"][place % 3],
        };
        let (at, by) = (draft.at, draft.by);
        let export = add_export(store, draft).await;
        let labels = [&[][..], &["Été", "crm"], &["CRM"], &["ete"]][place % 4];
        let owner = [None, Some(bob), Some(ada)][place % 3];
        describe(store, export, 1, labels, owner, "")
            .await
            .expect("notes");
        let schedule = ScheduleDraft {
            recurrence: RecurrenceKind::ALL[place % 3],
            ..ScheduleDraft::system("UTC")
        };
        let mut tx = store.begin().await.expect("begins");
        let write = ScheduleWrite {
            expected: None,
            enabled: number % 2 == 0,
            schedule: &schedule,
            next_start: None,
        };
        schedules::write_schedule(&mut tx, export, &write, &step(at, by))
            .await
            .expect("saves");
        tx.commit().await.expect("commits");
        if number % 4 == 1 {
            add_run(store, export).await;
            let run = claim_one(store).await;
            let status = if number % 8 == 1 {
                RunStatus::Successful
            } else {
                RunStatus::Failed
            };
            end(store, &run, &ended(status, NOON + number % 3))
                .await
                .expect("ends");
        }
        if number % 6 == 5 {
            let mut tx = store.begin().await.expect("begins");
            exports::detach(&mut tx, export, &step(NOON, "Ada"))
                .await
                .expect("detaches");
            tx.commit().await.expect("commits");
        }
    }
    EditScope::Contributor(bob)
}

on_both_databases! {
    async fn every_order_is_walked_whole_forwards_and_backwards(database: Database) {
        let store = &database.store;
        let contributor = fill(store).await;
        for scope in [EditScope::All, EditScope::None, contributor] {
            for sort in ExportSort::ALL {
                for descending in [false, true] {
                    walk(store, sort, descending, &scope).await;
                }
            }
        }
    }

    async fn search_finds_every_word_in_name_connection_and_type(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Dépôt 100%", Audience::Contributors).await;
        let other = add_connection(store, "Hangar", Audience::Contributors).await;
        simple_export(store, "Été_2026", depot).await;
        simple_export(store, "Ete 2026", other).await;
        simple_export(store, "Straße!", other).await;
        let find = |words: &'static str| async move {
            let query = ExportQuery {
                filter: ExportFilter {
                    search: words.into(),
                    ..ExportFilter::default()
                },
                ..Default::default()
            };
            let found = page(store, &query, &EditScope::All).await;
            assert_eq!(
                usize::try_from(found.total).expect("small"),
                found.items.len(),
                "{words}"
            );
            found
                .items
                .into_iter()
                .map(|row| row.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(find("").await.len(), 3);
        assert_eq!(find("  ÉTÉ  ").await, ["Ete 2026", "Été_2026"]);
        assert_eq!(find("_").await, ["Été_2026"]);
        assert_eq!(find("%").await, ["Été_2026"]);
        assert_eq!(find("100% depot été").await, ["Été_2026"]);
        assert_eq!(find("!").await, ["Straße!"]);
        assert_eq!(find("STRASSE hangar").await, ["Straße!"]);
        assert_eq!(find("dossier LOCAL été").await.len(), 2);
        assert_eq!(find("local folder").await.len(), 3);
        assert!(find("été 2025").await.is_empty());
        assert!(find("\\").await.is_empty());
        assert!(find("a\0b").await.is_empty());
        assert!(find("1 2 3 4 5 6 7 8 nowhere").await.is_empty());
    }

    async fn filters_narrow_the_list_and_its_total(database: Database) {
        let store = &database.store;
        fill(store).await;
        let query = ExportQuery {
            filter: ExportFilter {
                status: Some(ExportStatus::Failed),
                ..ExportFilter::default()
            },
            limit: Limit::parse(2).expect("a limit"),
            ..Default::default()
        };
        let found = page(store, &query, &EditScope::All).await;
        assert_eq!((found.items.len(), found.total), (2, 3));
        assert!(
            found
                .items
                .iter()
                .all(|row| row.status == ExportStatus::Failed)
        );
        let query = ExportQuery {
            filter: ExportFilter {
                kind: Some(app::domain::ConnectionType::LocalFolder),
                ..ExportFilter::default()
            },
            ..Default::default()
        };
        assert_eq!(page(store, &query, &EditScope::All).await.total, 23);
    }

    async fn a_cursor_that_makes_no_sense_leads_to_the_first_page(database: Database) {
        let store = &database.store;
        fill(store).await;
        let first = ExportQuery {
            limit: Limit::parse(5).expect("a limit"),
            ..Default::default()
        };
        let wanted = page(store, &first, &EditScope::All).await;
        let of_another_order = ExportQuery {
            sort: ExportSort::UpdatedAt,
            ..first.clone()
        };
        let elsewhere = page(store, &of_another_order, &EditScope::All)
            .await
            .next
            .expect("more");
        for cursor in [
            Cursor(String::new()),
            Cursor("7b22".into()),
            Cursor("'; DROP".into()),
            elsewhere,
        ] {
            let query = ExportQuery {
                cursor: Some(cursor),
                ..first.clone()
            };
            assert_eq!(page(store, &query, &EditScope::All).await, wanted);
        }
    }

    async fn a_page_whose_rows_are_gone_is_the_first_page(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut exports_made = Vec::new();
        for name in ["a", "b", "c"] {
            exports_made.push(simple_export(store, name, connection).await);
        }
        let first = ExportQuery {
            limit: Limit::parse(2).expect("a limit"),
            ..Default::default()
        };
        let next = page(store, &first, &EditScope::All)
            .await
            .next
            .expect("more");
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, exports_made[2], None, &step(NOON, "Ada"))
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
        let found = page(
            store,
            &ExportQuery {
                cursor: Some(next),
                ..first
            },
            &EditScope::All,
        )
        .await;
        assert_eq!(
            found
                .items
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!((found.previous, found.next), (None, None));
    }

    async fn rows_that_come_and_go_neither_repeat_nor_hide_others(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        for name in ["b", "d", "f", "h"] {
            simple_export(store, name, connection).await;
        }
        let first = ExportQuery {
            limit: Limit::parse(2).expect("a limit"),
            ..Default::default()
        };
        let start = page(store, &first, &EditScope::All).await;
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, start.items[1].id, None, &step(NOON, "Ada"))
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
        simple_export(store, "a", connection).await;
        simple_export(store, "e", connection).await;
        let second = page(
            store,
            &ExportQuery {
                cursor: start.next,
                ..first.clone()
            },
            &EditScope::All,
        )
        .await;
        assert_eq!(
            second
                .items
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["e", "f"]
        );
        let back = page(
            store,
            &ExportQuery {
                cursor: second.previous,
                ..first
            },
            &EditScope::All,
        )
        .await;
        assert_eq!(
            back.items
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}

/// Walks one order in small pages to its end and back to its start.
async fn walk(store: &Store, sort: ExportSort, descending: bool, scope: &EditScope) {
    let told = format!("{sort:?} descending: {descending} {scope:?}");
    let whole = ExportQuery {
        sort,
        descending,
        limit: Limit::parse(200).expect("a limit"),
        ..Default::default()
    };
    let whole = page(store, &whole, scope).await;
    assert_eq!((whole.items.len(), whole.total), (23, 23), "{told}");
    assert_eq!((&whole.next, &whole.previous), (&None, &None), "{told}");
    let ids: Vec<ExportId> = whole.items.iter().map(|row| row.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 23, "{told}");
    let keys: Vec<_> = whole
        .items
        .iter()
        .map(|row| (key(row, sort), fold(&row.name), row.id))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort();
    if descending {
        sorted.reverse();
    }
    assert_eq!(keys, sorted, "{told}");

    let mut query = ExportQuery {
        sort,
        descending,
        limit: Limit::parse(4).expect("a limit"),
        ..Default::default()
    };
    let mut forwards = Vec::new();
    let mut last = page(store, &query, scope).await;
    assert_eq!(last.previous, None, "{told}");
    loop {
        forwards.extend(last.items.iter().map(|row| row.id));
        let Some(next) = last.next.clone() else { break };
        query.cursor = Some(next);
        last = page(store, &query, scope).await;
        assert!(last.previous.is_some(), "{told}");
    }
    assert_eq!(forwards, ids, "{told}");

    let mut backwards: Vec<ExportId> = last.items.iter().map(|row| row.id).rev().collect();
    while let Some(previous) = last.previous.clone() {
        query.cursor = Some(previous);
        last = page(store, &query, scope).await;
        assert!(last.next.is_some(), "{told}");
        backwards.extend(last.items.iter().map(|row| row.id).rev());
    }
    backwards.reverse();
    assert_eq!(backwards, ids, "{told}");
}
