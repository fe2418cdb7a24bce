//! Asks for pages, counts and facets, and prints how long that took.

use std::time::Instant;

use app::domain::{
    ConnectionType, Cursor, ExportFilter, ExportQuery, ExportSort, ExportStatus, Limit, Micros,
    Permission, RunQuery, RunStatus, SegmentFilter,
};
use server::store::{EditScope, Store, StoreError, exports, runs};

use crate::Failure;
use crate::filling::Filled;

/// How often each is asked for.
const TIMES: usize = 100;
/// What any answer may take, in milliseconds, at the 99th percentile.
const AIM: i64 = 50;
/// Pages that are gone through to a deep one.
const DEEP: usize = 20;

/// Asks the same again and again, and prints how many rows or groups there are and how long it took.
async fn ask(
    what: &str,
    asked: impl AsyncFn() -> Result<usize, StoreError>,
) -> Result<(), Failure> {
    let mut found = asked().await?;
    let mut taken: Vec<Micros> = Vec::with_capacity(TIMES);
    for _time in 0..TIMES {
        let started = Instant::now();
        found = asked().await?;
        taken.push(i64::try_from(started.elapsed().as_micros())?);
    }
    taken.sort_unstable();
    let [p50, p99, most] = [TIMES / 2, TIMES * 99 / 100 - 1, TIMES - 1].map(|place| taken[place]);
    let beyond = if p99 > AIM * 1000 {
        "  more than aimed at"
    } else {
        ""
    };
    println!(
        "{what:56} {found:4} {:>9} {:>9} {:>9}{beyond}",
        milliseconds(p50),
        milliseconds(p99),
        milliseconds(most)
    );
    Ok(())
}

fn milliseconds(taken: Micros) -> String {
    format!("{}.{:02}", taken / 1000, taken % 1000 / 10)
}

fn head(title: &str) {
    println!(
        "\n{title:56} {:>4} {:>9} {:>9} {:>9}",
        "rows", "p50 ms", "p99 ms", "max ms"
    );
}

/// Every order both ways at its first page and deep in it; searches; every filter; facets.
pub(crate) async fn exports(
    store: &Store,
    filled: &Filled,
    who: &str,
    scope: EditScope,
) -> Result<(), Failure> {
    head(&format!("exports, {who}"));
    for sort in ExportSort::ALL {
        for descending in [false, true] {
            let query = ExportQuery {
                sort,
                descending,
                ..ExportQuery::default()
            };
            let name = format!("{}{}", if descending { "-" } else { "" }, sort.code());
            page(store, &format!("sorted by {name}"), &query, scope).await?;
            let deep = ExportQuery {
                cursor: deep_in(store, &query, scope).await?,
                ..query
            };
            page(store, &format!("sorted by {name}, deep"), &deep, scope).await?;
        }
    }
    for (what, filter) in filters(filled) {
        let newest = ExportQuery {
            filter: filter.clone(),
            sort: ExportSort::UpdatedAt,
            descending: true,
            ..ExportQuery::default()
        };
        page(store, what, &newest, scope).await?;
        ask(&format!("{what}: facets"), async || {
            let tally = exports::tally(store, &filter, &scope).await?;
            let facets = tally.facets(&filter);
            Ok(facets.statuses.len() + facets.types.len() + facets.permissions.len())
        })
        .await?;
    }
    Ok(())
}

async fn page(
    store: &Store,
    what: &str,
    query: &ExportQuery,
    scope: EditScope,
) -> Result<(), Failure> {
    ask(what, async || {
        let page = exports::list(store, query, &scope).await?;
        Ok(page.items.len())
    })
    .await
}

/// A place far from the beginning of an order.
async fn deep_in(
    store: &Store,
    query: &ExportQuery,
    scope: EditScope,
) -> Result<Option<Cursor>, Failure> {
    let mut next = ExportQuery {
        limit: most_rows()?,
        ..query.clone()
    };
    for _page in 0..DEEP {
        next.cursor = exports::list_uncounted(store, &next, &scope).await?.next;
    }
    Ok(next.cursor)
}

fn most_rows() -> Result<Limit, Failure> {
    Limit::parse(200).map_err(|reason| reason.code.into())
}

