//! The files of the pages: script, wasm, style, icons, with their compressed forms beside them.
//!
//! A release build carries them inside; a development build reads them once, at start, from the
//! folder cargo-leptos writes to, so that a changed style needs no new server.

use std::collections::HashMap;

use app::shell::AssetNames;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// Name of script, wasm and style, before the hash.
const NAME: &str = "waybill";
/// What never changes under its name may be kept for ever (a year, as RFC 9111 has it).
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// What may change is asked for again, and mostly answered with 304.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    kind: &'static str,
    tag: HeaderValue,
    hashed: bool,
}

/// Every file by its path, `/pkg/waybill.….js`.
#[derive(Default)]
pub struct Site {
    files: HashMap<String, File>,
    assets: Assets,
}

#[derive(Default)]
struct Assets {
    script: Option<String>,
    wasm: Option<String>,
    style: Option<String>,
}

impl Site {
    /// The files of this build; none where the pages have not been built.
    pub fn load() -> Self {
        Self::of(source::files())
    }

    /// Files by their path below the root, oldest first.
    pub fn of(files: Vec<(String, Vec<u8>)>) -> Self {
        let mut all: HashMap<String, Bytes> = HashMap::new();
        let mut site = Self::default();
        for (path, data) in files {
            let path = format!("/{path}");
            site.assets.note(&path);
            all.insert(path, Bytes::from(data));
        }
        for (path, plain) in &all {
            let Some(kind) = content_type(path) else {
                continue;
            };
            let file = File {
                plain: plain.clone(),
                brotli: all.get(&format!("{path}.br")).cloned(),
                gzip: all.get(&format!("{path}.gz")).cloned(),
                kind,
                tag: entity_tag(plain),
                hashed: is_hashed(path),
            };
            site.files.insert(path.clone(), file);
        }
        site
    }

    /// Whether a path is one of the files.
    pub(super) fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Paths of script, wasm and style, as every page names them.
    pub(super) fn asset_names(&self) -> AssetNames {
        let or_plain = |found: &Option<String>, extension: &str| {
            found
                .clone()
                .unwrap_or_else(|| format!("/pkg/{NAME}.{extension}"))
        };
        AssetNames {
            script: or_plain(&self.assets.script, "js"),
            wasm: or_plain(&self.assets.wasm, "wasm"),
            style: or_plain(&self.assets.style, "css"),
            build: self.build(),
        }
    }

    /// A text that is another one as soon as a file of the pages is: made of their names, which carry their hashes.
    fn build(&self) -> String {
        let hashed = self.files.iter().filter(|(_, file)| file.hashed);
        let mut names: Vec<&str> = hashed.map(|(path, _)| path.as_str()).collect();
        names.sort_unstable();
        short_digest(names.join("\n").as_bytes())
    }

    /// A file in the best form the client takes.
    pub(super) fn answer(&self, path: &str, request: &HeaderMap) -> Option<Response> {
        let file = self.files.get(path)?;
        let cached = if file.hashed { FOR_EVER } else { ASK_AGAIN };
        let headers = [
            (CACHE_CONTROL, cached),
            (ETAG, file.tag.clone()),
            (VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if request
            .get_all(IF_NONE_MATCH)
            .iter()
            .any(|tags| names(tags, &file.tag))
        {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let (data, encoding) =
            if let Some(brotli) = file.brotli.as_ref().filter(|_| accepts(request, "br")) {
                (brotli, Some("br"))
            } else if let Some(gzip) = file.gzip.as_ref().filter(|_| accepts(request, "gzip")) {
                (gzip, Some("gzip"))
            } else {
                (&file.plain, None)
            };
        let mut response = (headers, Body::from(data.clone())).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(file.kind));
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

impl Assets {
    fn note(&mut self, path: &str) {
        let Some(name) = path
            .strip_prefix("/pkg/")
            .filter(|name| name.starts_with(NAME))
        else {
            return;
        };
        let slot = match name.rsplit('.').next() {
            Some("js") => &mut self.script,
            Some("wasm") => &mut self.wasm,
            Some("css") => &mut self.style,
            _ => return,
        };
        *slot = Some(path.to_owned());
    }
}

/// `/pkg/name.HASH.ext`: cargo-leptos writes 22 characters of base64url.
fn is_hashed(path: &str) -> bool {
    let Some(name) = path.strip_prefix("/pkg/") else {
        return false;
    };
    let hash = name.rsplit('.').nth(1).unwrap_or("");
    name.matches('.').count() >= 2
        && hash.len() >= 16
        && hash
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn entity_tag(data: &[u8]) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{}\"", short_digest(data)))
        .unwrap_or(HeaderValue::from_static("\"\""))
}

/// The first 96 bits of the SHA-256, in hexadecimal.
fn short_digest(data: &[u8]) -> String {
    let digest = Sha256::digest(data);
    digest
        .iter()
        .take(12)
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Whether `If-None-Match` names a tag; forms of one content count as equal (weak comparison).
fn names(tags: &HeaderValue, tag: &HeaderValue) -> bool {
    let Ok(tags) = tags.to_str() else {
        return false;
    };
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|named| named == "*" || named == tag)
}

fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let all = request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|weight| {
            weight
                .strip_prefix("q=")
                .and_then(|weight| weight.parse::<f32>().ok())
                .is_some_and(|weight| weight <= 0.0)
        });
        named && !refused
    })
}

