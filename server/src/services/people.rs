//! People as the command line and the first start make them.

use anyhow::{Context as _, anyhow, bail};
use app::domain::{AuditDoor, DisplayName, Email, NewPassword, Role, UserId};

use super::passwords::{digest, hash, random_code};
use crate::store::{
    Store, StoreError,
    audit::{self, AuditEntry},
    people::{self, TokenRow, UserRow},
    settings,
};

/// Setting that holds the digest of the one-time set-up code.
pub(super) const SET_UP_CODE: &str = "set_up_code";

fn from_the_command_line<'a>(
    at: i64,
    action: &'a str,
    kind: &'a str,
    id: String,
    after: serde_json::Value,
) -> AuditEntry<'a> {
    AuditEntry {
        at,
        actor_id: None,
        actor_name: "command line",
        door: AuditDoor::CommandLine,
        token: None,
        action,
        object_kind: kind,
        object_id: id,
        before: None,
        after: Some(after),
        network: "",
    }
}

/// Adds a person. Errors are sentences for the terminal.
pub async fn add(
    store: &Store,
    now: i64,
    email: &str,
    name: &str,
    role: Role,
    password: String,
) -> anyhow::Result<UserId> {
    let email =
        Email::parse(email).map_err(|error| anyhow!("`{email}` is no e-mail address: {error}"))?;
    let name = if name.trim().is_empty() {
        email.as_str()
    } else {
        name
    };
    let name = DisplayName::parse(name).map_err(|error| anyhow!("the name `{name}`: {error}"))?;
    let password = NewPassword::parse(password).map_err(|_| {
        anyhow!(
            "the password needs {} to {} characters, not all the same",
            NewPassword::FEWEST,
            NewPassword::MOST
        )
    })?;
    let id = UserId::new(uuid::Uuid::now_v7());
    let user = UserRow {
        id,
        email: email.as_str().to_owned(),
        name: name.as_str().to_owned(),
        role,
        password_hash: hash(password.expose().to_owned()).await?,
        disabled: false,
        created_at: now,
    };
    let mut tx = store.begin().await?;
    match people::insert_user(&mut tx, &user).await {
        Err(StoreError::EmailTaken) => bail!("somebody with the address {email} exists already"),
        other => other.context("cannot add the person")?,
    }
    let after = serde_json::json!({ "email": user.email, "name": user.name, "role": role.code() });
    audit::append(
        &mut tx,
        &from_the_command_line(now, "user.add", "user", id.to_string(), after),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes an access token and returns its text, which is stored nowhere.
pub async fn create_token(
    store: &Store,
    now: i64,
    email: &str,
    name: &str,
) -> anyhow::Result<String> {
    let email =
        Email::parse(email).map_err(|error| anyhow!("`{email}` is no e-mail address: {error}"))?;
    let Some(user) = people::user_by_email(store, email.as_str()).await? else {
        bail!("there is nobody with the address {email}");
    };
    let text = format!("wb_{}", random_code()?);
    let token = TokenRow {
        id: app::domain::TokenId::new(uuid::Uuid::now_v7()),
        user_id: user.id,
        name: name.to_owned(),
        token_hash: digest(&text),
        created_at: now,
        created_by: String::new(),
        maker_id: None,
        expires_at: None,
        role: None,
    };
    let mut tx = store.begin().await?;
    people::insert_token(&mut tx, &token).await?;
    let after = serde_json::json!({ "user": user.email, "name": name });
    audit::append(
        &mut tx,
        &from_the_command_line(now, "token.create", "token", token.id.to_string(), after),
    )
    .await?;
    tx.commit().await?;
    Ok(text)
}

/// A new one-time code for the set-up link, as long as nobody exists; replaces the one before.
pub async fn set_up_code(store: &Store) -> anyhow::Result<Option<String>> {
    if people::count_users(store).await? > 0 {
        return Ok(None);
    }
    let code = random_code()?;
    let mut tx = store.begin().await?;
    settings::set(&mut tx, SET_UP_CODE, &digest(&code)).await?;
    tx.commit().await?;
    Ok(Some(code))
}
