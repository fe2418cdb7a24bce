//! Names by which files mean one another: capitals and accents make no difference in them, but for names of tables.

use std::collections::BTreeMap;

use super::bodies::{ExportBody, SegmentBody};
use super::document::{Body, Kind};
use super::server::Table;
use crate::fold::fold;

/// How a table is named, whose own name is not the only one of its kind.
pub(super) fn table_name(source: &str, table: &str) -> String {
    format!("{source}/{table}")
}

/// Whether this names a table.
pub(super) fn means(name: &str, table: &Table) -> bool {
    let source = name.strip_suffix(&table.name);
    let source = source.and_then(|rest| rest.strip_suffix('/'));
    source.is_some_and(|source| fold(source) == fold(&table.source_name))
}

/// How names are spelled: as the first that told of them did.
#[derive(Debug, Default)]
pub(super) struct Spelling(BTreeMap<(Kind, String), String>);

impl Spelling {
    pub(super) fn of<'a>(bodies: impl IntoIterator<Item = &'a Body>) -> Self {
        let mut names = BTreeMap::new();
        for body in bodies {
            let name = body.name();
            names
                .entry((body.kind(), fold(name)))
                .or_insert_with(|| name.to_owned());
        }
        Self(names)
    }

    /// Spells the names that a body has for others.
    pub(super) fn apply(&self, body: &mut Body) {
        match body {
            Body::Segment(body) => self.segment(body),
            Body::Export(body) => self.export(body),
            Body::Source(_) | Body::Connection(_) | Body::System(_) => {}
        }
    }

    fn segment(&self, body: &mut SegmentBody) {
        if let Some(table) = &mut body.table {
            self.table(table);
        }
    }

    fn export(&self, body: &mut ExportBody) {
        if let Some(connection) = &mut body.connection {
            self.name(Kind::Connection, connection);
        }
        for item in &mut body.items {
            if let Some(table) = &mut item.table {
                self.table(table);
            }
            if let Some(segment) = &mut item.segment {
                self.name(Kind::Segment, segment);
            }
        }
    }

    fn name(&self, kind: Kind, name: &mut String) {
        if let Some(spelled) = self.0.get(&(kind, fold(name))) {
            name.clone_from(spelled);
        }
    }

    /// Both names may have a `/`: the source is the first that is known.
    fn table(&self, name: &mut String) {
        let spelled = name.match_indices('/').find_map(|(place, _)| {
            let source = self.0.get(&(Kind::Source, fold(&name[..place])))?;
            Some(table_name(source, &name[place + 1..]))
        });
        if let Some(spelled) = spelled {
            *name = spelled;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(kind: Kind, value: serde_json::Value) -> Body {
        Body::read(kind, value).expect("right")
    }

    #[test]
    fn names_are_spelled_as_the_first_that_told_of_them() {
        let source = |name: &str| body(Kind::Source, json!({"name": name, "kind": "folder"}));
        let connection = |name: &str| body(Kind::Connection, json!({"name": name, "type": "sftp"}));
        let known = [
            source("Été/Shop"),
            source("été/shop"),
            connection("Partner"),
        ];
        let mut export = body(
            Kind::Export,
            json!({
                "name": "Orders", "connection": "PARTNER",
                "items": [{"table": "ete/shop/a/Orders"}, {"table": "gone/Orders"}, {"segment": "Loyal"}],
            }),
        );
        Spelling::of(&known).apply(&mut export);
        let value = export.value().expect("a value");
        assert_eq!(value["connection"], "Partner");
        assert_eq!(
            value["items"],
            json!([{"table": "Été/Shop/a/Orders"}, {"table": "gone/Orders"}, {"segment": "Loyal"}])
        );
    }

    #[test]
    fn a_table_is_meant_by_its_own_name_exactly() {
        let table = Table {
            source_name: "Été/Shop".to_owned(),
            name: "a/Orders".to_owned(),
            ..Table::default()
        };
        assert!(means("ETE/shop/a/Orders", &table));
        for other in ["ETE/shop/a/orders", "a/Orders", "shop/a/Orders", ""] {
            assert!(!means(other, &table), "{other}");
        }
    }
}
