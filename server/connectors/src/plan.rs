//! The paths of one run, fixed once and stored by the caller.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::description::Atomicity;
use crate::error::ConnectorError;
use crate::template::{Instant, PathTemplate, Place, file_names, is_folder_name};

/// What a destination needs to know to fix a run's paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRequest {
    pub run_id: String,
    /// The export's folder name, see [`crate::is_folder_name`].
    pub export_folder: String,
    pub template: String,
    /// The run's instant, microseconds UTC.
    pub instant_us: i64,
    /// Of the zone in which the template's time is written; 0 is UTC.
    pub utc_offset_seconds: i32,
    /// Names of the tables, in the export's order.
    pub tables: Vec<String>,
    /// [`formats::write::Format::extension`].
    pub extension: String,
    pub max_rows_per_file: Option<u64>,
    /// [`DeliveryPlan::reserved`] of the connection's other runs that have not ended.
    pub reserved: Vec<String>,
}

/// How a plan becomes visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One new folder per run (or per table and run), renamed whole.
    Folder,
    /// New files with the time in their names, renamed one by one.
    DatedFiles,
    /// Files without a date, renamed over those of the previous delivery.
    Replace,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTable {
    pub name: String,
    /// The name in paths.
    pub file_name: String,
    /// The folder that will be renamed whole, for [`Layout::Folder`].
    pub folder: Option<String>,
    /// The path of each part; `{part}` stands for its number, and appears at most in the last
    /// component.
    pub path: String,
}

/// Serialisable; opaque to the caller except for what its methods tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPlan {
    pub run_id: String,
    pub export_folder: String,
    pub layout: Layout,
    pub atomic: Atomicity,
    pub tables: Vec<PlannedTable>,
    /// Where `manifest.json` goes when it is not inside the folders.
    pub manifest_path: Option<String>,
    pub max_rows_per_file: Option<u64>,
    /// The run's instant, microseconds UTC; 0 in plans from before.
    #[serde(default)]
    pub instant_us: i64,
}

impl DeliveryPlan {
    /// The dated paths nobody else may take while this run has not ended; `{part}` stands for any
    /// number.
    pub fn reserved(&self) -> Vec<String> {
        let mut paths: Vec<String> = match self.layout {
            Layout::Replace => vec![],
            Layout::Folder => self
                .tables
                .iter()
                .filter_map(|table| table.folder.clone())
                .collect(),
            Layout::DatedFiles => self.tables.iter().map(|table| table.path.clone()).collect(),
        };
        paths.sort();
        paths.dedup();
        paths
    }

    pub(crate) fn table(&self, name: &str) -> Option<&PlannedTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl PlannedTable {
    /// The final path of part number `part`, counted from 1, relative to the connection's folder.
    pub fn part_path(&self, part: u32) -> String {
        self.path.replace("{part}", &part.to_string())
    }

    pub fn has_parts(&self) -> bool {
        self.path.contains("{part}")
    }
}

/// After this many copies of one dated path something else is wrong.
const MOST_COPIES: u32 = 1000;

impl PlanRequest {
    /// The plan as it is where nothing was delivered yet: to show paths without asking the destination.
    pub fn in_an_empty_place(&self) -> Result<DeliveryPlan, ConnectorError> {
        self.resolve(|_| Ok(false))
    }

    /// The plan, with the lowest copy number under which `is_taken` and the reservations know none
    /// of its paths. `is_taken` gets folders, and file paths in which `{part}` stands for any
    /// number.
    pub(crate) fn resolve(
        &self,
        mut is_taken: impl FnMut(&str) -> Result<bool, ConnectorError>,
    ) -> Result<DeliveryPlan, ConnectorError> {
        let mut candidates = self.candidates()?;
        for plan in candidates.by_ref() {
            let mut free = true;
            for path in plan.reserved() {
                free = free && !is_taken(&path)?;
            }
            if free {
                return Ok(plan);
            }
        }
        Err(candidates.none_is_free())
    }

