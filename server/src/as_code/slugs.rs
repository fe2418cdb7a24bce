//! What names become in names of files and variables.

use std::collections::{BTreeMap, BTreeSet};

use connectors::folder_name;

use crate::fold::fold;

/// What the names of variables begin with that secrets may be read from.
const VARIABLES: &str = "WAYBILL_SECRET_";

/// The slugs of names, by the folded name. Of names that would have the same, the later ones in the order of folded names
/// get a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Slugs(BTreeMap<String, String>);

impl Slugs {
    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded: Vec<(String, &str)> = Vec::new();
        folded.extend(names.into_iter().map(|name| (fold(name), name)));
        folded.sort_unstable();
        let (mut slugs, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (folded, name) in folded {
            let base = folder_name(name);
            let mut slug = base.clone();
            let mut number = 2;
            while !taken.insert(slug.clone()) {
                slug = format!("{base}-{number}");
                number += 1;
            }
            slugs.insert(folded, slug);
        }
        Self(slugs)
    }

    /// The slug of one of the names.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(&fold(name)).map_or("export", String::as_str)
    }
}

/// Where a secret of a connection is expected that is kept on a server, and so cannot be read.
pub(super) fn variable(slug: &str, field: &str) -> String {
    let upper = |text: &str| {
        let plain = |sign: char| {
            if sign.is_ascii_alphanumeric() {
                sign.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        text.chars().map(plain).collect::<String>()
    };
    format!("env:{VARIABLES}{}_{}", upper(slug), upper(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_slugs_are_numbered_in_the_order_of_their_names() {
        let names = ["顧客", "注文", "Été", "ete!", "ETE 2", "Orders"];
        let slugs = Slugs::of(names);
        let found: Vec<&str> = names.iter().map(|name| slugs.get(name)).collect();
        assert_eq!(
            found,
            ["export-2", "export", "ete", "ete-3", "ete-2", "orders"]
        );
        let turned: Vec<&str> = names.into_iter().rev().collect();
        let turned = Slugs::of(turned);
        assert!(names.iter().all(|name| turned.get(name) == slugs.get(name)));
        assert_eq!(slugs.get("ORDERS"), "orders");
    }

    #[test]
    fn a_variable_is_named_after_its_connection_and_field() {
        assert_eq!(
            variable("partner-2", "private_key"),
            "env:WAYBILL_SECRET_PARTNER_2_PRIVATE_KEY"
        );
    }
}
