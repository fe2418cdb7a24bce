//! People and service accounts themselves.

use app::domain::{
    Micros, PersonKind, PersonRef, PersonSummary, Preferences, Role, Theme, UserId, Version,
};
use sqlx::any::AnyRow;

use super::{COARSE, MOST};
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, StoreError, Tx, exports, fold, locked};

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: UserId,
    /// In lower case.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// A PHC string; empty: they have no password.
    pub password_hash: String,
    /// May not sign in, and no session or token of theirs counts.
    pub disabled: bool,
    pub created_at: Micros,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A person with their preferences.
#[derive(Debug)]
pub struct ProfileRow {
    pub user: UserRow,
    pub preferences: Preferences,
}

/// What is changed of somebody.
pub struct UserChange<'a> {
    pub name: &'a str,
    pub role: Role,
    pub disabled: bool,
}

/// Everybody, or one, with what they sign in with. `$1`: now.
macro_rules! person {
    ($rest:literal) => {
        concat!(
            "SELECT u.id, u.version, u.kind, u.email, u.name, u.role, u.disabled, u.last_seen_at,
                    u.created_at, u.created_by,
                    (SELECT COUNT(*) FROM sessions s
                     WHERE s.user_id = u.id AND s.idle_until > $1 AND s.absolute_until > $1) AS sessions,
                    (SELECT COUNT(*) FROM tokens t
                     WHERE t.user_id = u.id AND t.revoked = 0
                       AND (t.expires_at = 0 OR t.expires_at > $1)) AS tokens,
                    (SELECT COUNT(*) FROM second_factors f
                     WHERE f.user_id = u.id AND f.confirmed_at > 0) AS factors
             FROM users u ",
            $rest
        )
    };
}

/// Who may everything, one after the other where several are changed at once: two who demote each other must not both
/// find that somebody is left.
const ADMINISTRATORS: PerEngine = locked!(
    "SELECT id FROM users WHERE role = 'administrator' AND kind = 'person' AND disabled = 0
     ORDER BY id LIMIT $1"
);

pub(super) fn user(row: &AnyRow) -> Result<UserRow> {
    Ok(UserRow {
        id: row.parsed("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: row.parsed("role")?,
        password_hash: row.text("password_hash")?,
        disabled: row.flag("disabled")?,
        created_at: row.int("created_at")?,
    })
}

pub(super) fn preferences(row: &AnyRow) -> Result<Preferences> {
    Ok(Preferences {
        language: row.text("language")?,
        time_zone: row.text("time_zone")?,
        theme: Theme::from_code(&row.text("theme")?),
    })
}

fn summary(row: &AnyRow) -> Result<PersonSummary> {
    let kind = row.parsed("kind")?;
    let email = row.text("email")?;
    Ok(PersonSummary {
        id: row.parsed("id")?,
        version: row.int("version")?,
        kind,
        name: row.text("name")?,
        email: (kind == PersonKind::Person).then_some(email),
        role: row.parsed("role")?,
        disabled: row.flag("disabled")?,
        has_second_factor: row.int("factors")? > 0,
        sessions: row.count("sessions")?,
        tokens: row.count("tokens")?,
        last_seen_at: row.since("last_seen_at")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
    })
}

async fn insert(tx: &mut Tx, user: &UserRow, kind: PersonKind, by: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO users (id, email, name, name_fold, role, password_hash, disabled, created_at,
                            kind, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(user.id.to_string())
    .bind(checked(&user.email)?.to_lowercase())
    .bind(checked(&user.name)?)
    .bind(fold(&user.name))
    .bind(user.role.code())
    .bind(checked(&user.password_hash)?)
    .bind(i64::from(user.disabled))
    .bind(user.created_at)
    .bind(kind.code())
    .bind(checked(by)?)
    .execute(tx.connection())
    .await
    .unless_taken("add a person", StoreError::EmailTaken)?;
    Ok(())
}

/// Adds a person whom nobody invited; [`StoreError::EmailTaken`] if the address is somebody's.
pub async fn insert_user(tx: &mut Tx, user: &UserRow) -> Result<()> {
    insert(tx, user, PersonKind::Person, "").await
}

/// Adds a person whom somebody invited; [`StoreError::EmailTaken`] if the address is somebody's.
pub async fn insert_invited(tx: &mut Tx, user: &UserRow, by: &str) -> Result<()> {
    insert(tx, user, PersonKind::Person, by).await
}

/// Adds a service account: what stands for its address is none that anybody can sign in with.
pub async fn insert_service(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    role: Role,
    at: Micros,
    by: &str,
) -> Result<()> {
    let user = UserRow {
        id,
        email: format!("service:{id}"),
        name: name.to_owned(),
        role,
        password_hash: String::new(),
        disabled: false,
        created_at: at,
    };
    insert(tx, &user, PersonKind::Service, by).await
}

/// The person with this address, in any case.
pub async fn user_by_email(mut db: impl Reads, email: &str) -> Result<Option<UserRow>> {
    let Ok(email) = checked(email) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT id, email, name, role, password_hash, disabled, created_at
         FROM users WHERE email = $1",
    )
    .bind(email.to_lowercase())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a person by address")?;
    row.as_ref().map(user).transpose()
}

/// The person with this id.
pub async fn user_by_id(mut db: impl Reads, id: UserId) -> Result<Option<UserRow>> {
    let row = sqlx::query(
        "SELECT id, email, name, role, password_hash, disabled, created_at
         FROM users WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a person")?;
    row.as_ref().map(user).transpose()
}

/// The person with this id, with their preferences.
pub async fn profile(mut db: impl Reads, id: UserId) -> Result<Option<ProfileRow>> {
    let row = sqlx::query(
        "SELECT id, email, name, role, password_hash, disabled, created_at,
                language, time_zone, theme
         FROM users WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a profile")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ProfileRow {
        user: user(&row)?,
        preferences: preferences(&row)?,
    }))
}

