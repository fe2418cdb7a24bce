//! The identity provider that people sign in with (OpenID Connect), and what its groups may do here.

use std::path::PathBuf;
use std::str::FromStr;

use app::domain::Role;
use base::{Secret, may_be_unencrypted};
use clap::Args;
use reqwest::Url;

use super::ConfigError;

/// What the provider is called on the pages, unless said.
const NAME: &str = "OpenID Connect";
/// The claim that lists groups, unless said.
const GROUPS: &str = "groups";
/// What is asked for beside `openid`, unless said.
const SCOPES: [&str; 2] = ["email", "profile"];

/// The identity provider, as flags, variables or file say it.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct OidcArgs {
    /// Lets people sign in at an identity provider that speaks OpenID Connect: its issuer, as it names itself, such as
    /// `https://login.example.org/realms/staff`. The provider sends them back to `/sign-in/oidc/return` below
    /// `--public-url`.
    #[arg(long = "oidc-issuer", env = "WAYBILL_OIDC_ISSUER", value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// What the identity provider calls this server.
    #[arg(
        long = "oidc-client-id",
        env = "WAYBILL_OIDC_CLIENT_ID",
        value_name = "ID"
    )]
    pub(super) client_id: Option<String>,
    /// File with the secret that this server has with the identity provider; without it, it is a public client.
    #[arg(
        long = "oidc-client-secret-file",
        env = "WAYBILL_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub(super) client_secret_file: Option<PathBuf>,
    /// What people call the identity provider, on the sign-in page [default: OpenID Connect].
    #[arg(long = "oidc-name", env = "WAYBILL_OIDC_NAME", value_name = "NAME")]
    pub(super) name: Option<String>,
    /// What the people of a group may: administrator, contributor or viewer; of several groups the most counts, and
    /// people of none are refused. Repeat it, or separate several with `;`.
    #[arg(
        long = "oidc-role",
        env = "WAYBILL_OIDC_ROLE",
        value_name = "GROUP=ROLE",
        value_delimiter = ';'
    )]
    pub(super) role: Vec<String>,
    /// The claim that names somebody's groups; inside another, as `realm_access.roles` [default: groups].
    #[arg(
        long = "oidc-groups-claim",
        env = "WAYBILL_OIDC_GROUPS_CLAIM",
        value_name = "NAME"
    )]
    pub(super) groups_claim: Option<String>,
    /// What is asked for beside `openid`; repeat it, or separate several with commas [default: email, profile].
    #[arg(
        long = "oidc-scope",
        env = "WAYBILL_OIDC_SCOPE",
        value_name = "SCOPE",
        value_delimiter = ','
    )]
    pub(super) scope: Vec<String>,
    /// The identity provider is the only way in: passwords are refused.
    #[arg(long = "oidc-only", env = "WAYBILL_OIDC_ONLY", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(super) only: Option<bool>,
}

/// What the people of a group may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRole {
    pub group: String,
    pub role: Role,
}

/// The identity provider.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Exactly as the provider names itself.
    pub issuer: String,
    pub client_id: String,
    /// None: a public client, which PKCE alone protects.
    pub client_secret: Option<Secret<String>>,
    /// What people call it.
    pub name: String,
    pub roles: Vec<GroupRole>,
    /// The claim that names groups.
    pub groups_claim: String,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    /// Passwords are refused.
    pub only: bool,
}

impl OidcArgs {
    /// Lays these over those that are farther away.
    pub(super) fn over(self, farther: Self) -> Self {
        let first = |nearer: Vec<String>, farther: Vec<String>| {
            if nearer.is_empty() { farther } else { nearer }
        };
        Self {
            issuer: self.issuer.or(farther.issuer),
            client_id: self.client_id.or(farther.client_id),
            client_secret_file: self.client_secret_file.or(farther.client_secret_file),
            name: self.name.or(farther.name),
            role: first(self.role, farther.role),
            groups_claim: self.groups_claim.or(farther.groups_claim),
            scope: first(self.scope, farther.scope),
            only: self.only.or(farther.only),
        }
    }

