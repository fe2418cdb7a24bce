//! `local_folder` against a real folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{FolderRoots, Steps, TestStage};
use serde_json::json;

use super::LocalFolder;
use crate::conformance::{Subject, conformance_suite};
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::plan::PlanRequest;

fn local_folder(root: &Path, path: &Path) -> LocalFolder {
    let roots = FolderRoots::new(vec![root.to_owned()]);
    LocalFolder::open(&json!({"path": path}), &roots).expect("the settings are right")
}

/// All files below a folder, relative, with `/`.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return vec![];
    };
    let paths = entries.map(|entry| entry.expect("the entry is readable").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn subject() -> Subject {
    // In memory where there is such a place: what is tested is the order of steps, and they sync
    // thousands of times.
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let folder = Arc::new(memory.expect("a temporary folder"));
    let root = folder.path().canonicalize().expect("it exists");
    // Not there yet: the first delivery creates it.
    let path = root.join("deliveries");
    let relative = |path: &Path, file: &Path| {
        file.strip_prefix(path)
            .expect("it is below")
            .to_string_lossy()
            .into_owned()
    };
    let (seen, left) = (path.clone(), path.clone());
    Subject {
        open: Box::new(move |faults| {
            let _alive = &folder;
            Arc::new(local_folder(&root, &path).with_faults(faults))
        }),
        view: Box::new(move || {
            let visible = |name: &String| !name.contains("_runs/") && !name.contains(".waybill");
            let content = |file: PathBuf| {
                let content = fs::read(&file).expect("the file is readable");
                (relative(&seen, &file), content)
            };
            files_below(&seen)
                .into_iter()
                .map(content)
                .filter(|(name, _)| visible(name))
                .collect()
        }),
        leftovers: Box::new(move || {
            let hidden = |file: &PathBuf| relative(&left, file).contains(".waybill");
            let mut found: Vec<_> = files_below(&left).into_iter().filter(hidden).collect();
            found.extend(
                [left.join("daily/.waybill")]
                    .into_iter()
                    .filter(|path| path.exists()),
            );
            found
                .iter()
                .map(|path| path.display().to_string())
                .collect()
        }),
    }
}

conformance_suite!(subject());

fn request() -> PlanRequest {
    PlanRequest {
        run_id: "run-1".into(),
        export_folder: "daily".into(),
        template: "{export}/{yyyy}/{table}.csv".into(),
        instant_us: 1_795_464_689_000_000,
        utc_offset_seconds: 0,
        tables: vec!["t".into()],
        extension: "csv".into(),
        max_rows_per_file: None,
        reserved: vec![],
    }
}

async fn stage_error(destination: &LocalFolder) -> ConnectorError {
    let plan = destination
        .plan(&request())
        .await
        .expect("planning needs no folder");
    let format = formats::write::Format::Csv(formats::write::CsvOptions::standard());
    let staged = destination
        .stage(&plan, 1, &format, formats::Compression::None)
        .await;
    staged.err().expect("staging is refused")
}

#[tokio::test]
async fn a_folder_outside_the_roots_is_refused_by_field() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let steps = Steps::default();
    let error = local_folder(root.path(), outside.path())
        .test(&steps)
        .await
        .unwrap_err();
    let [step] = steps.taken()[..] else {
        panic!("it ends with the first step")
    };
    assert_eq!((step.stage, step.millis), (TestStage::Permission, None));
    assert!(matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "path"));
    assert!(error.to_string().contains("--allow-root"), "{error}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_link_inside_the_destination_does_not_lead_out_of_it() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    symlink(outside.path(), root.path().join("daily")).unwrap();
    let error = stage_error(&local_folder(root.path(), root.path())).await;
    assert!(matches!(error, ConnectorError::Collision { .. }), "{error}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_where_a_folder_is_needed_is_a_collision() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("daily"), "mine").unwrap();
    let error = stage_error(&local_folder(root.path(), root.path())).await;
    assert!(matches!(error, ConnectorError::Collision { .. }), "{error}");
    assert_eq!(fs::read(root.path().join("daily")).unwrap(), b"mine");
}

#[tokio::test]
async fn what_appeared_at_the_final_path_is_not_touched() {
    let root = tempfile::tempdir().unwrap();
    let destination = local_folder(root.path(), root.path());
    let plan = destination.plan(&request()).await.unwrap();
    let format = formats::write::Format::Csv(formats::write::CsvOptions::standard());
    let compression = formats::Compression::None;
    let mut stage = destination
        .stage(&plan, 1, &format, compression)
        .await
        .unwrap();
    let schema = Arc::new(arrow::datatypes::Schema::empty());
    let no_rows = Box::pin(futures::stream::empty());
    stage
        .write_table("t", schema, no_rows, &|_| {})
        .await
        .unwrap();
    fs::create_dir_all(root.path().join("daily/2026")).unwrap();
    fs::write(root.path().join("daily/2026/t.csv"), "mine").unwrap();
    let error = stage.commit(json!({})).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Collision { path } if path == "daily/2026"),
        "{error}"
    );
    assert_eq!(destination.published(&plan).await.unwrap(), None);
    destination.sweep(&plan, None).await.unwrap();
    assert_eq!(
        fs::read(root.path().join("daily/2026/t.csv")).unwrap(),
        b"mine"
    );
    assert_eq!(
        fs::read_dir(root.path().join("daily/_runs"))
            .unwrap()
            .count(),
        0
    );
}
