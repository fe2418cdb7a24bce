//! Notices: who is told what about exports. One notice per change of state, not one per run.

use serde::{Deserialize, Serialize};

use super::text::TextError;
use super::{
    ChannelId, ConnectionId, ExportId, FieldErrors, Micros, NoticeId, Reason, RunId, Version,
};

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A run failed, was skipped, or starts were missed, after all had been well.
    Failing,
    /// It delivered again after that.
    Recovered,
    /// A run waits for a person.
    Held,
    /// Its rows differ from those of the last runs by more than a follower's limit.
    RowsDiffer,
    /// It ran longer than a follower's limit.
    RanLonger,
    /// It has not delivered for longer than a follower's limit.
    NotDelivered,
}

impl NoticeKind {
    /// Everything that is told.
    pub const ALL: [Self; 6] = [
        Self::Failing,
        Self::Recovered,
        Self::Held,
        Self::RowsDiffer,
        Self::RanLonger,
        Self::NotDelivered,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Recovered => "recovered",
            Self::Held => "held",
            Self::RowsDiffer => "rows_differ",
            Self::RanLonger => "ran_longer",
            Self::NotDelivered => "not_delivered",
        }
    }

    /// What is told by this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// One notice as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub at: Micros,
    pub export_id: ExportId,
    pub export_name: String,
    /// The run that it is about; none for what did not happen.
    pub run_id: Option<RunId>,
    /// Why, or by how much: a code with arguments (`rows`, `usual`, `percent`, `minutes`, `hours`, …).
    pub reason: Option<Reason>,
    pub is_read: bool,
}

/// What administrators are told of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionNoticeKind {
    /// Something that it signs in with or trusts ends soon.
    Expiring,
    /// Its daily test failed, after all had been well.
    Failing,
    /// The server paused it, after sign-in was refused twice.
    Paused,
}

impl ConnectionNoticeKind {
    /// Everything that is told.
    pub const ALL: [Self; 3] = [Self::Expiring, Self::Failing, Self::Paused];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Failing => "failing",
            Self::Paused => "paused",
        }
    }

    /// What is told by this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// One notice of a connection as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionNotice {
    pub id: NoticeId,
    pub kind: ConnectionNoticeKind,
    pub at: Micros,
    pub connection_id: ConnectionId,
    pub connection_name: String,
    pub reason: Option<Reason>,
    pub is_read: bool,
}

/// The notices of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeList {
    /// Newest first, 100 at most.
    pub items: Vec<Notice>,
    /// Of connections, for administrators alone: newest first, 100 at most.
    #[serde(default)]
    pub connections: Vec<ConnectionNotice>,
    /// Of both.
    pub unread: u32,
}

/// A notice of either sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    OfExport(Notice),
    OfConnection(ConnectionNotice),
}

impl Told {
    const fn at(&self) -> Micros {
        match self {
            Self::OfExport(notice) => notice.at,
            Self::OfConnection(notice) => notice.at,
        }
    }
}

impl NoticeList {
    /// All of them, newest first.
    pub fn newest_first(self) -> Vec<Told> {
        let exports = self.items.into_iter().map(Told::OfExport);
        let connections = self.connections.into_iter().map(Told::OfConnection);
        let mut all: Vec<_> = exports.chain(connections).collect();
        all.sort_by_key(|told| std::cmp::Reverse(told.at()));
        all
    }
}

/// When a follower is told, beside *failing*, *recovered* and *held*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FollowSettings {
    /// Also by e-mail, for a person.
    pub by_mail: bool,
    /// Rows differ from the median of the last ten deliveries by more than this many percent: 1 to 1000.
    pub rows_percent: Option<u32>,
    /// A run takes longer than this many minutes: 1 to 10 080.
    pub longer_than_minutes: Option<u32>,
    /// Nothing was delivered for this many hours: 1 to 8 760.
    pub silent_hours: Option<u32>,
}

impl FollowSettings {
    /// Refuses limits out of range, at `rows_percent`, `longer_than_minutes`, `silent_hours`.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for (field, value, most) in [
            ("rows_percent", self.rows_percent, 1_000),
            ("longer_than_minutes", self.longer_than_minutes, 10_080),
            ("silent_hours", self.silent_hours, 8_760),
        ] {
            if value.is_some_and(|value| !(1..=most).contains(&value)) {
                errors.add(
                    field,
                    Reason::new("out_of_range")
                        .with("least", 1)
                        .with("most", most),
                );
            }
        }
        errors.done()
    }
}

/// What a person follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// None: everything.
    pub export_id: Option<ExportId>,
    /// Empty for everything.
    pub export_name: String,
    pub settings: FollowSettings,
}

/// What a person follows, and whether the server can send mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    pub follows: Vec<Follow>,
    /// A mail server is configured (`--smtp-url`).
    pub can_mail: bool,
}

/// How a group is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A mail to one address.
    Mail,
    /// A POST of JSON to one URL (Standard Webhooks).
    Webhook,
}

