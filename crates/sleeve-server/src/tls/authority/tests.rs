use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};

use super::{Authority, DAY, LEAF_LIFE};
use crate::tls::provider;
use crate::{Clock, DataFolder, Kind, Random};

fn data_folder() -> (tempfile::TempDir, DataFolder) {
    let place = tempfile::tempdir().expect("a folder");
    let folder = DataFolder::open(&place.path().join("data")).expect("a data folder");
    (place, folder)
}

fn open(folder: &DataFolder) -> Result<Authority, crate::Error> {
    Authority::open(folder, Clock::system(), Random::system())
}

fn believes(authority: &Authority, host: &str, at: SystemTime) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(authority.root().clone()).expect("a root");
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().expect("a verifier");
    let leaf = authority.sign(host);
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let now = UnixTime::since_unix_epoch(at.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970"));
    verifier.verify_server_cert(&leaf.cert[0], &[], &name, &[], now).is_ok()
}

#[test]
fn it_can_vouch_for_spotify_and_for_nobody_else() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let authority = Authority::ephemeral(Clock::new(move || now), Random::system());
    for host in ["api.spotify.com", "accounts.spotify.com", "developer.spotify.com"] {
        assert!(believes(&authority, host, now), "{host}");
    }
    for host in ["example.org", "notspotify.com", "spotify.com.example.org", "10.0.0.1", "::1"] {
        assert!(!believes(&authority, host, now), "{host}");
    }
    assert!(believes(&authority, "api.spotify.com", now - DAY / 2));
    assert!(!believes(&authority, "api.spotify.com", now - 2 * DAY));
    assert!(!believes(&authority, "api.spotify.com", now + LEAF_LIFE + DAY));
}

#[test]
fn it_is_made_once_and_its_key_is_the_owners_alone() {
    let (_place, folder) = data_folder();
    let root = open(&folder).expect("made").root_pem();
    assert_eq!(open(&folder).expect("read").root_pem(), root);
    let mode = |name: &str| {
        std::fs::metadata(folder.path().join("ca").join(name)).expect("it is there").permissions().mode() & 0o777
    };
    assert_eq!((mode(""), mode("key.pem")), (0o700, 0o600));
    std::fs::remove_file(folder.path().join("ca/root.pem")).expect("removed");
    let again = open(&folder).expect("a root for the key that is there");
    assert_ne!(again.root_pem(), root);
}

#[test]
fn the_authoritys_key_is_in_no_certificate_of_a_host() {
    let authority = Authority::ephemeral(Clock::system(), Random::system());
    let of_authority = rcgen::PublicKeyData::subject_public_key_info(authority.0.issuer.key());
    for host in ["api.spotify.com", "accounts.spotify.com"] {
        let leaf = authority.sign(host);
        let own = leaf.key.public_key().expect("ring tells the public key");
        assert_ne!(own.as_ref(), of_authority);
        assert!(!leaf.cert[0].windows(of_authority.len()).any(|window| window == of_authority));
    }
}

#[test]
fn damaged_files_are_said_in_one_line_and_left() {
    let whole = {
        let (_place, folder) = data_folder();
        open(&folder).expect("made");
        std::fs::read(folder.path().join("ca/key.pem")).expect("there")
    };
    for (file, content) in [
        ("key.pem", b"".to_vec()),
        ("key.pem", b"\xff\xfe\0".to_vec()),
        ("key.pem", whole[..whole.len() / 2].to_vec()),
        // The key of another authority.
        ("key.pem", whole.clone()),
        ("root.pem", b"".to_vec()),
        ("root.pem", whole),
    ] {
        let (_place, folder) = data_folder();
        open(&folder).expect("made");
        let path = folder.path().join("ca").join(file);
        std::fs::write(&path, &content).expect("written");
        let error = open(&folder).expect_err("damaged");
        assert_eq!(error.kind(), Kind::Damaged, "{file}");
        assert_eq!(error.to_string().lines().count(), 1);
        assert_eq!(std::fs::read(&path).expect("still there"), content);
    }
    let (_place, folder) = data_folder();
    open(&folder).expect("made");
    std::fs::remove_file(folder.path().join("ca/key.pem")).expect("removed");
    assert_eq!(open(&folder).expect_err("a root without its key").kind(), Kind::Damaged);
}

#[test]
fn one_that_is_out_of_date_is_said() {
    let (_place, folder) = data_folder();
    open(&folder).expect("made");
    let later = Clock::new(|| Clock::system().now() + 4_000 * DAY);
    let error = Authority::open(&folder, later, Random::system()).expect_err("too old");
    assert_eq!(error.kind(), Kind::Damaged);
}
