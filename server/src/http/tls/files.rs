//! The certificate and its key, from two files. Whoever renews them needs to tell nobody: the files are looked at again
//! now and then, through whatever links lead to them, and a pair that fits takes the place of the one before.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use app::domain::Micros;
use base::certificate_end;
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig, version};

use crate::config::TlsConfig;

/// What is spoken over TLS, the better first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why a certificate and its key cannot be used. Nothing that stands in the files is repeated.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("there is no certificate in `{}` (PEM)", path.display())]
    NoCertificate { path: PathBuf },
    #[error("there is no private key in `{}` (PEM, without a password)", path.display())]
    NoKey { path: PathBuf },
    #[error("the private key in `{}` is not that of the certificate in `{}`", key.display(), cert.display())]
    NotItsKey { cert: PathBuf, key: PathBuf },
    #[error("the certificate in `{}` or its key in `{}` cannot be used", cert.display(), key.display())]
    Unusable {
        cert: PathBuf,
        key: PathBuf,
        #[source]
        source: rustls::Error,
    },
    #[error("cannot set TLS up")]
    Settings(#[source] rustls::Error),
}

/// What stands in the two files.
struct Texts {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Texts {
    fn read(config: &TlsConfig) -> Result<Self, TlsError> {
        let read = |path: &PathBuf| {
            fs::read(path).map_err(|source| TlsError::Unreadable {
                path: path.clone(),
                source,
            })
        };
        Ok(Self {
            cert: read(&config.cert)?,
            key: read(&config.key)?,
        })
    }

    /// By what they are known again: times of files are too coarse for that, and lie on networks.
    fn digests(&self) -> [[u8; 32]; 2] {
        [&self.cert, &self.key].map(|text| Sha256::digest(text).into())
    }
}

/// The pair that is shown.
struct Served {
    digests: [[u8; 32]; 2],
    key: Arc<CertifiedKey>,
    not_after: Option<Micros>,
}

/// A certificate with its key, for new connections.
pub struct CertificateFiles {
    config: TlsConfig,
    served: RwLock<Served>,
}

impl CertificateFiles {
    /// Reads both files. The key must be that of the certificate.
    pub fn load(config: &TlsConfig) -> Result<Self, TlsError> {
        let served = pair(config, &Texts::read(config)?)?;
        Ok(Self {
            config: config.clone(),
            served: RwLock::new(served),
        })
    }

    /// Looks at the files again; true: another pair is shown from now on. A pair that cannot be used changes nothing.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let texts = Texts::read(&self.config)?;
        if texts.digests() == self.with_served(|served| served.digests) {
            return Ok(false);
        }
        let next = pair(&self.config, &texts)?;
        let mut served = self.served.write().unwrap_or_else(PoisonError::into_inner);
        *served = next;
        Ok(true)
    }

    /// The end of the certificate that is shown; none: it does not tell.
    pub fn not_after(&self) -> Option<Micros> {
        self.with_served(|served| served.not_after)
    }

    /// How connections are encrypted with it.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(TlsError::Settings)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Self>::clone(self));
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(Arc::new(config))
    }

    fn with_served<T>(&self, of: impl FnOnce(&Served) -> T) -> T {
        of(&self.served.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for CertificateFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateFiles")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl ResolvesServerCert for CertificateFiles {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.with_served(|served| Arc::clone(&served.key)))
    }
}

