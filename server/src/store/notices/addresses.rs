//! Addresses of webhooks, which often hold a token: sealed, as secrets of their groups. What stands in the row of a group
//! is where its address leads, and no more.

use app::domain::ChannelId;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::secrets::{self, Kept, Place};
use crate::store::{Reads, Result, Tx};

/// The kind of owner that groups are. The claim of notices names it too.
const OWNER: &str = "notice_channel";
const NAME: &str = "address";

/// Groups from before that are sealed at a time.
const BATCH: i64 = 100;

/// Where the address of a group is kept.
pub const fn address_place(group: &str) -> Place<'_> {
    Place {
        owner_kind: OWNER,
        owner_id: group,
        name: NAME,
    }
}

/// The address of a group, as it is sealed. None: it has none, or it was forgotten.
pub async fn sealed_address(db: impl Reads, id: ChannelId) -> Result<Option<String>> {
    let kept = secrets::of(db, OWNER, &id.to_string()).await?;
    let address = kept.into_iter().find(|secret| secret.name == NAME);
    Ok(address.and_then(|secret| match secret.kept {
        Kept::Sealed { text, .. } => Some(text),
        Kept::Reference(_) => None,
    }))
}

/// Forgets the address of a group; it may have none.
pub async fn forget_address(tx: &mut Tx, id: ChannelId) -> Result<()> {
    secrets::take(tx, &address_place(&id.to_string())).await
}

/// Some groups from before addresses were sealed, each with its address.
pub async fn unsealed_addresses(mut db: impl Reads) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT id, address FROM notice_channels
         WHERE is_sealed = 0 AND kind = 'webhook' AND removed_at = 0 ORDER BY id LIMIT $1",
    )
    .bind(BATCH)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("find addresses that are not sealed")?;
    rows.iter()
        .map(|row| Ok((row.text("id")?, row.text("address")?)))
        .collect()
}

/// Puts where an address leads in its place. False: somebody else has.
pub async fn show_place(tx: &mut Tx, group: &str, address: &str, shown: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE notice_channels SET address = $3, is_sealed = 1
         WHERE id = $1 AND address = $2 AND is_sealed = 0",
    )
    .bind(group)
    .bind(address)
    .bind(shown)
    .execute(tx.connection())
    .await
    .doing("show where an address leads")?;
    Ok(done.rows_affected() > 0)
}
