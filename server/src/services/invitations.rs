//! Links that can be used once: to become somebody, and to a new password. Handed over by mail where the server has
//! mail, else to the administrator who made them; used by whoever has them.

use app::domain::{
    DisplayName, FieldErrors, Invitation, InvitationId, Micros, NewLink, NewPassword,
    OpenInvitation, Reason, Role, UserId,
};
use app::i18n::{Language, invitation_mail};
use app::ports::{Actor, Answer, Door, NewSession, RequestContext, ServiceError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::{hashed, stored};
use super::passwords::{digest, hash, random_code};
use super::signing_in::{actor, open_session};
use super::{Change, Deps, note};
use crate::store::{
    SignalKind, StoreError, Tx,
    people::{self, NewInvitation, UserRow},
};

const HOUR: Micros = 3_600 * 1_000_000;

/// Whom a link is for.
pub(super) struct For<'a> {
    pub(super) email: &'a str,
    pub(super) name: &'a str,
    pub(super) role: Role,
    /// Whose new password it is for; none: somebody new.
    pub(super) user_id: Option<UserId>,
}

/// Writes a link, in the transaction of its maker, and gives it with its code.
pub(super) async fn write(
    tx: &mut Tx,
    whom: For<'_>,
    by: &Actor,
    now: Micros,
) -> Answer<(Invitation, String)> {
    let code = random_code().map_err(hashed)?;
    let lasts = match whom.user_id {
        Some(_) => Invitation::HOURS_OF_PASSWORD * HOUR,
        None => Invitation::DAYS * 24 * HOUR,
    };
    let new = NewInvitation {
        id: InvitationId::new(Uuid::now_v7()),
        code_hash: &digest(&code),
        email: whom.email,
        name: whom.name,
        role: whom.role,
        user_id: whom.user_id,
        at: now,
        by: &by.name,
        maker_id: Some(by.id),
        expires_at: now + lasts,
    };
    people::insert_invitation(tx, &new).await.map_err(stored)?;
    let invitation = Invitation {
        id: new.id,
        email: whom.email.to_lowercase(),
        name: whom.name.to_owned(),
        role: whom.role,
        user_id: whom.user_id,
        created_at: now,
        created_by: by.name.clone(),
        expires_at: new.expires_at,
    };
    Ok((invitation, code))
}

/// A link as the audit log keeps it.
pub(super) fn picture(invitation: &Invitation) -> Value {
    json!({
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role.code(),
    })
}

/// Withdraws the links of somebody who may make none any more, in the transaction of what takes that from them:
/// otherwise they could come back by one.
pub(super) async fn withdraw_those_of(
    tx: &mut Tx,
    ctx: &RequestContext,
    maker: UserId,
    now: Micros,
) -> Answer<()> {
    let withdrawn = people::revoke_links_made_by(tx, maker, now)
        .await
        .map_err(stored)?;
    for invitation in &withdrawn {
        note_withdrawal(tx, ctx, invitation, now).await?;
    }
    Ok(())
}

/// Notes that a link was withdrawn, and tells it.
pub(super) async fn note_withdrawal(
    tx: &mut Tx,
    ctx: &RequestContext,
    invitation: &Invitation,
    now: Micros,
) -> Answer<()> {
    let change = Change {
        action: "invitation.revoke",
        kind: "invitation",
        id: invitation.id.to_string(),
        before: Some(picture(invitation)),
        after: None,
    };
    note(tx, ctx, now, change).await?;
    tx.signal(SignalKind::Person, invitation.id, 0);
    Ok(())
}

/// Sends a link by mail; where there is none, or it was not taken, gives the link itself.
pub(super) async fn hand_over(
    deps: &Deps,
    language: Language,
    invitation: Invitation,
    code: &str,
) -> NewLink {
    let link = format!("{}/invitation?code={code}", deps.outlets.origin());
    let shown = |invitation, problem| NewLink {
        invitation,
        link: Some(link.clone()),
        problem,
    };
    if !deps.outlets.can_mail() {
        return shown(invitation, None);
    }
    let subject = invitation_mail::subject(language, &invitation);
    let body = invitation_mail::body(language, &invitation, &link);
    let id = invitation.id.to_string();
    let sent = deps
        .outlets
        .write(&invitation.email, &id, deps.now(), subject, body)
        .await;
    match sent {
        Ok(()) => NewLink {
            invitation,
            link: None,
            problem: None,
        },
        Err(failure) => {
            tracing::warn!(reason.code = %failure.reason.code, "cannot send a link by mail");
            shown(invitation, Some(failure.reason))
        }
    }
}

/// Whom a code is for, as long as it can be used.
pub(super) async fn open(deps: &Deps, code: &str) -> Answer<Option<OpenInvitation>> {
    let found = people::open_invitation(&deps.store, &digest(code), deps.now())
        .await
        .map_err(stored)?;
    Ok(found.map(|invitation| OpenInvitation {
        email: invitation.email,
        name: invitation.name,
        is_for_password: invitation.user_id.is_some(),
    }))
}

