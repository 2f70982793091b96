//! Disks that are full or read-only, and data folders that are not as this program left them: one line, and no harm.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;

use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Home, Said};
use crate::kill::assert_whole;

/// What happens to a data folder.
type Damage = fn(&Home);

/// Lets a script mount what nobody else sees, in its own home.
#[derive(Clone, Copy, Debug)]
struct Mounts(&'static str);

impl Mounts {
    /// Where this machine permits it; else that is said, and what needs it is not tested.
    fn permitted(what: &str) -> Option<Self> {
        let home = Home::new();
        // As root, or else as the root of a user namespace of one's own.
        let ways = ["-m", "-rm"].map(Self);
        let found = ways.into_iter().find(|way| way.run(&home, "true").status.success());
        if found.is_none() {
            // Past the test runner, which keeps what a good test prints to itself.
            let said = writeln!(std::io::stderr(), "nothing can be mounted here: not tested {what}");
            said.expect("standard error is there");
        }
        found
    }

    /// Runs a script in which `mount_small SIZE` puts a disk of its own at `small`.
    fn run(self, home: &Home, script: &str) -> Said {
        fs::create_dir_all(home.path().join("small")).expect("a folder");
        let prelude =
            "mount_small() { mount -t tmpfs -o size=$1 tmpfs small; }; mount_small 64k && umount small || exit 1";
        home.write("script", &format!("{prelude}\n{script}\n"));
        home.shell(&format!("unshare {} sh script", self.0))
    }
}

/// Whether a program ended with 2 and one line of its own.
fn assert_refused(said: &Said) {
    assert_eq!((said.code(), said.out.as_str(), said.err.lines().count()), (Some(2), "", 1), "{said}");
    assert!(said.err.starts_with("sleeve: "), "{said}");
}

/// Whether a line says why a disk took no more.
fn says_full(line: &str) -> bool {
    line.starts_with("sleeve: ") && (line.contains("the disk is full") || line.contains("No space left on device"))
}

#[test]
fn a_disk_that_fills_up_is_said_and_no_app_is_lost() {
    let Some(mounts) = Mounts::permitted("how a full disk is met") else { return };
    let home = Home::new();
    let said = mounts.run(
        &home,
        r#"mount_small 256k
        head -c 140000 /dev/zero > small/ballast
        n=0
        while "$SLEEVE" --data small/data app create --name "app $n" --description D --json >> made 2> err; do
            n=$((n + 1))
            [ $n -lt 2000 ] || exit 9
        done
        "$SLEEVE" --data small/data app create --name more --description D > again.out 2> again.err
        echo "again $?"
        cp -r small/data copy
        rm small/ballast
        "$SLEEVE" --data small/data app create --name after --description D --json >> made || echo "not after"
        "$SLEEVE" --data small/data app list --json > list || echo "no list"
        cp -r small/data after"#,
    );
    assert_eq!((said.code(), said.out.as_str(), said.err.as_str()), (Some(0), "again 2\n", ""), "{said}");
    for name in ["err", "again.err"] {
        let err = home.read(name);
        assert!(err.lines().count() == 1 && says_full(&err), "{name}: {err}");
    }
    assert_eq!(home.read("again.out"), "");
    let ids = |documents: Vec<Value>| documents.iter().map(|app| app["client_id"].clone()).collect::<Vec<_>>();
    let made = home.read("made").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let made = ids(made);
    assert!(made.len() > 2, "{said}");
    assert_eq!(ids(serde_json::from_str(&home.read("list")).expect("JSON")), made);
    assert_whole(&home.path().join("copy"));
    assert_whole(&home.path().join("after"));
}

#[test]
fn a_catalogue_too_large_for_the_disk_leaves_the_old_one_and_nothing_else() {
    let Some(mounts) = Mounts::permitted("how a catalogue is met that is too large for the disk") else { return };
    let home = Home::new();
    let said = mounts.run(
        &home,
        r#"for size in 200 400 700 1000 4000; do
            mount_small ${size}k
            "$SLEEVE" -q --data small/data catalogue generate --tracks 1 || exit 9
            "$SLEEVE" --data small/data catalogue export > before
            ls small/data/catalogue > files
            if "$SLEEVE" -q --data small/data catalogue generate --tracks 1000 2> err; then
                echo fits
            else
                "$SLEEVE" --data small/data catalogue export | cmp - before || exit 8
                ls small/data/catalogue | cmp - files || exit 7
                echo "$(cat err)"
            fi
            umount small
        done"#,
    );
    assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{said}");
    let (fits, full): (Vec<_>, Vec<_>) = said.out.lines().partition(|line| *line == "fits");
    assert!(!full.is_empty() && full.iter().all(|line| says_full(line)), "{said}");
    assert!(!fits.is_empty(), "{said}");
}

#[test]
fn a_disk_too_small_for_a_new_folder_is_said_and_later_works() {
    let Some(mounts) = Mounts::permitted("how a disk is met that is full from the first") else { return };
    let home = Home::new();
    let said = mounts.run(
        &home,
        r#"for size in 4 8 12 16 20 24 28 32 36 40 44 48 52 56 60 64 72 80 96; do
            mount_small ${size}k
            "$SLEEVE" --data small/data app create --name N --description D > out 2> err
            echo "$size $? $(wc -l < out) $(cat err)"
            mount -o remount,size=1m small
            "$SLEEVE" --data small/data app create --name N --description D > /dev/null || echo "$size: not after"
            umount small
        done"#,
    );
    assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{said}");
    let mut codes = Vec::new();
    for line in said.out.lines() {
        let parts: Vec<_> = line.splitn(4, ' ').collect();
        match parts[..] {
            [_, "0", "2", ""] => codes.push(0),
            [_, "2", "0", err] if says_full(err) => codes.push(2),
            _ => panic!("{line}: {said}"),
        }
    }
    assert!(codes.contains(&0) && codes.contains(&2), "{said}");
}

#[test]
fn an_output_that_does_not_fit_is_said_and_leaves_nothing() {
    let Some(mounts) = Mounts::permitted("what enrich does on a full disk") else { return };
    let home = Home::new();
    home.write("plays.csv", &format!("track\n{}", "2XU0oxnq2qxCpomAAuJY8K\n".repeat(2000)));
    let script = r#"mount_small 64k; "$SLEEVE" -q enrich plays.csv -o small/out.csv; code=$?; ls -A small; exit $code"#;
    let said = mounts.run(&home, script);
    assert_refused(&said);
    assert!(says_full(&said.err) && said.err.contains("small/out.csv"), "{said}");
}

#[test]
fn a_folder_that_can_only_be_read_is_said_by_whoever_writes() {
    let Some(mounts) = Mounts::permitted("a read-only data folder") else { return };
    let home = Home::new();
    let said = mounts.run(
        &home,
        r#"mount_small 1m
        "$SLEEVE" --data small/data app create --name N --description D > /dev/null
        mkdir small/empty
        mount -o remount,ro small
        for data in data empty none; do
            for args in "app list" "app create --name M --description D" "serve --listen 127.0.0.1:0" "token -q"; do
                timeout 20 "$SLEEVE" --data small/$data $args > out 2> err
                echo "$? $(wc -l < out) $(wc -l < err) $data $args: $(cat err)"
            done
        done"#,
    );
    assert_eq!((said.code(), said.err.as_str(), said.out.lines().count()), (Some(0), "", 12), "{said}");
    for line in said.out.lines() {
        let reads = line.contains("app list") || line.contains("token");
        let refused = line.starts_with("2 0 1 ") && line.contains(": sleeve: ") && line.contains("small/");
        assert!(refused || reads && line.starts_with("0 "), "{line}: {said}");
    }
}

#[test]
fn a_disk_that_fills_up_under_an_import_leaves_the_catalogue_as_it_was() {
    let Some(mounts) = Mounts::permitted("an import on a full disk") else { return };
    let home = Home::new();
    let said = mounts.run(
        &home,
        r#"mount_small 3m
        catalogue() { "$SLEEVE" -q --data small/data catalogue "$@"; }
        catalogue generate --tracks 100 --seed 1 || echo "no catalogue"
        catalogue export > before
        catalogue generate --tracks 4000 --seed 2 2> err
        echo "$? $(cat err)"
        catalogue export | cmp - before || echo "not as it was"
        catalogue verify || echo "damaged"
        "$SLEEVE" --data small/data app create --name N --description D > /dev/null || echo "no app"
        mount -o remount,size=40m small
        catalogue generate --tracks 4000 --seed 2 || echo "not after"
        mount -o remount,ro small
        catalogue export --type track | wc -l
        catalogue generate --tracks 10 2> err
        echo "$? $(cat err)""#,
    );
    let lines: Vec<_> = said.out.lines().collect();
    let [full, well, count, refused] = lines[..] else { panic!("{said}") };
    assert!(full.starts_with("2 sleeve: ") && full.contains("the disk is full"), "{said}");
    assert!(well.starts_with("all is well") && count.trim() == "4000", "{said}");
    assert!(refused.starts_with("2 sleeve: ") && refused.contains("can only be read"), "{said}");
    assert_eq!(said.err, "");
}

#[test]
fn a_folder_of_a_newer_program_a_damaged_one_and_one_without_its_key_are_said_and_left() {
    let damages: [(&str, Damage); 4] = [
        ("newer", |home| {
            let state = Connection::open(home.data().join("state.db")).expect("it opens");
            state.pragma_update(None, "user_version", 3).expect("written");
        }),
        ("damaged", |home| {
            let noise: Vec<u8> = (0..16_384_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
            fs::write(home.data().join("state.db"), noise).expect("written");
        }),
        ("damaged", |home| {
            // The head stays whole, what follows does not.
            let state = File::options().write(true).open(home.data().join("state.db")).expect("it opens");
            state.write_all_at(&[0xa5; 4096], 4096).expect("written");
        }),
        ("is missing", |home| fs::remove_file(home.data().join("keys/master")).expect("it was there")),
    ];
    for (word, damage) in damages {
        let home = Home::new();
        let app = home.app(&[]);
        damage(&home);
        let before = contents(&home);
        let commands = [
            &["app", "list"][..],
            &["app", "show", &app.id],
            &["app", "create", "--name", "N", "--description", "D"],
            &["app", "rotate-secret", &app.id],
            &["app", "delete", &app.id, "--yes"],
            &["serve", "--listen", "127.0.0.1:0"],
            &["token"],
        ];
        for args in commands {
            let said = home.run(args);
            assert_refused(&said);
            assert!(said.err.contains(word), "{args:?}: {said}");
            // Whoever would serve says so in a file of its own, which is always empty.
            let _ = fs::remove_file(home.data().join("lock"));
            assert!(contents(&home) == before, "{args:?} changed the folder: {said}");
        }
    }
}

/// The names and bytes of a data folder's files.
fn contents(home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in [home.data(), home.data().join("keys")] {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                files.push((path.display().to_string(), fs::read(&path).expect("a file")));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_not_the_end() {
    let home = Home::new();
    home.write("plays.csv", &format!("track\n{}", "2XU0oxnq2qxCpomAAuJY8K\n".repeat(2000)));
    let said = home.shell(r#"ulimit -f 8; "$SLEEVE" -q enrich plays.csv -o out.csv"#);
    assert_refused(&said);
    assert!(said.err.contains("out.csv"), "{said}");
    let left = || fs::read_dir(home.path()).expect("a folder").count();
    assert_eq!(left(), 1, "{said}");
    assert_refused(&home.shell(r#"ulimit -f 8; "$SLEEVE" app create --name N --description D"#));
    // Without the limit, the same folder works.
    home.app(&[]);
    assert_whole(&home.data());
}
