//! Filters of the list of exports, what facets count, and the ids that match: all three say the same.

use app::domain::{
    Audience, ConnectionId, ConnectionType, ExportFilter, ExportId, ExportListRow, ExportQuery,
    ExportSort, ExportStatus, FilterNames, Limit, Permission, Role, SegmentFilter, UserId,
};
use server::store::{EditScope, Store, exports};

use super::exports_list::fill;
use super::fixtures::{
    Draft, add_connection, add_export, add_source, add_tables, add_user, describe, id, item,
    simple_export, step,
};
use super::segments::add_segment;
use crate::support::databases::{NOON, on_both_databases};

/// Every export that matches, by this column; there are fewer than a page has.
async fn listed(
    store: &Store,
    filter: &ExportFilter,
    sort: ExportSort,
    scope: &EditScope,
) -> Vec<ExportListRow> {
    let query = ExportQuery {
        filter: filter.clone(),
        sort,
        limit: Limit::parse(200).expect("a limit"),
        ..Default::default()
    };
    let page = exports::list(store, &query, scope).await.expect("lists");
    let rows = u32::try_from(page.items.len()).expect("small");
    assert_eq!(page.total, rows, "{filter:?}");
    page.items
}

/// Names of those that match, in the order of the list.
async fn names(store: &Store, filter: &ExportFilter) -> Vec<String> {
    let rows = listed(store, filter, ExportSort::Name, &EditScope::All).await;
    rows.into_iter().map(|row| row.name).collect()
}

/// How many rows have each value, for those that some have.
fn counts<T: Copy + PartialEq>(
    values: impl IntoIterator<Item = T>,
    rows: &[ExportListRow],
    of: impl Fn(&ExportListRow) -> T,
) -> Vec<(T, u32)> {
    values
        .into_iter()
        .map(|value| {
            let number = rows.iter().filter(|row| of(row) == value).count();
            (value, u32::try_from(number).expect("small"))
        })
        .filter(|(_, number)| *number > 0)
        .collect()
}

