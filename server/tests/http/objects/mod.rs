//! The role matrix grown to objects: who may do what with *this* export, run, connection, segment, token. Made from the
//! list of routes and that of server functions: a new one without rows in `rows` fails.
//!
//! Each cell is a request of somebody about a thing as it stands to them. Whoever may not is told so in the form that the
//! rules name, the thing is afterwards as it was, and nobody but administrators reads places or addresses in an answer.

mod ask;
mod events;
mod judge;
mod looking;
mod places;
mod rows;
mod scene;
mod things;

use std::collections::BTreeSet;

use judge::{Verdict, judge, verdict};
use rows::{Does, Door, Row, doors};
use scene::{Scene, Standing, Who};

pub(super) use looking::everything;
pub(super) use things::Kind;

/// Everybody asks about a thing that stands so. Gives the number of cells.
async fn everybody(scene: &Scene, door: &Door, row: &Row, standing: Standing) -> usize {
    // What was refused is there for the next one.
    let mut kept = None;
    for who in Who::ALL {
        let verdict = verdict(scene, who, row.does, standing);
        let thing = match kept.take() {
            Some(thing) => thing,
            None => scene.thing(row.kind, standing, who).await,
        };
        let before = thing.picture().await;
        let answer = scene.ask(door, row, &thing, standing, who).await;
        judge(scene, row, standing, who, verdict, &answer);
        let is_untouched = verdict != Verdict::May;
        if is_untouched {
            let after = thing.picture().await;
            assert_eq!(
                before, after,
                "{} {standing:?} by {who:?} changed it",
                row.name
            );
        }
        if (is_untouched || row.does == Does::See) && !row.kind.is_personal() {
            kept = Some(thing);
        }
    }
    Who::ALL.len()
}

/// Everything that is done with things of these kinds, by everybody. Gives the number of cells.
async fn matrix(scene: &Scene, kinds: &[Kind]) -> usize {
    let mut cells = 0;
    for door in doors() {
        for row in door.rows() {
            if kinds.contains(&row.kind) {
                for standing in row.kind.standings() {
                    cells += everybody(scene, &door, &row, *standing).await;
                }
            }
        }
    }
    cells
}

const EXPORTS: &[Kind] = &[Kind::Export, Kind::Removed, Kind::Change];
const CONNECTIONS: &[Kind] = &[Kind::Connection, Kind::RemovedConnection, Kind::Run];
const DATA: &[Kind] = &[
    Kind::Segment,
    Kind::RemovedSegment,
    Kind::Source,
    Kind::Table,
    Kind::Refresh,
    Kind::Task,
];
const PEOPLE: &[Kind] = &[
    Kind::View,
    Kind::Token,
    Kind::Session,
    Kind::User,
    Kind::Invitation,
    Kind::Channel,
    Kind::AuditEntry,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_are_changed_by_those_with_whom_their_connection_is_shared() {
    let cells = matrix(&Scene::set(true).await, EXPORTS).await;
    println!("objects: {cells} cells of exports, 0 leaks");
    assert!(cells > 800, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contributor_with_whom_nothing_is_shared_changes_no_export() {
    let cells = matrix(&Scene::set(false).await, EXPORTS).await;
    println!("objects: {cells} cells of exports where contributors share nothing, 0 leaks");
    assert!(cells > 800, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_administrators_and_runs_follow_their_connection() {
    let cells = matrix(&Scene::set(true).await, CONNECTIONS).await;
    println!("objects: {cells} cells of connections and runs, 0 leaks");
    assert!(cells > 500, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_segment_is_changed_by_those_who_may_edit_every_export_that_takes_it() {
    let cells = matrix(&Scene::set(true).await, DATA).await;
    println!("objects: {cells} cells of segments, sources, tables and refreshes, 0 leaks");
    assert!(cells > 400, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_somebodys_own_is_there_for_nobody_else() {
    let cells = matrix(&Scene::set(true).await, PEOPLE).await;
    println!("objects: {cells} cells of people and what is theirs, 0 leaks");
    assert!(cells > 200, "{cells}");
}

#[test]
fn every_door_has_rows_and_every_kind_of_thing_a_test() {
    let tested: Vec<Kind> = [EXPORTS, CONNECTIONS, DATA, PEOPLE].concat();
    let (mut rows, mut cells) = (BTreeSet::new(), 0);
    for door in doors() {
        for row in door.rows() {
            assert!(tested.contains(&row.kind), "{:?} is in no test", row.kind);
            assert!(rows.insert(row.name), "{} stands twice", row.name);
            cells += row.kind.standings().len() * Who::ALL.len();
        }
    }
    println!("objects: {} rows, {cells} cells", rows.len());
    assert!(
        rows.len() > 100,
        "the server functions are linked: {rows:?}"
    );
}