/// Everybody, service accounts too, by name.
pub async fn everybody(mut db: impl Reads, now: Micros) -> Result<Vec<PersonSummary>> {
    let rows = sqlx::query(person!("ORDER BY u.id LIMIT $2"))
        .bind(now)
        .bind(MOST)
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("list people")?;
    let mut people = rows.iter().map(summary).collect::<Result<Vec<_>>>()?;
    people.sort_by_cached_key(|person| fold(&person.name));
    Ok(people)
}

/// Somebody, as in the list of everybody.
pub async fn person(mut db: impl Reads, id: UserId, now: Micros) -> Result<Option<PersonSummary>> {
    let row = sqlx::query(person!("WHERE u.id = $2"))
        .bind(now)
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a person")?;
    row.as_ref().map(summary).transpose()
}

/// Who is not disabled, by name.
pub async fn names(mut db: impl Reads) -> Result<Vec<PersonRef>> {
    let rows = sqlx::query("SELECT id, name FROM users WHERE disabled = 0 ORDER BY id LIMIT $1")
        .bind(MOST)
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("list people by name")?;
    let person = |row: &AnyRow| {
        Ok(PersonRef {
            id: row.parsed("id")?,
            name: row.text("name")?,
        })
    };
    let mut people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
    people.sort_by_cached_key(|person| fold(&person.name));
    Ok(people)
}

/// How many people there are.
pub async fn count_users(mut db: impl Reads) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM users")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("count people")
}

/// The people who may everything and are not disabled; nobody else changes them before this transaction has ended.
pub async fn administrators(tx: &mut Tx) -> Result<Vec<UserId>> {
    let sql = ADMINISTRATORS.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(MOST)
        .fetch_all(tx.connection())
        .await
        .doing("count administrators")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}

/// Changes somebody, and gives the version that they have now; `version` is the one that was seen.
pub async fn update_user(
    tx: &mut Tx,
    id: UserId,
    version: Version,
    change: &UserChange<'_>,
) -> Result<Version> {
    const DOING: &str = "change a person";
    let done = sqlx::query(
        "UPDATE users SET name = $3, name_fold = $4, role = $5, disabled = $6, version = version + 1
         WHERE id = $1 AND version = $2",
    )
    .bind(id.to_string())
    .bind(version)
    .bind(checked(change.name)?)
    .bind(fold(change.name))
    .bind(change.role.code())
    .bind(i64::from(change.disabled))
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if done.rows_affected() > 0 {
        rename_owner(tx, id, change.name).await?;
        return Ok(version + 1);
    }
    let current: Option<Version> = sqlx::query_scalar("SELECT version FROM users WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing(DOING)?;
    match current {
        Some(current) => Err(StoreError::Stale { current }),
        None => Err(StoreError::NotFound),
    }
}

/// Changes name and preferences.
pub async fn change_profile(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    preferences: &Preferences,
) -> Result<()> {
    sqlx::query(
        "UPDATE users SET name = $2, name_fold = $3, language = $4, time_zone = $5, theme = $6,
                          version = version + 1
         WHERE id = $1",
    )
    .bind(id.to_string())
    .bind(checked(name)?)
    .bind(fold(name))
    .bind(checked(&preferences.language)?)
    .bind(checked(&preferences.time_zone)?)
    .bind(preferences.theme.map_or("", Theme::code))
    .execute(tx.connection())
    .await
    .doing("change a profile")?;
    rename_owner(tx, id, name).await
}

/// Lets the list of exports sort by what an owner is called now.
async fn rename_owner(tx: &mut Tx, id: UserId, name: &str) -> Result<()> {
    let name_fold = fold(name);
    exports::lock_owned(tx, id, &name_fold).await?;
    sqlx::query("UPDATE exports SET owner_fold = $2 WHERE owner_id = $1 AND owner_fold <> $2")
        .bind(id.to_string())
        .bind(name_fold)
        .execute(tx.connection())
        .await
        .doing("rename the owner of exports")?;
    Ok(())
}

/// Keeps a language, if one is kept at all.
pub async fn prefer_language(tx: &mut Tx, id: UserId, language: &str) -> Result<()> {
    sqlx::query("UPDATE users SET language = $2 WHERE id = $1 AND language <> ''")
        .bind(id.to_string())
        .bind(checked(language)?)
        .execute(tx.connection())
        .await
        .doing("keep a language")?;
    Ok(())
}

/// Keeps a theme, if one is kept at all.
pub async fn prefer_theme(tx: &mut Tx, id: UserId, theme: Theme) -> Result<()> {
    sqlx::query("UPDATE users SET theme = $2 WHERE id = $1 AND theme <> ''")
        .bind(id.to_string())
        .bind(theme.code())
        .execute(tx.connection())
        .await
        .doing("keep a theme")?;
    Ok(())
}

/// Sets the password.
pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<()> {
    let done = sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
        .bind(id.to_string())
        .bind(checked(hash)?)
        .execute(tx.connection())
        .await
        .doing("set a password")?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

/// Notes that somebody does something, once a minute at most.
pub async fn seen(tx: &mut Tx, id: UserId, at: Micros) -> Result<()> {
    sqlx::query("UPDATE users SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $3")
        .bind(id.to_string())
        .bind(at)
        .bind(at - COARSE)
        .execute(tx.connection())
        .await
        .doing("note that a person is here")?;
    Ok(())
}