fn closed() -> ServiceError {
    ServiceError::Conflict(Reason::new("invitation_closed"))
}

/// Uses a code: adds the person and signs them in, or sets the new password and leaves signing in to them.
pub(super) async fn accept(
    deps: &Deps,
    ctx: &RequestContext,
    code: &str,
    name: &str,
    password: String,
) -> Answer<Option<NewSession>> {
    if deps.passwords_off() {
        return Err(ServiceError::Conflict(Reason::new("passwords_off")));
    }
    let now = deps.now();
    let invitation = people::open_invitation(&deps.store, &digest(code), now)
        .await
        .map_err(stored)?
        .ok_or_else(closed)?;
    let mut errors = FieldErrors::default();
    // Who has a name keeps it.
    let named = match invitation.user_id {
        Some(_) => DisplayName::stored(&invitation.name),
        None => DisplayName::parse(name),
    };
    let name = errors.take("name", named);
    let password = errors.take("password", NewPassword::parse(password));
    errors.done().map_err(ServiceError::Invalid)?;
    let (name, password) = name.zip(password).ok_or(ServiceError::NotFound)?;
    let hash = hash(password.expose().to_owned()).await.map_err(hashed)?;
    let mut tx = deps.store.begin().await.map_err(stored)?;
    // Used up in the transaction: of two who use the link at once, one finds it gone.
    if !people::spend(&mut tx, invitation.id, now)
        .await
        .map_err(stored)?
    {
        return Err(closed());
    }
    let session = match invitation.user_id {
        Some(user) => {
            reset(&mut tx, ctx, user, &hash, now).await?;
            None
        }
        None => Some(join(deps, &mut tx, ctx, &invitation, name.as_str(), hash).await?),
    };
    tx.commit().await.map_err(stored)?;
    Ok(session)
}

/// Sets the new password of somebody, and ends whatever was open under the old one, tokens too: who needs a link may
/// have lost the account to somebody who has made some.
async fn reset(
    tx: &mut Tx,
    ctx: &RequestContext,
    user: UserId,
    hash: &str,
    now: Micros,
) -> Answer<()> {
    people::set_password(tx, user, hash).await.map_err(stored)?;
    people::delete_sessions_of(tx, user).await.map_err(stored)?;
    people::delete_half_sign_ins_of(tx, user)
        .await
        .map_err(stored)?;
    let tokens = people::revoke_tokens_of(tx, user, now)
        .await
        .map_err(stored)?;
    people::revoke_password_links(tx, user, now)
        .await
        .map_err(stored)?;
    let row = people::user_by_id(&mut *tx, user)
        .await
        .map_err(stored)?
        .ok_or(ServiceError::NotFound)?;
    let mut after = json!({ "password": "changed" });
    if tokens > 0 {
        after["tokens_revoked"] = tokens.into();
    }
    let change = Change {
        action: "user.password",
        kind: "user",
        id: user.to_string(),
        before: None,
        after: Some(after),
    };
    note(tx, &as_themselves(ctx, row), now, change).await?;
    tx.signal(SignalKind::Person, user, 0);
    Ok(())
}

/// Adds the person who was invited, and signs them in.
async fn join(
    deps: &Deps,
    tx: &mut Tx,
    ctx: &RequestContext,
    invitation: &Invitation,
    name: &str,
    password_hash: String,
) -> Answer<NewSession> {
    let now = deps.now();
    let user = UserRow {
        id: UserId::new(Uuid::now_v7()),
        email: invitation.email.clone(),
        name: name.to_owned(),
        role: invitation.role,
        password_hash,
        disabled: false,
        created_at: now,
    };
    match people::insert_invited(tx, &user, &invitation.created_by).await {
        // Somebody else added them in the meantime.
        Err(StoreError::EmailTaken) => return Err(closed()),
        other => other.map_err(stored)?,
    }
    let session = open_session(deps, ctx, tx, user.id).await?;
    let id = user.id;
    let change = Change {
        action: "user.join",
        kind: "user",
        id: id.to_string(),
        before: None,
        after: Some(json!({ "email": user.email, "name": user.name, "role": user.role.code() })),
    };
    note(tx, &as_themselves(ctx, user), now, change).await?;
    tx.signal(SignalKind::Person, id, 1);
    Ok(session)
}

/// The request as one of the person whom the link is for: it is they who did it.
pub(super) fn as_themselves(ctx: &RequestContext, user: UserRow) -> RequestContext {
    let preferences = app::domain::Preferences::default();
    RequestContext {
        actor: Some(actor(user, Door::Page, None, preferences)),
        ..ctx.clone()
    }
}