/// None for what is no file of its own, such as the compressed forms.
fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('.').next()? {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

#[cfg(not(debug_assertions))]
mod source {
    #[derive(rust_embed::Embed)]
    #[folder = "../target/site"]
    #[allow_missing = true]
    struct Embedded;

    pub(super) fn files() -> Vec<(String, Vec<u8>)> {
        let data = |path: &str| Embedded::get(path).map(|file| file.data.into_owned());
        Embedded::iter()
            .filter_map(|path| Some((path.to_string(), data(&path)?)))
            .collect()
    }
}

#[cfg(debug_assertions)]
mod source {
    use std::path::{Path, PathBuf};
    use std::time::SystemTime;

    /// Where cargo-leptos puts the site of this workspace.
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site");

    pub(super) fn files() -> Vec<(String, Vec<u8>)> {
        let root = Path::new(FOLDER);
        let mut found = Vec::new();
        collect(root, &mut found);
        found.sort();
        let read = |path: PathBuf| {
            let name = path.strip_prefix(root).ok()?.to_str()?.to_owned();
            Some((name, std::fs::read(&path).ok()?))
        };
        found
            .into_iter()
            .filter_map(|(_, path)| read(path))
            .collect()
    }

    /// Every file below a folder with the time of its last change; a folder that is not there has none.
    fn collect(folder: &Path, found: &mut Vec<(SystemTime, PathBuf)>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => collect(&entry.path(), found),
                Ok(about) => found.push((
                    about.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                    entry.path(),
                )),
                Err(error) => {
                    tracing::warn!(path = %entry.path().display(), "cannot read a file of the pages: {error}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "pkg/waybill.AbCdEfGhIjKlMnOpQrSt-_.js";

    fn site() -> Site {
        Site::of(vec![
            (SCRIPT.to_owned(), b"plain".to_vec()),
            (format!("{SCRIPT}.br"), b"br".to_vec()),
            (format!("{SCRIPT}.gz"), b"gz".to_vec()),
            ("icons.svg".to_owned(), b"<svg/>".to_vec()),
        ])
    }

    fn asked(path: &str, header: (&'static str, &str)) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header.0, HeaderValue::from_str(header.1).expect("a header"));
        site().answer(path, &headers).expect("a file")
    }

    #[test]
    fn another_script_is_another_build_and_another_icon_is_none() {
        let build = |script: &str, icons: &[u8]| {
            let files = vec![
                (script.to_owned(), b"plain".to_vec()),
                ("icons.svg".to_owned(), icons.to_vec()),
            ];
            Site::of(files).asset_names().build
        };
        let build_of_page = build(SCRIPT, b"<svg/>");
        assert_eq!(build(SCRIPT, b"<svg></svg>"), build_of_page);
        let newer = "pkg/waybill.BbCdEfGhIjKlMnOpQrSt-_.js";
        assert_ne!(build(newer, b"<svg/>"), build_of_page);
    }

    #[test]
    fn the_best_encoding_that_is_taken_is_sent() {
        let path = format!("/{SCRIPT}");
        for (accepted, sent) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
        ] {
            let response = asked(&path, ("accept-encoding", accepted));
            assert_eq!(
                response
                    .headers()
                    .get(CONTENT_ENCODING)
                    .map(|value| value.to_str().expect("text")),
                sent
            );
            assert_eq!(
                response.headers()[CONTENT_TYPE],
                "text/javascript; charset=utf-8"
            );
        }
    }

    #[test]
    fn hashed_files_are_kept_for_ever_and_others_asked_for_again() {
        assert_eq!(
            asked(&format!("/{SCRIPT}"), ("accept", "*/*")).headers()[CACHE_CONTROL],
            FOR_EVER
        );
        let icons = asked("/icons.svg", ("accept", "*/*"));
        assert_eq!(icons.headers()[CACHE_CONTROL], ASK_AGAIN);
        let tag = icons.headers()[ETAG].to_str().expect("text").to_owned();
        assert_eq!(
            asked("/icons.svg", ("if-none-match", &format!("\"x\", W/{tag}"))).status(),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(
            asked("/icons.svg", ("if-none-match", "\"x\"")).status(),
            StatusCode::OK
        );
    }

    #[test]
    fn only_files_have_an_address() {
        let site = site();
        assert!(site.contains("/icons.svg"));
        for none in [
            "/",
            "/pkg",
            "/pkg/../icons.svg",
            "/hash.txt.br",
            &format!("/{SCRIPT}.br"),
        ] {
            assert!(!site.contains(none), "{none}");
        }
    }

    #[test]
    fn pages_name_the_hashed_files() {
        let names = site().asset_names();
        assert_eq!(names.script, format!("/{SCRIPT}"));
        assert_eq!(names.style, "/pkg/waybill.css");
    }
}
