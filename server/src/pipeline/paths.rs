//! The rules of paths that hold when an export is saved: template, folder name, and that no two
//! exports of one connection could ever write the same path.

use app::domain::{DeliveryOptions, Reason};
pub use connectors::LONGEST_FOLDER;
use connectors::{PathScope, PathTemplate, TemplateError, could_collide, is_folder_name};

/// The folder name that an export gets from its name.
pub fn folder_name(name: &str) -> String {
    connectors::folder_name(name)
}

/// A folder name that a person wrote. The rule is that of the destinations, so that what is saved can run.
pub fn check_folder(folder: &str) -> Result<(), Reason> {
    if folder.chars().count() > LONGEST_FOLDER {
        return Err(Reason::new("too_long").with("most", LONGEST_FOLDER));
    }
    if is_folder_name(folder) {
        Ok(())
    } else {
        Err(Reason::new("folder_malformed"))
    }
}

/// Whether a template can serve these options and tables.
pub fn check_template(options: &DeliveryOptions, tables: &[&str]) -> Result<(), Reason> {
    let template = parse(&options.path_template)?;
    template
        .check(tables.len(), options.max_rows_per_file, options.extension())
        .map_err(|error| refused(&error))
}

fn parse(template: &str) -> Result<PathTemplate, Reason> {
    template
        .parse::<PathTemplate>()
        .map_err(|error| refused(&error))
}

fn refused(error: &TemplateError) -> Reason {
    let mut reason = Reason::new(error.code());
    for (name, value) in error.args() {
        reason = reason.with(name, value);
    }
    reason
}

/// What decides the paths of an export.
pub struct Paths<'a> {
    pub folder: &'a str,
    pub options: &'a DeliveryOptions,
    pub tables: &'a [String],
}

/// Says of other exports of its connection whether they and this one could write the same path; its own template is
/// read once for all of them. A template that cannot be read counts as colliding: it was accepted by another version, and
/// nothing is known of it.
pub fn colliding<'a>(one: &'a Paths<'a>) -> impl Fn(&Paths<'_>) -> bool + 'a {
    let own = parse(&one.options.path_template).ok();
    move |other: &Paths<'_>| {
        let Some(own) = &own else { return true };
        match parse(&other.options.path_template) {
            Ok(theirs) => could_collide(&scope(one, own), &scope(other, &theirs)),
            Err(_) => true,
        }
    }
}

fn scope<'a>(paths: &'a Paths<'a>, template: &'a PathTemplate) -> PathScope<'a> {
    PathScope {
        template,
        export_folder: paths.folder,
        tables: paths.tables,
        extension: paths.options.extension(),
    }
}

#[cfg(test)]
mod tests {
    use app::domain::Compression;

    use super::*;

    #[test]
    fn a_folder_name_is_refused_unless_a_run_takes_it() {
        for wrong in [
            "", ".", "..", ".hidden", "_runs", "a/b", "é", "a b", "x.", "a_b", "v1.2", "Loyalty",
        ] {
            let code = check_folder(wrong).map_err(|reason| reason.code);
            assert_eq!(code, Err("folder_malformed".into()), "{wrong}");
        }
        let long = "a".repeat(LONGEST_FOLDER + 1);
        let code = check_folder(&long).map_err(|reason| reason.code);
        assert_eq!(code, Err("too_long".into()));
        assert_eq!(check_folder("loyalty-2026"), Ok(()));
        assert_eq!(check_folder(&folder_name("_Été 2026.v2")), Ok(()));
    }

    #[test]
    fn several_tables_need_the_table_in_the_path() {
        let options = DeliveryOptions {
            path_template: "{export}/all.csv".into(),
            ..DeliveryOptions::default()
        };
        assert_eq!(check_template(&options, &["a"]), Ok(()));
        assert_eq!(
            check_template(&options, &["a", "b"]).map_err(|reason| reason.code),
            Err("template_needs_table".into())
        );
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told_by_a_reason_of_its_own() {
        let told = |template: &str| {
            let options = DeliveryOptions {
                path_template: template.into(),
                compression: Compression::Gzip,
                ..DeliveryOptions::default()
            };
            check_template(&options, &["a"]).expect_err("refused")
        };
        assert_eq!(told("/a"), Reason::new("template_absolute"));
        let unknown = Reason::new("template_placeholder_unknown");
        assert_eq!(told("{tabel}"), unknown.with("name", "{tabel}"));
        let reserved = Reason::new("template_name_reserved");
        assert_eq!(told("_RUNS/a"), reserved.with("name", "_RUNS"));
        let long = Reason::new("template_name_long").with("most", 255);
        assert_eq!(told(&"a".repeat(256)), long);
        // With `.csv.gz` behind it.
        assert_eq!(told(&"a".repeat(249)), long);
    }

    #[test]
    fn exports_in_folders_of_their_own_do_not_collide() {
        let options = DeliveryOptions::default();
        let tables = vec!["customers".to_owned()];
        let paths = |folder| Paths {
            folder,
            options: &options,
            tables: &tables,
        };
        let own = paths("a");
        let collides = colliding(&own);
        assert!(!collides(&paths("b")));
        assert!(collides(&paths("a")));
    }
}
