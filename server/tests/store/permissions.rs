//! What the list says of permissions is what the policy says.

use app::domain::{Audience, ExportId, ExportQuery, Limit, Permission, Role, UserId};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use server::policy::{Action, Actor, Resource, can, edit_scope};
use server::store::{Store, connections, exports, people};

use super::fixtures::{add_connection, add_user, simple_export, step};
use crate::support::databases::{NOON, on_both_databases};

fn by_session(id: UserId, role: Role) -> Actor {
    Actor {
        id,
        role,
        by_token: false,
    }
}

/// A set of connections by audience, and which export has which of them.
#[derive(Clone, Debug)]
struct Picture {
    /// 0 administrators · 1 contributors · 2… people, as bits.
    audiences: Vec<u8>,
    /// Place of the connection, or none when detached.
    exports: Vec<Option<usize>>,
}

fn pictures() -> impl Strategy<Value = Picture> {
    proptest::collection::vec(0_u8..6, 1..4).prop_flat_map(|audiences| {
        let places = audiences.len();
        let export = proptest::option::of(0..places);
        (Just(audiences), proptest::collection::vec(export, 1..6))
            .prop_map(|(audiences, exports)| Picture { audiences, exports })
    })
}

fn audience(code: u8, people: &[UserId]) -> Audience {
    match code {
        0 => Audience::Administrators,
        1 => Audience::Contributors,
        bits => {
            let named = people
                .iter()
                .enumerate()
                .filter(|(place, _)| (bits - 2) >> place & 1 == 1);
            Audience::People(named.map(|(_, id)| *id).collect())
        }
    }
}

/// Draws the picture in the database, with names of its own.
async fn draw(
    store: &Store,
    turn: usize,
    picture: &Picture,
    people: &[UserId],
) -> Vec<(ExportId, Option<Audience>)> {
    let mut shared = Vec::new();
    for (place, code) in picture.audiences.iter().enumerate() {
        let audience = audience(*code, people);
        let name = format!("{turn} depot {place}");
        shared.push((
            add_connection(store, &name, audience.clone()).await,
            audience,
        ));
    }
    let mut drawn = Vec::new();
    for (place, at) in picture.exports.iter().enumerate() {
        let (connection, audience) = &shared[at.unwrap_or_default()];
        let export = simple_export(store, &format!("{turn} export {place}"), *connection).await;
        if at.is_none() {
            let mut tx = store.begin().await.expect("begins");
            exports::detach(&mut tx, export, &step(NOON, "Ada"))
                .await
                .expect("detaches");
            tx.commit().await.expect("commits");
        }
        drawn.push((export, at.is_some().then(|| audience.clone())));
    }
    drawn
}

/// Takes the picture away, so that the next is alone.
async fn wipe(store: &Store, drawn: &[(ExportId, Option<Audience>)]) {
    let mut tx = store.begin().await.expect("begins");
    for (export, _) in drawn {
        exports::remove(&mut tx, *export, None, &step(NOON, "Ada"))
            .await
            .expect("removes");
    }
    for connection in connections::list(&mut tx).await.expect("lists") {
        connections::remove(&mut tx, connection.id, None, NOON, "Ada")
            .await
            .expect("removes");
    }
    tx.commit().await.expect("commits");
}

async fn compare(store: &Store, actor: Actor, drawn: &[(ExportId, Option<Audience>)]) {
    let scope = edit_scope(&actor);
    let choices = connections::usable(store, &scope).await.expect("lists");
    let query = ExportQuery {
        limit: Limit::parse(200).expect("a limit"),
        ..Default::default()
    };
    let listed = exports::list(store, &query, &scope).await.expect("lists");
    for (export, audience) in drawn {
        let resource = match audience {
            Some(audience) => Resource::Connection(audience),
            None => Resource::Detached {
                has_shared: !choices.is_empty(),
            },
        };
        let may = can(&actor, Action::EditExport, resource);
        let row = listed
            .items
            .iter()
            .find(|row| row.id == *export)
            .expect("is listed");
        assert_eq!(
            row.permission == Permission::Edit,
            may,
            "{actor:?} {audience:?}"
        );
        let record = exports::get(store, *export, &scope)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(record.details.row.permission, row.permission);
        let read = record.audience;
        let sorted = |audience: &Audience| match audience {
            Audience::People(people) => {
                let mut people = people.clone();
                people.sort();
                Audience::People(people)
            }
            other => other.clone(),
        };
        assert_eq!(read.as_ref().map(sorted), audience.as_ref().map(sorted));
    }
    for permission in Permission::ALL {
        let wanted: Vec<_> = listed
            .items
            .iter()
            .filter(|row| row.permission == permission)
            .map(|row| row.id)
            .collect();
        let mut narrowed = query.clone();
        narrowed.filter.permission = Some(permission);
        let found = exports::list(store, &narrowed, &scope)
            .await
            .expect("lists");
        let ids: Vec<_> = found.items.iter().map(|row| row.id).collect();
        assert_eq!(ids, wanted, "{actor:?} {permission:?}");
        assert_eq!(usize::try_from(found.total).expect("small"), ids.len());
    }
    if actor.role == Role::Contributor {
        let told = people::told(store, actor.id, false).await.expect("reads");
        assert_eq!(told.has_shared_connection, !choices.is_empty(), "{actor:?}");
    }
    for choice in choices {
        let row = connections::get(store, choice.id)
            .await
            .expect("reads")
            .expect("is there");
        assert!(can(
            &actor,
            Action::CreateExport,
            Resource::Connection(&row.audience)
        ));
    }
}

on_both_databases! {
    async fn the_scope_of_a_list_is_what_the_policy_says(database: Database) {
        let store = &database.store;
        let people = [
            add_user(store, "Bob", Role::Contributor).await,
            add_user(store, "Eve", Role::Contributor).await,
        ];
        let mut runner = TestRunner::deterministic();
        for turn in 0..24 {
            let picture = pictures()
                .new_tree(&mut runner)
                .expect("a picture")
                .current();
            let drawn = draw(store, turn, &picture, &people).await;
            for role in Role::ALL {
                for id in people {
                    compare(store, by_session(id, role), &drawn).await;
                }
            }
            wipe(store, &drawn).await;
        }
    }
}
