//! Bundles: the root certificates that a program shall trust, as one PEM text.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Root certificates, as PEM blocks one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    text: String,
    count: usize,
}

impl Roots {
    /// The roots that this system trusts: `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set, as everywhere.
    /// None at all on a system without certificates.
    pub fn system() -> Self {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::debug!(%error, "a system certificate cannot be read");
        }
        Self::of(&found.certs)
    }

    /// The roots in a PEM file, or in every file of a folder.
    ///
    /// # Errors
    /// What the disk says where it cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut paths = vec![path.to_owned()];
        if path.is_dir() {
            paths = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
            paths.sort();
        }
        let mut certificates = Vec::new();
        for path in paths.iter().filter(|path| !path.is_dir()) {
            // What is no certificate in it is nobody's root.
            certificates.extend(CertificateDer::pem_slice_iter(&fs::read(path)?).flatten());
        }
        certificates.sort_by(|a, b| a.as_ref().cmp(b));
        certificates.dedup();
        Ok(Self::of(&certificates))
    }

    fn of(certificates: &[CertificateDer<'_>]) -> Self {
        Self { text: certificates.iter().map(pem).collect(), count: certificates.len() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A bundle of these roots and one more, which stands first.
    pub fn with(&self, root: &CertificateDer<'_>) -> String {
        format!("{}{}", pem(root), self.text)
    }
}

/// A certificate as a PEM block.
pub fn pem(certificate: &CertificateDer<'_>) -> String {
    let text = STANDARD.encode(certificate);
    let mut block = String::with_capacity(text.len() + text.len() / 64 + 56);
    block.push_str("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        block.push_str(line);
        block.push('\n');
        rest = after;
    }
    block.push_str("-----END CERTIFICATE-----\n");
    block
}

#[cfg(test)]
mod tests {
    use super::Roots;
    use crate::tls::Authority;
    use crate::{Clock, Random};

    #[test]
    fn a_bundle_holds_our_root_first_and_then_the_users_each_once() {
        let authority = || Authority::ephemeral(Clock::system(), Random::system());
        let (ours, theirs) = (authority(), authority());
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("corporate.pem");
        std::fs::write(&file, format!("# Corporate\n{0}junk\n{0}", theirs.root_pem())).expect("written");
        let bundle = ours.root_pem() + &theirs.root_pem();
        for place in [file.as_path(), folder.path()] {
            let roots = Roots::read(place).expect("it can be read");
            assert!(!roots.is_empty());
            assert_eq!(roots.with(ours.root()), bundle);
        }
        std::fs::write(&file, "no certificate").expect("written");
        assert!(Roots::read(&file).expect("it can be read").is_empty());
        assert!(Roots::read(&folder.path().join("nowhere")).is_err());
    }
}