    /// The plans that [`PlanRequest::resolve`] takes the first free one of, for who must wait to know what is taken.
    pub(crate) fn candidates(&self) -> Result<Candidates<'_>, ConnectorError> {
        let template = self.checked_template()?;
        let instant = Instant::new(self.instant_us, self.utc_offset_seconds)
            .ok_or_else(|| ConnectorError::invalid("instant", "is not a time of the calendar"))?;
        let reserved = self
            .reserved
            .iter()
            .map(|path| path.to_ascii_lowercase())
            .collect();
        Ok(Candidates {
            request: self,
            template,
            instant,
            reserved,
            copies: 1..=MOST_COPIES,
        })
    }

    fn checked_template(&self) -> Result<PathTemplate, ConnectorError> {
        let id_is_safe = (1..=64).contains(&self.run_id.len())
            && self
                .run_id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !id_is_safe {
            return Err(ConnectorError::invalid(
                "run_id",
                "must be letters, digits and `-`",
            ));
        }
        if !is_folder_name(&self.export_folder) {
            return Err(ConnectorError::invalid(
                "export_folder",
                "must be ASCII lower case letters and digits, joined by single `-`",
            ));
        }
        if self.tables.is_empty() {
            return Err(ConnectorError::invalid("tables", "at least one is needed"));
        }
        if self.max_rows_per_file == Some(0) {
            return Err(ConnectorError::invalid(
                "max_rows_per_file",
                "must be at least 1",
            ));
        }
        let template: PathTemplate = self.template.parse()?;
        template.check(self.tables.len(), self.max_rows_per_file, &self.extension)?;
        Ok(template)
    }

    fn plan(&self, template: &PathTemplate, instant: Instant, copy: u32) -> DeliveryPlan {
        let names = file_names(self.tables.iter().map(String::as_str));
        let tables = self.tables.iter().zip(names).map(|(name, file_name)| {
            let path = template.path(&Place {
                export_folder: &self.export_folder,
                table: &file_name,
                run_id: &self.run_id,
                instant,
                extension: &self.extension,
                copy,
            });
            PlannedTable {
                name: name.clone(),
                file_name,
                folder: template.folder(&path),
                path,
            }
        });
        let layout = template.layout();
        let standing = template.standing_folder(&self.export_folder);
        DeliveryPlan {
            run_id: self.run_id.clone(),
            export_folder: self.export_folder.clone(),
            layout,
            atomic: template.atomicity(self.tables.len(), self.max_rows_per_file),
            tables: tables.collect(),
            manifest_path: (layout != Layout::Folder).then(|| format!("{standing}/manifest.json")),
            max_rows_per_file: self.max_rows_per_file,
            instant_us: self.instant_us,
        }
    }
}

/// The plans of a request by their copy numbers, without those that the reservations know a path of.
pub(crate) struct Candidates<'a> {
    request: &'a PlanRequest,
    template: PathTemplate,
    instant: Instant,
    /// In lower case.
    reserved: BTreeSet<String>,
    copies: RangeInclusive<u32>,
}

impl Iterator for Candidates<'_> {
    type Item = DeliveryPlan;

    fn next(&mut self) -> Option<DeliveryPlan> {
        let copies = &mut self.copies;
        let mut plans = copies.map(|copy| self.request.plan(&self.template, self.instant, copy));
        plans.find(|plan| {
            let paths = plan.reserved();
            !paths
                .iter()
                .any(|path| self.reserved.contains(&path.to_ascii_lowercase()))
        })
    }
}

impl Candidates<'_> {
    /// What there is to say when all of them are taken.
    pub(crate) fn none_is_free(&self) -> ConnectorError {
        let plan = self.request.plan(&self.template, self.instant, 1);
        ConnectorError::Collision {
            path: plan.reserved().swap_remove(0),
        }
    }
}

/// The files of a dated path in which `{part}` stands for any number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnyPart<'a> {
    pub(crate) folder: &'a str,
    prefix: &'a str,
    suffix: &'a str,
}

