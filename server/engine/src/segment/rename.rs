//! A source gets another name: statements that name it are to name it so, and stay what they are otherwise.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Select, SelectItem, SelectItemQualifiedWildcardKind, TableFactor,
    Visit, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::names;

/// The statement with the source `from` named `to`, where it stands before one of its tables. None if it cannot be told
/// where that is.
///
/// What a name means, planning alone knows: whoever saves it has to plan it again.
pub fn renamed_source(sql: &str, from: &str, to: &str) -> Option<String> {
    let mut parser = DFParserBuilder::new(sql).build().ok()?;
    let statements = parser.parse_statements().ok()?;
    let mut found = Found {
        source: from,
        tables: BTreeSet::new(),
        before_tables: Vec::new(),
        before_columns: Vec::new(),
    };
    for statement in &statements {
        let Statement::Statement(statement) = statement else {
            return None;
        };
        // It never breaks off.
        let _done = statement.visit(&mut found);
    }
    let tables = found.tables;
    let of_tables = found.before_columns.into_iter();
    let of_tables = of_tables.filter_map(|(name, table)| tables.contains(&table).then_some(name));
    let names = found.before_tables.into_iter().chain(of_tables);
    let mut places: Vec<Range<usize>> = names
        .map(|name| place(sql, &name, from))
        .collect::<Option<_>>()?;
    places.sort_by_key(|place| place.start);
    places.dedup();
    let written = names::quoted(to);
    let mut renamed = sql.to_owned();
    for place in places.into_iter().rev() {
        renamed.replace_range(place, &written);
    }
    Some(renamed)
}

/// What names the source, or something else like it.
struct Found<'a> {
    source: &'a str,
    /// Tables that are named with the source before them.
    tables: BTreeSet<String>,
    before_tables: Vec<Ident>,
    /// Before what would be a table, and a column of it.
    before_columns: Vec<(Ident, String)>,
}

impl Found<'_> {
    /// `"Source".table`
    fn table(&mut self, name: &ObjectName) {
        let [source, table] = &name.0[..] else {
            return;
        };
        if let (Some(source), Some(table)) = (source.as_ident(), table.as_ident())
            && source.value == self.source
        {
            self.tables.insert(table.value.clone());
            self.before_tables.push(source.clone());
        }
    }

    /// `"Source".table.column`
    fn column(&mut self, source: &Ident, table: &Ident) {
        if source.value == self.source {
            let table = table.value.clone();
            self.before_columns.push((source.clone(), table));
        }
    }
}

impl Visitor for Found<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor {
            self.table(name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        for item in &select.projection {
            if let SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                _,
            ) = item
                && let [source, table] = &name.0[..]
                && let (Some(source), Some(table)) = (source.as_ident(), table.as_ident())
            {
                self.column(source, table);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expr
            && let [source, table, _, ..] = &parts[..]
        {
            self.column(source, table);
        }
        ControlFlow::Continue(())
    }
}

/// The bytes of a name in a statement.
fn place(sql: &str, name: &Ident, value: &str) -> Option<Range<usize>> {
    let place = offset(sql, name.span.start)?..offset(sql, name.span.end)?;
    let written = sql.get(place.clone())?;
    let is_it = match name.quote_style {
        None => written == value,
        Some('[') => written == format!("[{value}]"),
        Some(quote) => {
            let doubled = value.replace(quote, &format!("{quote}{quote}"));
            written == format!("{quote}{doubled}{quote}")
        }
    };
    is_it.then_some(place)
}

/// Lines and columns are counted from 1, columns by characters.
fn offset(sql: &str, at: Location) -> Option<usize> {
    let line = usize::try_from(at.line.checked_sub(1)?).ok()?;
    let column = usize::try_from(at.column.checked_sub(1)?).ok()?;
    let start = match line.checked_sub(1) {
        None => 0,
        Some(before) => sql.match_indices('\n').nth(before)?.0 + 1,
    };
    let rest = &sql[start..];
    let mut ends = rest.char_indices().map(|(place, _)| place);
    let within = ends.nth(column);
    let at_the_end = || (rest.chars().count() == column).then_some(rest.len());
    Some(start + within.or_else(at_the_end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_anew_wherever_it_is_named() {
        for (sql, renamed) in [
            (
                "SELECT id FROM CRM.customers",
                "SELECT id FROM \"Le CRM\".customers",
            ),
            (
                "SELECT \"CRM\".customers.id, CRM.\"customers\".*, 'é'\n\t-- CRM.customers\n\
                 FROM \"CRM\" . customers /* CRM */ WHERE é > 1 AND CRM.customers.id > 'CRM'",
                "SELECT \"Le CRM\".customers.id, \"Le CRM\".\"customers\".*, 'é'\n\t-- CRM.customers\n\
                 FROM \"Le CRM\" . customers /* CRM */ WHERE é > 1 AND \"Le CRM\".customers.id > 'CRM'",
            ),
            (
                "WITH t AS (SELECT id FROM CRM.a) SELECT id FROM t WHERE id IN (SELECT id FROM CRM.b)",
                "WITH t AS (SELECT id FROM \"Le CRM\".a) SELECT id FROM t WHERE id IN (SELECT id FROM \"Le CRM\".b)",
            ),
            // An alias, another source, and a table of that name.
            (
                "SELECT CRM.id, o.id, CRM.id.part FROM Shop.CRM JOIN orders o ON o.id = CRM.id",
                "SELECT CRM.id, o.id, CRM.id.part FROM Shop.CRM JOIN orders o ON o.id = CRM.id",
            ),
            ("SELECT 1 AS one", "SELECT 1 AS one"),
        ] {
            assert_eq!(
                renamed_source(sql, "CRM", "Le CRM").as_deref(),
                Some(renamed)
            );
        }
        let quoted = "SELECT id FROM \"d'\"\"été\"\"\".t";
        assert_eq!(
            renamed_source(quoted, "d'\"été\"", "summer").as_deref(),
            Some("SELECT id FROM summer.t")
        );
        assert_eq!(renamed_source("SELEC id", "CRM", "b"), None);
    }

    #[test]
    fn places_are_counted_by_characters_and_lines() {
        let at = |line, column| offset("é\r\nab", Location { line, column });
        assert_eq!(at(1, 1), Some(0));
        assert_eq!(at(1, 2), Some(2));
        assert_eq!(at(2, 1), Some(4));
        assert_eq!(at(2, 3), Some(6));
        assert_eq!(at(2, 4), None);
        assert_eq!(at(3, 1), None);
        assert_eq!(at(0, 0), None);
    }
}