/// Compares list, facets and ids for one filter.
async fn compare(store: &Store, filter: &ExportFilter, scope: &EditScope) {
    let tally = exports::tally(store, filter, scope).await.expect("counts");
    let facets = tally.facets(filter);
    let by_name =
        async |filter: &ExportFilter| listed(store, filter, ExportSort::Name, scope).await;
    let rows = by_name(filter).await;
    let told = format!("{filter:?} {scope:?}");
    assert_eq!(u32::try_from(rows.len()).ok(), Some(facets.total), "{told}");

    let any_status = by_name(&ExportFilter {
        status: None,
        ..filter.clone()
    })
    .await;
    let statuses = counts(ExportStatus::ALL, &any_status, |row| row.status);
    assert_eq!(facets.statuses, statuses, "{told}");
    let any_type = by_name(&ExportFilter {
        kind: None,
        ..filter.clone()
    })
    .await;
    let types = counts(ConnectionType::ALL, &any_type, |row| row.kind);
    assert_eq!(facets.types, types, "{told}");
    let any_permission = by_name(&ExportFilter {
        permission: None,
        ..filter.clone()
    })
    .await;
    let permissions = counts(Permission::ALL, &any_permission, |row| row.permission);
    assert_eq!(facets.permissions, permissions, "{told}");

    let by_permission = listed(store, filter, ExportSort::Permission, scope).await;
    let sorted = |rows: &[ExportListRow]| {
        let mut ids: Vec<ExportId> = rows.iter().map(|row| row.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(&by_permission), sorted(&rows), "{told}");
    let matching = exports::matching(store, filter, scope, 100)
        .await
        .expect("finds");
    assert_eq!(matching, sorted(&rows), "{told}");
}

on_both_databases! {
    async fn facets_count_what_the_list_shows_each_without_its_own_choice(database: Database) {
        let store = &database.store;
        let contributor = fill(store).await;
        let statuses = [None, Some(ExportStatus::Failed), Some(ExportStatus::Held)];
        let kinds = [None, Some(ConnectionType::LocalFolder)];
        let permissions = [None, Some(Permission::Edit), Some(Permission::View)];
        for scope in [EditScope::All, EditScope::None, contributor] {
            for search in ["", "e 1", "zurich", "nowhere"] {
                for status in statuses {
                    for kind in kinds {
                        for permission in permissions {
                            let filter = ExportFilter {
                                search: search.into(),
                                status,
                                kind,
                                permission,
                                ..ExportFilter::default()
                            };
                            compare(store, &filter, &scope).await;
                        }
                    }
                }
            }
        }
    }

    async fn a_filter_by_connection_leaves_out_the_others_and_those_without(database: Database) {
        let store = &database.store;
        let nightly = add_connection(store, "Nightly", Audience::Contributors).await;
        let other = add_connection(store, "Other", Audience::Contributors).await;
        for (name, connection) in [("a", nightly), ("b", other), ("c", nightly)] {
            simple_export(store, name, connection).await;
        }
        let detached = simple_export(store, "d", nightly).await;
        let mut tx = store.begin().await.expect("begins");
        exports::detach(&mut tx, detached, &step(NOON, "Ada")).await.expect("detaches");
        tx.commit().await.expect("commits");
        let of = |connection_id| ExportFilter {
            connection_id: Some(connection_id),
            ..ExportFilter::default()
        };
        assert_eq!(names(store, &of(nightly)).await, ["a", "c"]);
        assert_eq!(names(store, &of(other)).await, ["b"]);
        assert!(names(store, &of(ConnectionId::new(id()))).await.is_empty());
        compare(store, &of(nightly), &EditScope::None).await;
    }

    async fn a_filter_by_segment_finds_those_that_contain_it_or_those_that_do_not(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let loyal = add_segment(store, "Loyal", &[table]).await;
        let unused = add_segment(store, "Unused", &[table]).await;
        for (name, items) in [
            ("a", vec![item(table), item(loyal.table())]),
            ("b", vec![item(table)]),
            ("c", vec![item(loyal.table())]),
            ("d", vec![]),
        ] {
            add_export(store, Draft { name, connection, items, at: NOON, by: "Ada" }).await;
        }
        let of = |id, contains| ExportFilter {
            segment: Some(SegmentFilter { id, contains }),
            ..ExportFilter::default()
        };
        assert_eq!(names(store, &of(loyal, true)).await, ["a", "c"]);
        assert_eq!(names(store, &of(loyal, false)).await, ["b", "d"]);
        assert!(names(store, &of(unused, true)).await.is_empty());
        assert_eq!(names(store, &of(unused, false)).await, ["a", "b", "c", "d"]);
        compare(store, &of(loyal, true), &EditScope::All).await;
        compare(store, &of(loyal, false), &EditScope::None).await;
    }

    async fn filters_by_label_and_owner_find_what_was_noted(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let bob = add_user(store, "Bob", Role::Contributor).await;
        let noted: [(&str, &[&str], Option<UserId>); 3] =
            [("a", &["Été", "CRM"], Some(ada)), ("b", &["crm"], None), ("c", &[], Some(ada))];
        for (name, labels, owner) in noted {
            let export = simple_export(store, name, connection).await;
            describe(store, export, 1, labels, owner, "").await.expect("notes");
        }
        let labelled = |label: &str| ExportFilter {
            label: label.into(),
            ..ExportFilter::default()
        };
        assert_eq!(names(store, &labelled("CRM")).await, ["a", "b"]);
        assert_eq!(names(store, &labelled(" ete ")).await, ["a"]);
        assert_eq!(names(store, &labelled("  ")).await, ["a", "b", "c"]);
        assert!(names(store, &labelled("CR")).await.is_empty(), "labels are compared whole");
        assert!(names(store, &labelled("é\0t")).await.is_empty());
        let owned = |owner| ExportFilter {
            owner_id: Some(owner),
            ..ExportFilter::default()
        };
        assert_eq!(names(store, &owned(ada)).await, ["a", "c"]);
        assert!(names(store, &owned(bob)).await.is_empty());
        let both = ExportFilter { label: "été".into(), ..owned(ada) };
        assert_eq!(names(store, &both).await, ["a"]);
        compare(store, &both, &EditScope::Contributor(bob)).await;
    }

    async fn the_ids_in_a_filter_have_names_as_long_as_there_are_such_things(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let loyal = add_segment(store, "Loyal", &[table]).await;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let filter = ExportFilter {
            connection_id: Some(connection),
            segment: Some(SegmentFilter { id: loyal, contains: false }),
            owner_id: Some(ada),
            ..ExportFilter::default()
        };
        let names = exports::filter_names(store, &filter).await.expect("reads");
        let unused = FilterNames {
            connection: None,
            segment: Some("Loyal".into()),
            owner: Some("Ada".into()),
        };
        assert_eq!(names, unused, "nobody learns of a connection that no export uses");
        simple_export(store, "a", connection).await;
        let names = exports::filter_names(store, &filter).await.expect("reads");
        let used = FilterNames { connection: Some("Nightly".into()), ..unused };
        assert_eq!(names, used);
        let unknown = ExportFilter {
            owner_id: Some(UserId::new(id())),
            ..ExportFilter::default()
        };
        let names = exports::filter_names(store, &unknown).await.expect("reads");
        assert_eq!(names, FilterNames::default());
    }

    async fn matching_stops_at_its_limit(database: Database) {
        let store = &database.store;
        fill(store).await;
        let none = ExportFilter::default();
        let all = exports::matching(store, &none, &EditScope::All, 100).await.expect("finds");
        let some = exports::matching(store, &none, &EditScope::All, 5).await.expect("finds");
        assert_eq!((all.len(), &all[..5]), (23, &some[..]));
    }
}