impl<'a> AnyPart<'a> {
    /// None where the path is that of one file or of a folder.
    pub(crate) fn of(path: &'a str) -> Option<Self> {
        let (before, suffix) = path.split_once("{part}")?;
        let (folder, prefix) = before.rsplit_once('/').unwrap_or(("", before));
        Some(Self {
            folder,
            prefix,
            suffix,
        })
    }

    /// Whether a file of the folder with this name is one of them.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        name.strip_prefix(self.prefix)
            .and_then(|rest| rest.strip_suffix(self.suffix))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(template: &str) -> PlanRequest {
        PlanRequest {
            run_id: "0192-a".into(),
            export_folder: "daily".into(),
            template: template.into(),
            instant_us: 1_795_464_689_500_000,
            utc_offset_seconds: 0,
            tables: vec!["Orders".into(), "Café".into()],
            extension: "csv".into(),
            max_rows_per_file: None,
            reserved: vec![],
        }
    }

    #[test]
    fn taken_and_reserved_paths_get_the_next_copy_number() {
        let mut request = request(PathTemplate::DEFAULT);
        request.reserved = vec!["daily/2026/11/23/201129-2".into()];
        let plan = request
            .resolve(|path| Ok(path == "daily/2026/11/23/201129"))
            .unwrap();
        assert_eq!(
            plan.tables[1].part_path(7),
            "daily/2026/11/23/201129-3/Cafe_7.csv"
        );
        assert_eq!(plan.reserved(), ["daily/2026/11/23/201129-3"]);
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<DeliveryPlan>(&json).unwrap(), plan);
    }

    #[test]
    fn undated_paths_are_never_numbered() {
        let plan = request("{export}/{table}.csv")
            .resolve(|_| Ok(true))
            .unwrap();
        assert_eq!(plan.tables[0].path, "daily/Orders.csv");
        assert_eq!(plan.manifest_path.as_deref(), Some("daily/manifest.json"));
        assert_eq!(plan.layout, Layout::Replace);
        assert!(plan.reserved().is_empty());
    }

    #[test]
    fn a_path_without_a_free_number_is_a_collision() {
        let error = request(PathTemplate::DEFAULT)
            .resolve(|_| Ok(true))
            .unwrap_err();
        assert!(matches!(error, ConnectorError::Collision { .. }), "{error}");
    }

    #[test]
    fn parts_are_known_by_their_number() {
        let parts = AnyPart::of("daily/2026/t_{part}.csv").unwrap();
        assert_eq!(parts.folder, "daily/2026");
        assert!(parts.is_named("t_1.csv") && parts.is_named("t_201.csv"));
        for other in ["t_.csv", "t_1.csv.gz", "t_x1.csv", "u_1.csv", "t_1"] {
            assert!(!parts.is_named(other), "{other}");
        }
        assert_eq!(AnyPart::of("t_{part}.csv").unwrap().folder, "");
        assert!(AnyPart::of("daily/2026").is_none());
    }

    #[test]
    fn bad_requests_name_their_field() {
        let field = |change: fn(&mut PlanRequest)| {
            let mut request = request(PathTemplate::DEFAULT);
            change(&mut request);
            match request.resolve(|_| Ok(false)).unwrap_err() {
                ConnectorError::InvalidConfig { field, .. } => field,
                ConnectorError::Template(_) => "path_template".to_owned(),
                other => panic!("{other}"),
            }
        };
        assert_eq!(field(|r| r.run_id = "../x".into()), "run_id");
        assert_eq!(field(|r| r.export_folder = "../x".into()), "export_folder");
        assert_eq!(field(|r| r.export_folder = "a_b".into()), "export_folder");
        assert_eq!(field(|r| r.template = "../x".into()), "path_template");
        assert_eq!(field(|r| r.template = "{yyyy}/x".into()), "path_template");
        assert_eq!(field(|r| r.tables.clear()), "tables");
        assert_eq!(
            field(|r| r.max_rows_per_file = Some(0)),
            "max_rows_per_file"
        );
        assert_eq!(field(|r| r.instant_us = i64::MAX), "instant");
    }
}
