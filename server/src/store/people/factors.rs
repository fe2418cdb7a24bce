//! Second factors: that somebody has one, the codes for the day on which they lost it, and sign-ins that still owe it.
//! The seed is a secret of the person (`store::secrets`).

use app::domain::{Micros, UserId};

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx};

/// The second factor of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorRow {
    /// None: a code of it was never given yet, and it does not count.
    pub confirmed_at: Option<Micros>,
    /// The step whose code was used last; no code of it or before counts again.
    pub last_step: i64,
}

/// Who gave the right password and owes the second factor.
pub struct HalfSignIn {
    pub token_hash: String,
    pub user_id: UserId,
    pub created_at: Micros,
    pub expires_at: Micros,
    pub network: String,
}

/// The second factor of somebody, if they have or begin one.
pub async fn factor(mut db: impl Reads, user: UserId) -> Result<Option<FactorRow>> {
    let row = sqlx::query("SELECT confirmed_at, last_step FROM second_factors WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a second factor")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FactorRow {
        confirmed_at: row.since("confirmed_at")?,
        last_step: row.int("last_step")?,
    }))
}

/// Begins a second factor; what was begun before is replaced. One that counts stays as it is.
pub async fn begin_factor(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query(
        "INSERT INTO second_factors (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING",
    )
    .bind(user.to_string())
    .execute(tx.connection())
    .await
    .doing("begin a second factor")?;
    Ok(())
}

/// Lets a second factor count from now on, whose code of this step was given. Says whether it did not count before.
pub async fn confirm_factor(tx: &mut Tx, user: UserId, step: i64, at: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE second_factors SET confirmed_at = $2, last_step = $3
         WHERE user_id = $1 AND confirmed_at = 0",
    )
    .bind(user.to_string())
    .bind(at)
    .bind(step)
    .execute(tx.connection())
    .await
    .doing("confirm a second factor")?;
    Ok(done.rows_affected() > 0)
}

/// Uses the code of a step up. Says whether it could be used: each once, and none from before it.
pub async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE second_factors SET last_step = $2
         WHERE user_id = $1 AND confirmed_at > 0 AND last_step < $2",
    )
    .bind(user.to_string())
    .bind(step)
    .execute(tx.connection())
    .await
    .doing("use a code of a second factor")?;
    Ok(done.rows_affected() > 0)
}

/// Takes the second factor away, with its seed and its recovery codes. None is no error.
pub async fn remove_factor(tx: &mut Tx, user: UserId) -> Result<()> {
    const DOING: &str = "remove a second factor";
    let statements = [
        "DELETE FROM second_factors WHERE user_id = $1",
        "DELETE FROM recovery_codes WHERE user_id = $1",
        "DELETE FROM half_sign_ins WHERE user_id = $1",
        "DELETE FROM secrets WHERE owner_kind = 'user' AND owner_id = $1 AND name = 'totp'",
    ];
    for statement in statements {
        sqlx::query(statement)
            .bind(user.to_string())
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Replaces the recovery codes of somebody by those with these digests.
pub async fn replace_recovery_codes(tx: &mut Tx, user: UserId, hashes: &[String]) -> Result<()> {
    const DOING: &str = "replace recovery codes";
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)")
            .bind(user.to_string())
            .bind(checked(hash)?)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Uses a recovery code up. Says whether it could be used.
pub async fn use_recovery_code(tx: &mut Tx, user: UserId, hash: &str, at: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE recovery_codes SET used_at = $3
         WHERE user_id = $1 AND code_hash = $2 AND used_at = 0",
    )
    .bind(user.to_string())
    .bind(checked(hash)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("use a recovery code")?;
    Ok(done.rows_affected() > 0)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(mut db: impl Reads, user: UserId) -> Result<u32> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS codes FROM recovery_codes WHERE user_id = $1 AND used_at = 0",
    )
    .bind(user.to_string())
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("count recovery codes")?;
    row.count("codes")
}

/// Notes that somebody owes the second factor.
pub async fn insert_half_sign_in(tx: &mut Tx, half: &HalfSignIn) -> Result<()> {
    sqlx::query(
        "INSERT INTO half_sign_ins (token_hash, user_id, created_at, expires_at, network)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(checked(&half.token_hash)?)
    .bind(half.user_id.to_string())
    .bind(half.created_at)
    .bind(half.expires_at)
    .bind(checked(&half.network)?)
    .execute(tx.connection())
    .await
    .doing("begin a sign-in")?;
    Ok(())
}

/// Counts a try to pay the second factor, and gives whose sign-in it is. None: there is no such sign-in, it is too old,
/// or it was tried too often.
pub async fn try_half_sign_in(
    tx: &mut Tx,
    hash: &str,
    now: Micros,
    most: i64,
) -> Result<Option<UserId>> {
    const DOING: &str = "go on with a sign-in";
    let done = sqlx::query(
        "UPDATE half_sign_ins SET tries = tries + 1
         WHERE token_hash = $1 AND expires_at > $2 AND tries < $3",
    )
    .bind(checked(hash)?)
    .bind(now)
    .bind(most)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    let row = sqlx::query("SELECT user_id FROM half_sign_ins WHERE token_hash = $1")
        .bind(checked(hash)?)
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
    row.parsed("user_id").map(Some)
}

/// Ends a sign-in that owed the second factor.
pub async fn delete_half_sign_in(tx: &mut Tx, hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM half_sign_ins WHERE token_hash = $1")
        .bind(checked(hash)?)
        .execute(tx.connection())
        .await
        .doing("end a sign-in")?;
    Ok(())
}

/// Ends all sign-ins of somebody that owe the second factor: the password that they began with counts no more.
pub async fn delete_half_sign_ins_of(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM half_sign_ins WHERE user_id = $1")
        .bind(user.to_string())
        .execute(tx.connection())
        .await
        .doing("end the sign-ins of somebody")?;
    Ok(())
}

/// Forgets sign-ins that nobody went on with.
pub async fn delete_half_sign_ins_before(tx: &mut Tx, at: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM half_sign_ins WHERE expires_at < $1")
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("forget old sign-ins")?;
    Ok(done.rows_affected())
}
