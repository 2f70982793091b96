//! The certificate authority of this machine: it can vouch for names under `spotify.com`, and for nothing else.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData, SerialNumber,
};
use ring::digest::{SHA256, digest};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, RootCertStore};

use super::provider;
use crate::folder::{unusable, write_once};
use crate::{Clock, DataFolder, Error, Kind, Random};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an authority is good for.
const AUTHORITY_LIFE: Duration = DAY.saturating_mul(3_653);

/// How long a certificate for one host is good for.
pub(super) const LEAF_LIFE: Duration = DAY.saturating_mul(7);

/// The one domain that an authority can vouch for.
const DOMAIN: &str = "spotify.com";

/// A certificate authority. Clones are the same one; `Debug` shows nothing of its key.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    root: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    clock: Clock,
    random: Random,
}

impl Authority {
    /// The authority of a data folder, in `ca/`; made at the first call, whoever makes it first.
    ///
    /// # Errors
    /// [`Kind::Folder`] where it cannot be read or written, [`Kind::Damaged`] where its files are no authority that
    /// is good today; they are then as they were.
    pub fn open(folder: &DataFolder, clock: Clock, random: Random) -> Result<Self, Error> {
        let place = folder.subfolder("ca")?;
        let (key_path, root_path) = (place.join("key.pem"), place.join("root.pem"));
        let damaged = || damaged(&place);
        // The key comes first: whoever makes the root has read it back, so that both fit whoever was faster.
        if root_path.exists() && !key_path.exists() {
            return Err(damaged());
        }
        let key_text = read_or_make(&key_path, || new_key().serialize_pem())?;
        let key = KeyPair::from_pem(&key_text).map_err(|_| damaged())?;
        let root_text = read_or_make(&root_path, || root_of(&key, &clock, &random).1)?;
        let root = CertificateDer::from_pem_slice(root_text.as_bytes()).map_err(|_| damaged())?;
        let authority = Self::with(root, key, clock, random);
        if authority.is_good() { Ok(authority) } else { Err(damaged()) }
    }

    /// An authority that ends with the process.
    pub fn ephemeral(clock: Clock, random: Random) -> Self {
        let key = new_key();
        let (root, _) = root_of(&key, &clock, &random);
        Self::with(root, key, clock, random)
    }

    fn with(root: CertificateDer<'static>, key: KeyPair, clock: Clock, random: Random) -> Self {
        let issuer = Issuer::new(root_params(&key), key);
        Self(Arc::new(Inner { root, issuer, clock, random }))
    }

    /// The root certificate: what a program must trust.
    pub fn root(&self) -> &CertificateDer<'static> {
        &self.0.root
    }

    /// The root certificate as a PEM text.
    pub fn root_pem(&self) -> String {
        super::pem(self.root())
    }

    /// A certificate for one host with a key of its own, good for a week.
    pub(super) fn sign(&self, host: &str) -> CertifiedKey {
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host of Spotify's is a DNS name");
        params.distinguished_name.push(DnType::CommonName, host);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        date(&mut params, &self.0.clock, LEAF_LIFE, &self.0.random);
        let key = new_key();
        let leaf = params.signed_by(&key, &self.0.issuer).expect("a certificate of these parts can be signed");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let key = provider().key_provider.load_private_key(key).expect("ring takes a P-256 key");
        CertifiedKey::new(vec![leaf.der().clone()], key)
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether a certificate that is signed now would be believed by a program that trusts the root: the files fit
    /// each other, are whole, and are good today.
    fn is_good(&self) -> bool {
        let mut roots = RootCertStore::empty();
        if roots.add(self.root().clone()).is_err() {
            return false;
        }
        let Ok(verifier) = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build() else {
            return false;
        };
        let name = ServerName::try_from("api.spotify.com").expect("a DNS name");
        let now = self.0.clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let verify =
            |certificate| verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::since_unix_epoch(now));
        // A trusted root's own dates are not looked at there, but other programs do: as a server's certificate it is
        // refused in any case, and for its dates first.
        let is_dated = !matches!(
            verify(self.root()),
            Err(rustls::Error::InvalidCertificate(
                CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. }
            ))
        );
        is_dated && verify(&self.sign("api.spotify.com").cert[0]).is_ok()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the operating system has random bytes")
}

/// The root certificate of a key, and the same as a PEM text.
fn root_of(key: &KeyPair, clock: &Clock, random: &Random) -> (CertificateDer<'static>, String) {
    let mut params = root_params(key);
    date(&mut params, clock, AUTHORITY_LIFE, random);
    let root = params.self_signed(key).expect("a certificate of these parts can be signed");
    (root.der().clone(), root.pem())
}

/// What an authority says of itself, apart from its dates: the same for the same key, as its signatures name it.
fn root_params(key: &KeyPair) -> CertificateParams {
    let print = digest(&SHA256, key.der_bytes());
    let print: String = print.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("sleeve on this machine {print}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName(DOMAIN.to_owned())],
        // A constraint binds only the forms of names that it lists: without these, an IP address would be free.
        excluded_subtrees: vec![
            GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4])),
            GeneralSubtree::IpAddress(CidrSubnet::V6([0; 16], [0; 16])),
        ],
    });
    params
}

fn date(params: &mut CertificateParams, clock: &Clock, life: Duration, random: &Random) {
    let now = clock.now();
    // A day back: clocks of containers and their hosts differ.
    params.not_before = (now - DAY).into();
    params.not_after = (now + life).into();
    let mut serial = random.bytes::<16>();
    // A serial number is positive and is written without leading zeros.
    serial[0] = serial[0] & 0x7f | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
}

fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> Result<String, Error> {
    let read = || fs::read(path);
    let bytes = match read() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write_once(path, make().as_bytes()).and_then(|()| read())
        }
        other => other,
    };
    let bytes = bytes.map_err(|error| unusable(path, error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn damaged(place: &Path) -> Error {
    let place = place.display();
    Error::new(
        Kind::Damaged,
        format!(
            "the certificate authority in {place} is damaged or out of date; delete that folder, and the next run makes a new one"
        ),
    )
}

#[cfg(test)]
mod tests;
