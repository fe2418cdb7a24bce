//! What entries say of the values that differ.

use super::{Language, days};
use crate::domain::{ConnectionType, DifferenceValue, ExportStatus, ProviderRefusal, Role};
use crate::i18n::{account, connections, export_history, notices, runs, shell, storage};

crate::messages! {
    /// Name of a field.
    address => { en "E-mail address", fr "Adresse e-mail" }
    /// Name of a field.
    role => { en "Role", fr "Rôle" }
    /// Name of a field.
    disabled => { en "Disabled", fr "Désactivée" }
    /// Name of a field.
    password => { en "Password", fr "Mot de passe" }
    /// Name of a field.
    tokens_revoked => { en "Tokens revoked", fr "Jetons révoqués" }
    /// Name of a field: what an administrator made and goes on counting without them.
    service_tokens => { en "Tokens they made for service accounts", fr "Jetons créés pour des comptes de service" }
    /// Name of a field.
    name => { en "Name", fr "Nom" }
    /// Name of a field.
    issuer => { en "Identity provider", fr "Fournisseur d’identité" }
    /// Name of a field.
    refusal => { en "Why not", fr "Motif du refus" }
    /// Name of a field.
    attempt => { en "Attempt", fr "Tentative" }
    /// Name of a field.
    rows_read => { en "Rows read", fr "Lignes lues" }
    /// Name of a field.
    rows_written => { en "Rows written", fr "Lignes écrites" }
    /// Name of a field.
    rows_withheld => { en "Rows withheld", fr "Lignes écartées" }
    /// Name of a field.
    rows_rejected => { en "Rows rejected", fr "Lignes rejetées" }
    /// Name of a field.
    rows_in_doubt => { en "Rows in doubt", fr "Lignes incertaines" }
    /// Name of a field.
    bytes => { en "Bytes", fr "Octets" }
    /// What was done to a secret.
    changed => { en "changed", fr "changé" }
    /// What was done to a secret.
    removed => { en "removed", fr "supprimé" }
}

/// The name of a field: as its form calls it where it has one, else its path.
pub fn field_name(language: Language, path: &str) -> String {
    // Of a group: where it leads, and the whole of it, which is a secret.
    if matches!(path, "address" | "secrets.address") {
        return notices::address(language).to_owned();
    }
    let inside = path
        .strip_prefix("config.")
        .or_else(|| path.strip_prefix("secrets."));
    if let Some(key) = inside {
        return connections::field_label(language, key);
    }
    let name = match path {
        "name" => name(language),
        "status" => runs::status(language),
        "export_version" => runs::export_version(language),
        "attempt" => attempt(language),
        "rows_read" => rows_read(language),
        "rows_written" => rows_written(language),
        "rows_withheld" => rows_withheld(language),
        "rows_rejected" => rows_rejected(language),
        "rows_in_doubt" => rows_in_doubt(language),
        "bytes" => bytes(language),
        "type" | "kind" => connections::kind(language),
        "audience" | "audience.people" => connections::shared_with(language),
        "email" => address(language),
        "role" => role(language),
        "disabled" => disabled(language),
        "password" => password(language),
        "tokens_revoked" => tokens_revoked(language),
        "service_tokens" => service_tokens(language),
        "issuer" => issuer(language),
        "refusal" => refusal(language),
        "reason" => super::reason(language),
        "audit_days" => days(language),
        "keep_snapshots" => storage::kept_snapshots(language),
        "keep_runs_days" => storage::keep_runs_days(language),
        "stop_refreshes_percent" => storage::stop_refreshes_percent(language),
        _ => return export_history::field_name(language, path),
    };
    name.to_owned()
}

/// One side of a difference.
pub fn value(language: Language, path: &str, value: &DifferenceValue) -> String {
    let known = match value {
        DifferenceValue::Code(code) => code_name(language, path, code),
        DifferenceValue::Text(text) if path == "refusal" => {
            let refusal = ProviderRefusal::from_code(text);
            refusal.map(|refusal| account::refusal(language, refusal))
        }
        DifferenceValue::Text(text) if path.starts_with("secrets.") || path == "password" => {
            match text.as_str() {
                "changed" => Some(changed(language)),
                "removed" => Some(removed(language)),
                _ => None,
            }
        }
        _ => None,
    };
    known.map_or_else(
        || export_history::value(language, path, value),
        str::to_owned,
    )
}

fn code_name(language: Language, path: &str, code: &str) -> Option<&'static str> {
    match path {
        "status" => ExportStatus::from_code(code).map(|status| runs::status_name(language, status)),
        "type" => {
            let kind: ConnectionType = code.parse().ok()?;
            Some(connections::type_name(language, kind))
        }
        "role" => {
            let role: Role = code.parse().ok()?;
            Some(shell::role(language, role))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_named_and_the_rest_is_its_path() {
        let french = |path| field_name(Language::French, path);
        assert_eq!(french("rows_written"), "Lignes écrites");
        assert_eq!(french("audit_days"), days(Language::French));
        assert_eq!(french("keep_snapshots"), "Instantanés par table");
        assert_eq!(french("secrets.address"), "Adresse");
        assert_eq!(french("shoe.size"), "shoe.size");
    }

    #[test]
    fn codes_and_what_was_done_to_secrets_are_told_in_words() {
        let told = |path, told: DifferenceValue| value(Language::English, path, &told);
        let code = |code: &str| DifferenceValue::Code(code.to_owned());
        let text = |text: &str| DifferenceValue::Text(text.to_owned());
        assert_eq!(told("status", code("failed")), "Failed");
        assert_eq!(told("role", code("viewer")), "Viewer");
        assert_eq!(told("status", code("asleep")), "asleep");
        assert!(told("refusal", text("no_role")).contains("no group"));
        let french = value(Language::French, "secrets.password", &text("changed"));
        assert_eq!(french, "changé");
        assert_eq!(told("name", text("changed")), "changed");
        assert_eq!(told("name", DifferenceValue::None), "–");
    }
}
