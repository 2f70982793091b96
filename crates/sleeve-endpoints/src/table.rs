//! The list of endpoints that are described here. Spotify has more: `operations.txt` has all 97.

use crate::tracks::{GetSeveralTracks, GetTrack};
use crate::{Endpoint, PathParams, Spec};

/// One endpoint of the list, without its types.
#[derive(Debug)]
pub struct Entry {
    /// Its facts.
    pub spec: Spec,
    /// How many placeholders its path type has.
    pub placeholders: usize,
}

/// Every endpoint that is described, in the order of Spotify's reference.
pub const ENDPOINTS: &[Entry] = &[Entry::of::<GetTrack>(), Entry::of::<GetSeveralTracks>()];

/// All operations of the Web API (name, method, path), as Spotify's OpenAPI description of May 2026 lists them.
pub const OPERATIONS: &str = include_str!("operations.txt");

impl Entry {
    const fn of<E: Endpoint>() -> Self {
        Self { spec: E::SPEC, placeholders: E::Path::COUNT }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{ENDPOINTS, OPERATIONS};

    #[test]
    fn spotify_has_97_operations() {
        let names: HashSet<_> = OPERATIONS.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(names.len(), 97);
    }

    #[test]
    fn each_endpoint_is_one_of_spotifys_operations() {
        for entry in ENDPOINTS {
            let line = format!("{}\t{}\t{}", entry.spec.operation, entry.spec.method, entry.spec.path);
            assert!(OPERATIONS.lines().any(|operation| operation == line), "{line}");
        }
    }

    #[test]
    fn no_endpoint_stands_twice() {
        let names: HashSet<_> = ENDPOINTS.iter().map(|entry| entry.spec.operation).collect();
        assert_eq!(names.len(), ENDPOINTS.len());
    }

    #[test]
    fn the_placeholders_of_a_path_are_members_of_its_type() {
        for entry in ENDPOINTS {
            assert_eq!(entry.spec.path.matches('{').count(), entry.placeholders, "{}", entry.spec.operation);
        }
    }
}