/// Each filter alone, then several.
fn filters(filled: &Filled) -> Vec<(&'static str, ExportFilter)> {
    let any = ExportFilter::default;
    let search = |words: &str| ExportFilter {
        search: words.to_owned(),
        ..any()
    };
    let status = |status| ExportFilter {
        status: Some(status),
        ..any()
    };
    let permission = |permission| ExportFilter {
        permission: Some(permission),
        ..any()
    };
    let segment = |contains| ExportFilter {
        segment: Some(SegmentFilter {
            id: filled.segment,
            contains,
        }),
        ..any()
    };
    vec![
        ("all", any()),
        ("search: many match", search("sante")),
        ("search: accents and ligatures", search("Œuvres ÉTÉ")),
        ("search: one matches", search("09876")),
        ("search: none matches", search("nowhere")),
        (
            "search: three words, none matches",
            search("leads nord nowhere"),
        ),
        ("status: many", status(ExportStatus::Successful)),
        ("status: few", status(ExportStatus::Held)),
        ("status: none", status(ExportStatus::Retrying)),
        (
            "type",
            ExportFilter {
                kind: Some(ConnectionType::LocalFolder),
                ..any()
            },
        ),
        ("permission: edit", permission(Permission::Edit)),
        ("permission: view", permission(Permission::View)),
        (
            "connection",
            ExportFilter {
                connection_id: Some(filled.connection),
                ..any()
            },
        ),
        ("with a segment", segment(true)),
        ("without a segment", segment(false)),
        (
            "label",
            ExportFilter {
                label: "comptabilite".to_owned(),
                ..any()
            },
        ),
        (
            "owner",
            ExportFilter {
                owner_id: Some(filled.owner),
                ..any()
            },
        ),
        (
            "search, status and permission",
            ExportFilter {
                status: Some(ExportStatus::Failed),
                permission: Some(Permission::View),
                ..search("sante")
            },
        ),
    ]
}

/// The list of runs by each of its filters, and by files that few, many and none have.
pub(crate) async fn runs(store: &Store, filled: &Filled) -> Result<(), Failure> {
    head("runs");
    let now = store.now();
    let day = now / 86_400_000_000;
    let (old_day, decade) = (format!("day-{}/", day - 20), format!("day-{}", day / 100));
    let any = RunQuery::default;
    let file = |file: &str| RunQuery {
        file: file.to_owned(),
        ..any()
    };
    let status = |status| RunQuery {
        status: Some(status),
        ..any()
    };
    let deep = RunQuery {
        cursor: deep_in_runs(store).await?,
        ..any()
    };
    let connection = RunQuery {
        connection_id: Some(filled.connection),
        ..any()
    };
    let export = RunQuery {
        export_id: Some(filled.export),
        ..any()
    };
    let cases = [
        ("all", any()),
        ("all, deep", deep),
        ("status: many", status(RunStatus::Successful)),
        ("status: few", status(RunStatus::Held)),
        ("status: none", status(RunStatus::Queued)),
        ("connection", connection.clone()),
        ("export", export),
        (
            "a stretch of time",
            RunQuery {
                from: Some(now - 10 * 86_400_000_000),
                to: Some(now - 9 * 86_400_000_000),
                ..any()
            },
        ),
        ("file: all", file("export-")),
        ("file: a thousand exports", file("export-01")),
        ("file: one export", file("Export-01234-ete")),
        ("file: a day long ago", file(&old_day)),
        ("file: many days", file(&decade)),
        ("file: none", file("nowhere")),
        (
            "file and status: many",
            RunQuery {
                status: Some(RunStatus::Successful),
                ..file("export-01")
            },
        ),
        (
            "file and status: a day long ago",
            RunQuery {
                status: Some(RunStatus::CompletedWithWarnings),
                ..file(&old_day)
            },
        ),
        (
            "file and status: none",
            RunQuery {
                status: Some(RunStatus::Failed),
                ..file(&old_day)
            },
        ),
        (
            "file and connection: a day long ago",
            RunQuery {
                file: old_day.clone(),
                ..connection
            },
        ),
    ];
    for (what, query) in cases {
        ask(what, async || {
            Ok(runs::list(store, &query).await?.items.len())
        })
        .await?;
    }
    Ok(())
}

/// A place far from the newest run.
async fn deep_in_runs(store: &Store) -> Result<Option<Cursor>, Failure> {
    let mut next = RunQuery {
        limit: most_rows()?,
        ..RunQuery::default()
    };
    for _page in 0..DEEP {
        next.cursor = runs::list(store, &next).await?.next;
    }
    Ok(next.cursor)
}
