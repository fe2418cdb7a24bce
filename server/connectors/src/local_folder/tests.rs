//! `local_folder` against a real folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base::{FolderRoots, RootError, Steps, TestStage};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::json;

use super::LocalFolder;
use crate::conformance::{self, Subject, UNDATED, conformance_suite};
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::plan::PlanRequest;

fn local_folder(root: &Path, path: &Path) -> LocalFolder {
    let roots = FolderRoots::new(vec![root.to_owned()]);
    LocalFolder::open(&json!({"path": path}), &roots).expect("the settings are right")
}

/// In memory where there is such a place: what is tested is the order of steps, and they sync
/// thousands of times.
fn memory() -> tempfile::TempDir {
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    memory.expect("a temporary folder")
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
    let folder = Arc::new(memory());
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
    let is_outside =
        |error: &ConnectorError| matches!(error, ConnectorError::Folder(RootError::Outside { .. }));
    assert!(is_outside(&error), "{error}");
    assert_eq!(error.args()["field"], "path");
    assert!(error.to_string().contains("--allow-root"), "{error}");
    let checked = local_folder(root.path(), outside.path())
        .check_place()
        .await;
    let error = checked.unwrap_err();
    assert!(is_outside(&error), "{error}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_place_that_is_not_there_yet_is_looked_for_and_not_created() {
    let root = tempfile::tempdir().unwrap();
    let destination = local_folder(root.path(), &root.path().join("a/b"));
    destination.check_place().await.unwrap();
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    symlink(root.path().join("nowhere"), root.path().join("dangling")).unwrap();
    let dangling = local_folder(root.path(), &root.path().join("dangling/a"));
    let error = dangling.check_place().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Folder(_)), "{error}");
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

/// A place to deliver to, and one beside it where nothing of ours may ever be.
struct Beside {
    folder: tempfile::TempDir,
    root: PathBuf,
    outside: PathBuf,
}

fn beside() -> Beside {
    let folder = memory();
    let place = folder.path().canonicalize().unwrap();
    let (root, outside) = (place.join("root"), place.join("outside"));
    fs::create_dir_all(root.join("deliveries/daily/_runs")).unwrap();
    fs::create_dir(&outside).unwrap();
    Beside {
        folder,
        root,
        outside,
    }
}

/// One whole delivery.
async fn deliver(destination: &LocalFolder, run_id: &str) -> Result<(), ConnectorError> {
    let request = conformance::request(run_id, UNDATED, &["t"]);
    let plan = destination.plan(&request).await?;
    let destination: Arc<dyn Destination> = Arc::new(destination.clone());
    let tables = [("t".to_owned(), &[1_i64, 2, 3][..])];
    let delivered = conformance::attempt(&destination, &plan, 1, &tables).await;
    delivered.map(drop)
}

#[tokio::test]
async fn a_link_put_in_the_place_of_a_folder_at_any_moment_leads_no_delivery_out() {
    for swapped in ["deliveries", "deliveries/daily", "deliveries/daily/_runs"] {
        let Beside {
            folder: _folder,
            root,
            outside,
        } = beside();
        let (folder, link) = (root.join(swapped), root.join("link"));
        symlink(&outside, &link).unwrap();
        let destination = local_folder(&root, &root.join("deliveries"));
        let ends = Arc::new(AtomicBool::new(false));
        let swapping = {
            let ends = Arc::clone(&ends);
            std::thread::spawn(move || {
                while !ends.load(Ordering::Relaxed) {
                    renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE).unwrap();
                }
            })
        };
        let (start, mut tried, mut refused) = (Instant::now(), 0_u32, 0_u32);
        while (tried < 300 || refused < 100) && start.elapsed() < Duration::from_secs(30) {
            tried += 1;
            let delivered = deliver(&destination, &format!("run-{tried}")).await;
            refused += u32::from(delivered.is_err());
        }
        ends.store(true, Ordering::Relaxed);
        swapping.join().expect("they can be exchanged");
        assert!(refused >= 100, "{swapped}: {refused} of {tried}");
        assert_eq!(files_below(&outside), [] as [PathBuf; 0], "{swapped}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "{swapped}");
    }
}

#[tokio::test]
async fn a_record_that_somebody_planted_moves_and_removes_nothing_elsewhere() {
    let Beside {
        folder: _folder,
        root,
        outside,
    } = beside();
    fs::write(outside.join("mine"), "mine").unwrap();
    let planted = json!({
        "format": "waybill-delivery/1", "run_id": "planted", "attempt": 1, "publish": u64::MAX, "folders": [],
        "files": [{
            "table": "t", "path": "../../outside/mine", "bytes": 1, "rows": 1, "sha256": "",
            "stage": "daily/.waybill/planted-1/files/mine",
        }],
        "manifest_path": "../../outside/manifest.json", "replaces": true, "delivery": {},
    });
    let records = root.join("deliveries/daily/_runs");
    fs::write(records.join("planted.json"), planted.to_string()).unwrap();
    let destination = local_folder(&root, &root.join("deliveries"));
    deliver(&destination, "run-1").await.unwrap();
    deliver(&destination, "run-2").await.unwrap();
    assert_eq!(fs::read(outside.join("mine")).unwrap(), b"mine");
    assert_eq!(files_below(&outside).len(), 1);
}

#[tokio::test]
async fn what_stands_where_a_small_file_goes_is_not_written_into() {
    let Beside {
        folder: _folder,
        root,
        outside,
    } = beside();
    fs::write(outside.join("mine"), "mine").unwrap();
    let base = base::Folder::open(&root).unwrap();
    fs::hard_link(outside.join("mine"), root.join("hard")).unwrap();
    symlink(outside.join("mine"), root.join("soft")).unwrap();
    for name in ["hard", "soft"] {
        super::files::write_synced(&base, name, b"ours").unwrap();
        assert_eq!(fs::read(root.join(name)).unwrap(), b"ours");
    }
    assert_eq!(fs::read(outside.join("mine")).unwrap(), b"mine");
}