    /// A flag that means nothing without an issuer.
    fn stray(&self) -> Option<&'static str> {
        [
            (self.client_id.is_some(), "--oidc-client-id"),
            (
                self.client_secret_file.is_some(),
                "--oidc-client-secret-file",
            ),
            (self.name.is_some(), "--oidc-name"),
            (!self.role.is_empty(), "--oidc-role"),
            (self.groups_claim.is_some(), "--oidc-groups-claim"),
            (!self.scope.is_empty(), "--oidc-scope"),
            (self.only == Some(true), "--oidc-only"),
        ]
        .into_iter()
        .find_map(|(is_given, flag)| is_given.then_some(flag))
    }
}

impl OidcConfig {
    /// Reads what flags, variables or file say. None where no issuer is named.
    pub(super) fn read(args: OidcArgs) -> Result<Option<Self>, ConfigError> {
        let stray = args.stray();
        let Some(issuer) = args.issuer else {
            return stray.map_or(Ok(None), |flag| Err(ConfigError::OidcStray(flag)));
        };
        let missing = ConfigError::OidcMissing;
        let client_id = args.client_id.filter(|id| !id.is_empty());
        let roles = args
            .role
            .iter()
            .map(|text| text.parse())
            .collect::<Result<Vec<GroupRole>, ConfigError>>()?;
        if roles.is_empty() {
            return Err(missing("--oidc-role"));
        }
        let only = args.only.unwrap_or_default();
        let administrates = |one: &GroupRole| one.role == Role::Administrator;
        if only && !roles.iter().any(administrates) {
            return Err(ConfigError::OidcNobody);
        }
        let scopes = if args.scope.is_empty() {
            SCOPES.map(str::to_owned).to_vec()
        } else {
            args.scope
        };
        Ok(Some(Self {
            issuer: checked(issuer)?,
            client_id: client_id.ok_or_else(|| missing("--oidc-client-id"))?,
            client_secret: args.client_secret_file.map(secret).transpose()?,
            name: args.name.unwrap_or_else(|| NAME.to_owned()),
            roles,
            groups_claim: args.groups_claim.unwrap_or_else(|| GROUPS.to_owned()),
            scopes,
            only,
        }))
    }

    /// The most that people of these groups may; none: they may not come in.
    pub fn role_of(&self, groups: &[String]) -> Option<Role> {
        let theirs = self.roles.iter().filter(|one| groups.contains(&one.group));
        theirs.map(|one| one.role).max()
    }
}

impl FromStr for GroupRole {
    type Err = ConfigError;

    /// `GROUP=ROLE`; the group may hold `=`, as distinguished names do.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::OidcRole(text.to_owned());
        let (group, role) = text.rsplit_once('=').ok_or_else(wrong)?;
        let (group, role) = (group.trim(), role.trim());
        if group.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            group: group.to_owned(),
            role: role.parse().map_err(|_| wrong())?,
        })
    }
}

/// An issuer as OpenID Connect Discovery 1.0 §3 wants it; unencrypted on networks of one's own alone.
fn checked(issuer: String) -> Result<String, ConfigError> {
    let is_fit = Url::parse(&issuer).is_ok_and(|url| {
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => may_be_unencrypted(&url),
            _ => false,
        };
        let is_bare = url.query().is_none() && url.fragment().is_none();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        is_safe && is_bare && is_anonymous && url.has_host()
    });
    if is_fit {
        Ok(issuer)
    } else {
        Err(ConfigError::OidcIssuer(issuer))
    }
}

