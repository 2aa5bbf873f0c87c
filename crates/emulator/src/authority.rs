//! The emulator's own certificate authority, and the certificate that it serves https with.
//!
//! Clients have to trust the authority. Its key stays in a folder that only its owner can read, or in memory if no
//! folder was given. It signs nothing but the emulator's own certificate, anew at each start, and its name constraints
//! let clients refuse whatever else somebody with the key would sign.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pem::{EncodeConfig, LineEnding, Pem};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use thiserror::Error;
use time::{Duration, OffsetDateTime};
use tracing::warn;

use crate::whole_file::Version;

/// The key and the certificate, which never leave the folder.
const WHOLE: &str = "constrained-authority.pem";

/// The same in versions whose authority could sign for every name.
const UNCONSTRAINED: &str = "authority.pem";

/// The name of all authorities of this kind.
const NAME: &str = "azuretm-emulator test CA, not for production";

/// The certificate alone, for clients.
const CERTIFICATE: &str = "ca.pem";

/// The names of Azure that tests may point at the emulator, besides those of this machine.
pub(crate) const NAMES: [&str; 15] = [
    "localhost",
    "emulator",
    "azuretm-emulator",
    "host.docker.internal",
    "management.azure.com",
    "management.usgovcloudapi.net",
    "management.chinacloudapi.cn",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.microsoft.com",
    "login.windows.net",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
    "sts.windows.net",
    "graph.microsoft.com",
];

/// The addresses of this machine.
const ADDRESSES: [&str; 2] = ["127.0.0.1", "::1"];

/// Why there is no certificate authority.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("cannot {act} {path}: {source}; give another folder with --ca-dir", path = path.display())]
    File {
        /// What was tried.
        act: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is there that this emulator did not write.
    #[error(
        "{path} is not a certificate authority of this emulator ({why}); it was left as it was: move it away, or give \
         another folder with --ca-dir",
        path = path.display()
    )]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A name cannot be in a certificate.
    #[error("'{0}' cannot be a name in a certificate: give a DNS name or an IP address with --tls-name")]
    Name(String),
    /// The authority was made for fewer names.
    #[error(
        "the certificate authority is good for its own names only, and not for all of these: {}; make one for them in \
         another folder (azuretm-emulator ca --ca-dir DIR --tls-name NAME) and start with the same arguments",
        .0.join(", ")
    )]
    OtherNames(Vec<String>),
    /// The certificates cannot be made.
    #[error("cannot make certificates: {0}")]
    Certificates(String),
}