fn pair(config: &TlsConfig, texts: &Texts) -> Result<Served, TlsError> {
    let TlsConfig { cert, key } = config;
    let chain = CertificateDer::pem_slice_iter(&texts.cert).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| TlsError::NoCertificate { path: cert.clone() })?;
    let secret = PrivateKeyDer::from_pem_slice(&texts.key);
    let secret = secret.map_err(|_| TlsError::NoKey { path: key.clone() })?;
    let not_after = chain.first().and_then(|first| certificate_end(first));
    let pair = CertifiedKey::from_der(chain, secret, &ring::default_provider());
    let pair = pair.map_err(|source| {
        let (cert, key) = (cert.clone(), key.clone());
        match source {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::NotItsKey { cert, key }
            }
            source => TlsError::Unusable { cert, key, source },
        }
    })?;
    Ok(Served {
        digests: texts.digests(),
        key: Arc::new(pair),
        not_after,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    const FIRST: &str = "first";
    const SECOND: &str = "second";

    fn fixture(name: &str) -> PathBuf {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
        fixtures.join(name)
    }

    fn put(name: &str, to: &Path) {
        fs::copy(fixture(name), to).expect("copied");
    }

    /// A folder with the first pair, as whoever renews it would put it.
    fn folder() -> (tempfile::TempDir, TlsConfig) {
        let folder = tempfile::tempdir().expect("a folder");
        let config = TlsConfig {
            cert: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
        };
        put(&format!("{FIRST}.pem"), &config.cert);
        put(&format!("{FIRST}.key"), &config.key);
        (folder, config)
    }

    fn shown(files: &CertificateFiles) -> Vec<u8> {
        files.with_served(|served| served.key.cert[0].to_vec())
    }

    fn certificate(name: &str) -> Vec<u8> {
        let text = fs::read(fixture(&format!("{name}.pem"))).expect("there");
        CertificateDer::from_pem_slice(&text)
            .expect("a certificate")
            .to_vec()
    }

    #[test]
    fn a_pair_is_loaded_with_the_end_of_its_certificate() {
        let (_folder, config) = folder();
        let files = Arc::new(CertificateFiles::load(&config).expect("loads"));
        assert_eq!(shown(&files), certificate(FIRST));
        // The first of January 2045.
        assert_eq!(files.not_after(), Some(2_366_841_600_000_000));
        let config = files.server_config().expect("settings");
        assert_eq!(
            config.alpn_protocols,
            [b"h2".to_vec(), b"http/1.1".to_vec()]
        );
    }

    #[test]
    fn another_pair_is_shown_once_both_files_are_there() {
        let (_folder, config) = folder();
        let files = CertificateFiles::load(&config).expect("loads");
        assert!(!files.reload().expect("the same"));
        put("second.pem", &config.cert);
        let half = files.reload();
        assert!(matches!(half, Err(TlsError::NotItsKey { .. })), "{half:?}");
        assert_eq!(shown(&files), certificate(FIRST));
        put("second.key", &config.key);
        assert!(files.reload().expect("a pair"));
        assert_eq!(shown(&files), certificate(SECOND));
        assert!(!files.reload().expect("the same"));
    }

    #[test]
    fn links_that_lead_elsewhere_are_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| folder.path().join(name);
        for (name, pair) in [("1", FIRST), ("2", SECOND)] {
            fs::create_dir(place(name)).expect("a folder");
            put(&format!("{pair}.pem"), &place(name).join("cert.pem"));
            put(&format!("{pair}.key"), &place(name).join("key.pem"));
        }
        // As Kubernetes and certbot do it.
        symlink("1", place("now")).expect("a link");
        let linked = TlsConfig {
            cert: place("now/cert.pem"),
            key: place("now/key.pem"),
        };
        let files = CertificateFiles::load(&linked).expect("loads");
        assert_eq!(shown(&files), certificate(FIRST));
        symlink("2", place("next")).expect("a link");
        fs::rename(place("next"), place("now")).expect("renamed");
        assert!(files.reload().expect("a pair"));
        assert_eq!(shown(&files), certificate(SECOND));
    }

    #[test]
    fn what_cannot_be_used_keeps_what_is_shown_and_says_which_file() {
        let (_folder, config) = folder();
        let files = CertificateFiles::load(&config).expect("loads");
        let fault = || files.reload().expect_err("it cannot be used");
        fs::write(&config.key, "no key\n").expect("written");
        assert!(matches!(fault(), TlsError::NoKey { .. }));
        let begun = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n";
        fs::write(&config.key, begun).expect("written");
        let text = fault().to_string();
        assert!(text.contains("key.pem") && !text.contains("c2Vj"), "{text}");
        fs::write(&config.cert, "").expect("written");
        assert!(matches!(fault(), TlsError::NoCertificate { .. }));
        fs::remove_file(&config.cert).expect("removed");
        assert!(matches!(fault(), TlsError::Unreadable { .. }));
        assert_eq!(shown(&files), certificate(FIRST));
        put("first.pem", &config.cert);
        put("first.key", &config.key);
        assert!(!files.reload().expect("the one before"));
    }

    #[test]
    fn a_certificate_that_is_none_is_refused() {
        let (_folder, config) = folder();
        let nothing = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        fs::write(&config.cert, nothing).expect("written");
        let refused = CertificateFiles::load(&config).map(drop);
        assert!(
            matches!(refused, Err(TlsError::Unusable { .. })),
            "{refused:?}"
        );
    }
}