/// The secret in a file.
fn secret(path: PathBuf) -> Result<Secret<String>, ConfigError> {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(ConfigError::OidcSecret { path, source }),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(ConfigError::OidcNoSecret { path });
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> OidcArgs {
        OidcArgs {
            issuer: Some("https://login.example.org".to_owned()),
            client_id: Some("waybill".to_owned()),
            role: vec![
                "staff=viewer".to_owned(),
                "CN=Data,OU=Teams = contributor".to_owned(),
                "operators=administrator".to_owned(),
            ],
            ..OidcArgs::default()
        }
    }

    fn read(args: OidcArgs) -> Result<OidcConfig, String> {
        match OidcConfig::read(args) {
            Ok(config) => Ok(config.expect("an issuer is named")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn an_issuer_a_client_and_a_group_are_enough() {
        let config = read(args()).expect("right");
        assert_eq!(config.name, "OpenID Connect");
        assert_eq!(config.groups_claim, "groups");
        assert_eq!(config.scopes, ["email", "profile"]);
        assert!(config.client_secret.is_none() && !config.only);
        assert!(OidcConfig::read(OidcArgs::default()).is_ok_and(|none| none.is_none()));
    }

    #[test]
    fn of_several_groups_the_most_counts_and_none_is_none() {
        let config = read(args()).expect("right");
        let role = |groups: &[&str]| {
            let groups: Vec<_> = groups.iter().map(|&group| group.to_owned()).collect();
            config.role_of(&groups)
        };
        assert_eq!(role(&["guests", "staff"]), Some(Role::Viewer));
        assert_eq!(
            role(&["CN=Data,OU=Teams", "staff"]),
            Some(Role::Contributor)
        );
        assert_eq!(role(&["operators", "staff"]), Some(Role::Administrator));
        assert_eq!(role(&["guests"]), None);
        assert_eq!(role(&["Staff"]), None, "names of groups are exact");
        assert_eq!(role(&[]), None);
    }

    #[test]
    fn what_is_missing_or_means_nothing_is_named() {
        let none = OidcArgs::default;
        for (args, flag) in [
            (
                OidcArgs {
                    client_id: None,
                    ..args()
                },
                "--oidc-client-id",
            ),
            (
                OidcArgs {
                    role: Vec::new(),
                    ..args()
                },
                "--oidc-role",
            ),
            (
                OidcArgs {
                    only: Some(true),
                    ..none()
                },
                "--oidc-only",
            ),
            (
                OidcArgs {
                    name: Some("Staff".to_owned()),
                    ..none()
                },
                "--oidc-name",
            ),
        ] {
            let error = OidcConfig::read(args).map(drop).expect_err("refused");
            assert!(error.to_string().contains(flag), "{error}");
        }
    }

    #[test]
    fn an_only_way_in_needs_a_group_of_administrators() {
        let only = |role: &str| {
            read(OidcArgs {
                role: vec![format!("staff={role}")],
                only: Some(true),
                ..args()
            })
        };
        assert!(only("administrator").is_ok_and(|config| config.only));
        let error = only("contributor").map(drop).expect_err("refused");
        assert!(error.contains("administrator"), "{error}");
    }

    #[test]
    fn issuers_are_encrypted_unless_they_are_of_the_own_network() {
        let issuer = |text: &str| {
            read(OidcArgs {
                issuer: Some(text.to_owned()),
                ..args()
            })
        };
        for right in [
            "https://login.example.org/realms/staff",
            "https://example.eu.auth0.com/",
            "http://127.0.0.1:8080",
            "http://keycloak:8080/realms/staff",
        ] {
            let config = issuer(right).expect("right");
            assert_eq!(config.issuer, right, "exactly as it is written");
        }
        for wrong in [
            "http://login.example.org",
            "login.example.org",
            "ftp://login.example.org",
            "https://login.example.org/?tenant=1",
            "https://user@login.example.org",
            "",
        ] {
            assert!(issuer(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_group_and_its_role_are_told_apart_at_the_last_sign() {
        for wrong in ["staff", "staff=owner", "=viewer", "staff="] {
            let error = wrong.parse::<GroupRole>().expect_err("refused");
            assert!(error.to_string().contains("GROUP=ROLE"), "{error}");
        }
    }

    #[test]
    fn the_secret_is_read_from_its_file_and_shown_nowhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        let with = |path: &std::path::Path| {
            read(OidcArgs {
                client_secret_file: Some(path.to_owned()),
                ..args()
            })
        };
        assert!(with(&path).is_err(), "it is not there");
        std::fs::write(&path, "\n").expect("written");
        assert!(with(&path).is_err(), "it is empty");
        std::fs::write(&path, "hunter2\n").expect("written");
        let config = with(&path).expect("right");
        assert!(!format!("{config:?}").contains("hunter2"));
        let secret = config.client_secret.expect("a secret");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn flags_are_laid_over_the_file() {
        let file = OidcArgs {
            name: Some("From the file".to_owned()),
            scope: vec!["groups".to_owned()],
            ..args()
        };
        let flags = OidcArgs {
            name: Some("From the flag".to_owned()),
            ..OidcArgs::default()
        };
        let config = read(flags.over(file)).expect("right");
        assert_eq!(config.name, "From the flag");
        assert_eq!(config.scopes, ["groups"]);
    }
}