/// A certificate authority.
#[derive(Debug)]
pub(crate) struct Authority {
    key: KeyPair,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// A new authority, only in memory, for the usual names and some more.
    pub(crate) fn generate(more_names: &[String]) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(cannot_make)?;
        let now = OffsetDateTime::now_utc();
        let mut params = params();
        let permitted_subtrees = names(more_names)?.into_iter().filter_map(subtree).collect();
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        params.not_before = now - Duration::days(1);
        params.not_after = now + Duration::days(3650);
        let certificate = params.self_signed(&key).map_err(cannot_make)?;
        Ok(Self::new(key, certificate.into()))
    }

    /// The authority in a folder, which is made at the first use, for the usual names and some more.
    pub(crate) fn in_folder(folder: &Path, more_names: &[String]) -> Result<Self, AuthorityError> {
        let path = folder.join(WHOLE);
        if !path.exists() {
            make(folder, &path, more_names)?;
        }
        let text = fs::read_to_string(&path).map_err(cannot("read", &path))?;
        let authority =
            Self::parse(&text).map_err(|why| AuthorityError::Foreign { path: path.clone(), why })?;
        // It only proves that the two fit together, and with the names.
        authority.serving(more_names).map_err(|error| match error {
            AuthorityError::Certificates(why) => AuthorityError::Foreign { path: path.clone(), why },
            error => error,
        })?;
        let public = folder.join(CERTIFICATE);
        if fs::read_to_string(&public).ok().as_deref() != Some(&authority.pem) {
            replace(folder, &public, authority.pem.as_bytes())?;
        }
        remove_unconstrained(folder);
        Ok(authority)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|error| format!("it has no certificate: {error}"))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes())
            .map_err(|error| format!("it has no key: {error}"))?;
        let key = KeyPair::try_from(&key).map_err(|error| format!("its key cannot be used: {error}"))?;
        Ok(Self::new(key, certificate))
    }

    fn new(key: KeyPair, certificate: CertificateDer<'static>) -> Self {
        let section = Pem::new("CERTIFICATE", certificate.as_ref());
        let pem = pem::encode_config(&section, EncodeConfig::new().set_line_ending(LineEnding::LF));
        Self { key, certificate, pem }
    }

    /// The certificate that clients have to trust, PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A new certificate of the emulator under all its names, ready to serve.
    pub(crate) fn serving(&self, more_names: &[String]) -> Result<Arc<ServerConfig>, AuthorityError> {
        let key = KeyPair::generate().map_err(cannot_make)?;
        let mut leaf = CertificateParams::default();
        leaf.subject_alt_names = names(more_names)?;
        let now = OffsetDateTime::now_utc();
        leaf.not_before = now - Duration::days(1);
        leaf.not_after = now + Duration::days(397);
        leaf.distinguished_name = named("azuretm-emulator");
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let issuer = Issuer::new(params(), &self.key);
        let leaf: CertificateDer<'static> = leaf.signed_by(&key, &issuer).map_err(cannot_make)?.into();
        self.check(&leaf, more_names)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![leaf], key))
            .map_err(|error| AuthorityError::Certificates(error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Whether a client that trusts the authority would take a certificate.
    fn check(&self, leaf: &CertificateDer<'static>, more_names: &[String]) -> Result<(), AuthorityError> {
        let verified = webpki::anchor_from_trusted_cert(&self.certificate).and_then(|anchor| {
            webpki::EndEntityCert::try_from(leaf)?
                .verify_for_usage(
                    webpki::ALL_VERIFICATION_ALGS,
                    &[anchor],
                    &[],
                    UnixTime::now(),
                    webpki::KeyUsage::server_auth(),
                    None,
                    None,
                )
                .map(|_| ())
        });
        verified.map_err(|error| match error {
            webpki::Error::NameConstraintViolation => AuthorityError::OtherNames(
                ADDRESSES
                    .iter()
                    .chain(&NAMES)
                    .map(|name| (*name).to_owned())
                    .chain(more_names.iter().cloned())
                    .collect(),
            ),
            error => AuthorityError::Certificates(format!(
                "the key and the certificate do not fit together: {error}"
            )),
        })
    }
}

/// The usual names and addresses, and some more.
fn names(more_names: &[String]) -> Result<Vec<SanType>, AuthorityError> {
    let usual = ADDRESSES.iter().chain(&NAMES).map(|name| (*name).to_owned());
    let mut names = CertificateParams::new(usual.collect::<Vec<_>>()).map_err(cannot_make)?.subject_alt_names;
    for name in more_names {
        let one = CertificateParams::new([name.clone()]).map_err(|_| AuthorityError::Name(name.clone()))?;
        names.extend(one.subject_alt_names);
    }
    Ok(names)
}

/// What of all names an authority has to be allowed to sign for one.
fn subtree(name: SanType) -> Option<GeneralSubtree> {
    match name {
        SanType::DnsName(name) => Some(GeneralSubtree::DnsName(name.to_string())),
        SanType::IpAddress(address) => {
            let whole = if address.is_ipv4() { 32 } else { 128 };
            Some(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, whole)))
        }
        _ => None,
    }
}

/// What all authorities of this kind have in common; it names them as issuers.
fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Writes a new authority. If another process is quicker, its authority stays.
fn make(folder: &Path, path: &Path, more_names: &[String]) -> Result<(), AuthorityError> {
    let authority = Authority::generate(more_names)?;
    fs::create_dir_all(folder).map_err(cannot("make the folder", folder))?;
    let whole = format!("{}{}", authority.key.serialize_pem(), authority.pem);
    let version = Version::in_folder(folder, whole.as_bytes());
    version.and_then(|version| version.place(path)).map_err(cannot("write", path))
}

/// Removes the authority of an earlier version, whose key could sign for every name.
fn remove_unconstrained(folder: &Path) {
    let path = folder.join(UNCONSTRAINED);
    let is_ours = |text: String| {
        let certificate = Authority::parse(&text).map(|authority| authority.certificate);
        certificate.is_ok_and(|der| der.windows(NAME.len()).any(|part| part == NAME.as_bytes()))
    };
    let Ok(text) = fs::read_to_string(&path) else { return };
    if !is_ours(text) {
        return;
    }
    match fs::remove_file(&path) {
        Ok(()) => warn!(
            path = %path.display(),
            "removed a certificate authority that was good for every name: clients have to trust the new one"
        ),
        Err(error) => {
            warn!(%error, path = %path.display(), "cannot remove a certificate authority that is good for every name");
        }
    }
}

