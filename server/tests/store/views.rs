//! Saved views: everybody's own.

use app::domain::{Role, SavedView, UserId, ViewId};
use server::store::{Result, Store, StoreError, views};

use super::fixtures::{add_user, id};
use crate::support::databases::{NOON, on_both_databases};

fn view(name: &str, query: &str) -> SavedView {
    SavedView {
        id: ViewId::new(id()),
        name: name.into(),
        query: query.into(),
    }
}

async fn insert(store: &Store, user: UserId, view: &SavedView) -> Result<bool> {
    let mut tx = store.begin().await?;
    let has_room = views::insert(&mut tx, user, view, NOON).await?;
    tx.commit().await?;
    Ok(has_room)
}

async fn update(store: &Store, user: UserId, view: &SavedView) -> Result<()> {
    let mut tx = store.begin().await?;
    views::update(&mut tx, user, view).await?;
    tx.commit().await
}

async fn remove(store: &Store, user: UserId, view: ViewId) -> Result<()> {
    let mut tx = store.begin().await?;
    views::remove(&mut tx, user, view).await?;
    tx.commit().await
}

on_both_databases! {
    async fn views_are_listed_by_name_and_names_are_unique_for_each_person(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let bob = add_user(store, "Bob", Role::Viewer).await;
        let (summer, failed) = (view("Été", "q=ete"), view("failed", "status=failed"));
        for one in [&failed, &summer] {
            assert!(insert(store, ada, one).await.expect("saves"));
        }
        let twin = insert(store, ada, &view("ETE", "")).await;
        assert!(matches!(twin, Err(StoreError::NameTaken)));
        assert!(insert(store, bob, &view("ETE", "")).await.expect("saves"));
        let listed = views::list(store, ada).await.expect("lists");
        assert_eq!(listed, [summer.clone(), failed.clone()]);

        let renamed = SavedView { name: "Fêlée".into(), query: "status=held".into(), ..failed.clone() };
        update(store, ada, &renamed).await.expect("saves anew");
        assert_eq!(views::get(store, ada, failed.id).await.expect("reads"), Some(renamed.clone()));
        let taken = update(store, ada, &SavedView { name: "été".into(), ..renamed }).await;
        assert!(matches!(taken, Err(StoreError::NameTaken)));
        remove(store, ada, summer.id).await.expect("removes");
        assert!(matches!(remove(store, ada, summer.id).await, Err(StoreError::NotFound)));
    }

    async fn nobody_reads_or_changes_the_view_of_somebody_else(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let bob = add_user(store, "Bob", Role::Administrator).await;
        let own = view("Mine", "q=a");
        insert(store, ada, &own).await.expect("saves");
        assert_eq!(views::get(store, bob, own.id).await.expect("reads"), None);
        let changed = update(store, bob, &SavedView { name: "His".into(), ..own.clone() }).await;
        assert!(matches!(changed, Err(StoreError::NotFound)));
        assert!(matches!(remove(store, bob, own.id).await, Err(StoreError::NotFound)));
        assert_eq!(views::list(store, ada).await.expect("lists"), [own]);
    }

    async fn one_person_has_no_more_views_than_fit(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        for number in 0..SavedView::MOST {
            assert!(insert(store, ada, &view(&format!("View {number}"), "")).await.expect("saves"));
        }
        assert!(!insert(store, ada, &view("One more", "")).await.expect("answers"));
        let listed = views::list(store, ada).await.expect("lists");
        assert_eq!(listed.len(), SavedView::MOST as usize);
        let nobody = insert(store, UserId::new(id()), &view("A", "")).await;
        assert!(matches!(nobody, Err(StoreError::NotFound)));
    }
}
