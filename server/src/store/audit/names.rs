//! What the objects of entries are called.

use serde_json::Value;

use super::AuditEntry;
use crate::store::columns::checked;
use crate::store::error::Doing;
use crate::store::{Result, Tx};

/// Most letters of a name that are kept.
const MOST: usize = 500;

/// The name of an entry's object: as the change leaves it, else as it was before, else as it stands in the store. Empty
/// where there is none.
pub(super) async fn name_of(tx: &mut Tx, entry: &AuditEntry<'_>) -> Result<String> {
    let pictures = [entry.after.as_ref(), entry.before.as_ref()];
    if let Some(name) = pictures.into_iter().flatten().find_map(named) {
        return Ok(name);
    }
    let Some(sql) = statement(entry.object_kind) else {
        return Ok(String::new());
    };
    let found: Option<String> = sqlx::query_scalar(sql)
        .bind(checked(&entry.object_id)?)
        .fetch_optional(tx.connection())
        .await
        .doing("find the name of what was changed")?;
    Ok(found.unwrap_or_default())
}

/// The name in a picture of an object, without what no database takes.
fn named(picture: &Value) -> Option<String> {
    let name = picture.get("name")?.as_str()?;
    let kept = name.chars().filter(|letter| *letter != '\0');
    Some(kept.take(MOST).collect())
}

/// Where the names of a kind of object are.
fn statement(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "connection" => "SELECT name FROM connections WHERE id = $1",
        "export" => "SELECT name FROM exports WHERE id = $1",
        "notice_channel" => "SELECT name FROM notice_channels WHERE id = $1",
        "run" => "SELECT e.name FROM runs r JOIN exports e ON e.id = r.export_id WHERE r.id = $1",
        // A segment is a source of the same id.
        "segment" | "source" => "SELECT name FROM sources WHERE id = $1",
        "table" => "SELECT name FROM tables WHERE id = $1",
        "task" => "SELECT s.name FROM tasks t JOIN sources s ON s.id = t.source_id WHERE t.id = $1",
        "token" => "SELECT name FROM tokens WHERE id = $1",
        "user" => "SELECT name FROM users WHERE id = $1",
        "view" => "SELECT name FROM saved_views WHERE id = $1",
        "invitation" => "SELECT email FROM invitations WHERE id = $1",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_picture_may_name_its_object() {
        assert_eq!(named(&json!({"name": "Clients"})), Some("Clients".into()));
        assert_eq!(named(&json!({"name": "a\0b"})), Some("ab".into()));
        for none in [json!({}), json!({"name": 7}), json!(["name"]), json!(null)] {
            assert_eq!(named(&none), None, "{none}");
        }
    }
}