impl ChannelKind {
    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Mail, Self::Webhook]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A group that is told: a mailing list, a chat room, another program. For administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub version: Version,
    pub name: String,
    pub kind: ChannelKind,
    /// Mail address, or where a webhook leads: the whole of its address is a secret.
    pub address: String,
    /// Exports it follows, by name; empty: everything.
    pub exports: Vec<(ExportId, String)>,
    pub settings: FollowSettings,
    /// When the last notice was sent.
    pub sent_at: Option<Micros>,
    /// Why the last one could not be.
    pub problem: Option<Reason>,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// What creates or replaces a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelDraft {
    pub name: String,
    pub kind: ChannelKind,
    /// Mail address, or `https://…`; empty, of a webhook that has one: it stays.
    pub address: String,
    /// Exports that it follows; none: everything.
    #[serde(default)]
    pub exports: Vec<ExportId>,
    #[serde(default)]
    pub settings: FollowSettings,
}

/// What may be shown of a webhook's address: where it leads. What follows is often a token.
pub fn shown_address(url: &str) -> &str {
    let host = url.find("://").map_or(0, |end| end + 3);
    let path = url[host..].find(['/', '\\', '?', '#']);
    path.map_or(url, |path| &url[..host + path])
}

impl ChannelDraft {
    /// Whether the address is left as it is, if it is one that is not shown.
    pub fn leaves_address(&self) -> bool {
        self.kind == ChannelKind::Webhook && self.address.trim().is_empty()
    }

    /// The address in its one spelling.
    pub fn parsed_address(&self) -> Result<String, TextError> {
        match self.kind {
            ChannelKind::Mail => super::Email::parse(&self.address).map(String::from),
            ChannelKind::Webhook => {
                let url = super::text::single_line(&self.address, 2000)?;
                let rest = url
                    .strip_prefix("https://")
                    .or_else(|| url.strip_prefix("http://"))
                    .ok_or(TextError::Malformed)?;
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                if host.is_empty() || host.contains('@') || url.contains(char::is_whitespace) {
                    return Err(TextError::Malformed);
                }
                Ok(url)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_of_exports_and_connections_stand_together_newest_first() {
        let id = uuid::Uuid::from_u128(1);
        let of_export = |at| Notice {
            id: NoticeId::new(id),
            kind: NoticeKind::Held,
            at,
            export_id: ExportId::new(id),
            export_name: "Clients".into(),
            run_id: None,
            reason: None,
            is_read: false,
        };
        let of_connection = ConnectionNotice {
            id: NoticeId::new(id),
            kind: ConnectionNoticeKind::Paused,
            at: 2,
            connection_id: ConnectionId::new(id),
            connection_name: "Depot".into(),
            reason: None,
            is_read: false,
        };
        let list = NoticeList {
            items: vec![of_export(3), of_export(1)],
            connections: vec![of_connection],
            unread: 3,
        };
        let order: Vec<_> = list.newest_first().iter().map(Told::at).collect();
        assert_eq!(order, [3, 2, 1]);
        for kind in ConnectionNoticeKind::ALL {
            assert_eq!(ConnectionNoticeKind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn limits_out_of_range_are_refused_at_their_field() {
        let wrong = FollowSettings {
            rows_percent: Some(0),
            silent_hours: Some(9_000),
            ..FollowSettings::default()
        };
        let errors = wrong.check().expect_err("two are wrong");
        assert!(errors.of("rows_percent").is_some());
        assert!(errors.of("silent_hours").is_some());
        assert!(FollowSettings::default().check().is_ok());
    }

    #[test]
    fn of_a_webhook_nothing_behind_its_host_is_shown() {
        for (url, shown) in [
            ("https://chat.example/hook/T0/token", "https://chat.example"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
            ("https://chat.example?token=1", "https://chat.example"),
            ("https://chat.example#token", "https://chat.example"),
            ("https://chat.example\\token", "https://chat.example"),
            ("https://chat.example", "https://chat.example"),
            ("", ""),
        ] {
            assert_eq!(shown_address(url), shown, "{url}");
        }
    }

    #[test]
    fn a_channel_needs_a_whole_address() {
        let draft = |kind, address: &str| ChannelDraft {
            name: "Data team".to_owned(),
            kind,
            address: address.to_owned(),
            exports: vec![],
            settings: FollowSettings::default(),
        };
        for good in ["https://chat.example/hook?id=1", "http://127.0.0.1:9000/"] {
            assert!(draft(ChannelKind::Webhook, good).parsed_address().is_ok());
        }
        for bad in ["", "ftp://a", "https://", "https://u@h/", "https://a b"] {
            assert!(draft(ChannelKind::Webhook, bad).parsed_address().is_err());
        }
        assert!(
            draft(ChannelKind::Mail, "team@example.org")
                .parsed_address()
                .is_ok()
        );
        assert!(draft(ChannelKind::Mail, "team").parsed_address().is_err());
    }
}