/// Writes a file that everybody may read.
fn replace(folder: &Path, path: &Path, content: &[u8]) -> Result<(), AuthorityError> {
    let replace = || {
        let version = Version::in_folder(folder, content)?;
        #[cfg(unix)]
        version.publish()?;
        version.replace(path)
    };
    replace().map_err(cannot("write", path))
}

fn cannot(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> AuthorityError {
    let path = path.to_owned();
    move |source| AuthorityError::File { act, path, source }
}

#[expect(clippy::needless_pass_by_value, reason = "it is a function for map_err")]
fn cannot_make(error: rcgen::Error) -> AuthorityError {
    AuthorityError::Certificates(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made/when/needed");
        let first = Authority::in_folder(&folder, &[]).unwrap();
        let second = Authority::in_folder(&folder, &[]).unwrap();
        assert_eq!(first.pem(), second.pem());
        assert_eq!(fs::read_to_string(folder.join(CERTIFICATE)).unwrap(), first.pem());
        assert!(!first.pem().contains("PRIVATE"));
    }

    #[test]
    fn the_key_is_not_published_wherever_it_stands_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::generate(&[]).unwrap();
        let whole = format!("{}{}", authority.pem, authority.key.serialize_pem());
        fs::write(folder.path().join(WHOLE), whole).unwrap();
        assert_eq!(Authority::in_folder(folder.path(), &[]).unwrap().pem(), authority.pem());
    }

    #[test]
    fn an_authority_is_good_for_its_names_only() {
        let more = ["my-container".to_owned(), "10.0.0.7".to_owned()];
        let authority = Authority::generate(&more).unwrap();
        authority.serving(&more).unwrap();
        authority.serving(&[]).unwrap();
        for other in ["example.com", "azure.com", "10.0.0.8", "my-container.example.com"] {
            let error = authority.serving(&[other.to_owned()]).unwrap_err();
            assert!(matches!(error, AuthorityError::OtherNames(_)), "{other}: {error}");
        }
    }

    #[test]
    fn a_folder_made_for_fewer_names_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        Authority::in_folder(folder.path(), &[]).unwrap();
        let error = Authority::in_folder(folder.path(), &["my-box".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("my-box") && error.contains("--ca-dir"), "{error}");
    }

    #[test]
    fn an_authority_of_an_earlier_version_goes_and_somebody_elses_stays() {
        let unconstrained = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let mut params = params();
            params.distinguished_name = named(name);
            format!("{}{}", key.serialize_pem(), params.self_signed(&key).unwrap().pem())
        };
        for (name, stays) in [(NAME, false), ("my own CA", true)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(UNCONSTRAINED);
            fs::write(&path, unconstrained(name)).unwrap();
            Authority::in_folder(folder.path(), &[]).unwrap();
            assert_eq!(path.exists(), stays, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_alone_and_the_certificate_for_all() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Authority::in_folder(folder.path(), &[]).unwrap();
        let mode = |name| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(WHOLE), mode(CERTIFICATE)), (0o600, 0o644));
    }

    #[test]
    fn processes_that_make_an_authority_at_once_agree_on_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let pems: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Authority::in_folder(path, &[]).unwrap().pem().to_owned()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(pems.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_foreign_file_is_refused_and_left_alone() {
        let other = Authority::generate(&[]).unwrap();
        let mixed = format!("{}{}", other.key.serialize_pem(), Authority::generate(&[]).unwrap().pem);
        for (content, why) in [
            ("something else", "it has no certificate"),
            (other.pem(), "it has no key"),
            (&mixed, "do not fit together"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(WHOLE);
            fs::write(&path, content).unwrap();
            let error = Authority::in_folder(folder.path(), &[]).unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("left as it was"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[test]
    fn a_name_that_no_certificate_can_have_is_refused() {
        let error = Authority::generate(&[]).unwrap().serving(&["ü".to_owned()]).unwrap_err();
        assert!(matches!(error, AuthorityError::Name(_)), "{error}");
    }
}
