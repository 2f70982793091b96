//! The output has its name only when it is complete, and nothing is left behind otherwise.

use std::fs;
use std::path::Path;

use sleeve_enrich::{Config, Error, Input, Kind, Output, Plan, Progress, Summary, run};

use crate::api::{Api, MONKEY, Reply, SCIENTIST, wait};

fn plan(input: &Path, output: &Path) -> Result<Plan, Error> {
    Plan::new(Config::default(), Input::file(input), Output::file(output))
}

fn enrich(api: &Api, input: &Path, output: &Path) -> Result<Summary, Error> {
    wait(run(plan(input, output)?, &api.client(), |_| ()))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A folder with `plays.csv` in it.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("plays.csv"), text).expect("written");
    folder
}

#[test]
fn a_file_is_enriched_into_another() {
    let folder = folder(&format!("track\n{MONKEY}\n"));
    let (input, output) = (folder.path().join("plays.csv"), folder.path().join("out.csv"));
    enrich(&Api::default(), &input, &output).expect("a job");
    assert!(fs::read_to_string(&output).expect("the output").starts_with("track,track_id,name,"));
    assert_eq!(names(folder.path()), ["out.csv", "plays.csv"]);
}

#[test]
fn the_input_is_never_the_output() {
    let folder = folder(&format!("track\n{MONKEY}\n"));
    let input = folder.path().join("plays.csv");
    let mut others = vec![input.clone(), folder.path().join("../").join(folder.path()).join("plays.csv")];
    #[cfg(unix)]
    {
        let link = folder.path().join("link.csv");
        std::os::unix::fs::symlink(&input, &link).expect("a link");
        others.push(link);
    }
    for output in others {
        let error = plan(&input, &output).expect_err("one file");
        assert_eq!(error.kind(), Kind::Output);
        let expected = format!("{} is the input itself; give the output another name", output.display());
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(fs::read_to_string(&input).expect("the input"), format!("track\n{MONKEY}\n"));
}

#[test]
fn a_job_that_fails_leaves_nothing() {
    let whole = format!("track\n{MONKEY}\n{SCIENTIST}\n");
    let refused = Api::failing(|_, _| Some(Reply::Status(401)));
    for (text, api) in [(whole.clone(), refused), (format!("{whole}\"open\n"), Api::default())] {
        let folder = folder(&text);
        let (input, output) = (folder.path().join("plays.csv"), folder.path().join("out.csv"));
        enrich(&api, &input, &output).expect_err("a job that fails");
        assert_eq!(names(folder.path()), ["plays.csv"]);
        fs::write(&output, "old").expect("written");
        enrich(&api, &input, &output).expect_err("a job that fails");
        assert_eq!(fs::read_to_string(&output).expect("the old output"), "old");
        assert_eq!(names(folder.path()), ["out.csv", "plays.csv"]);
    }
}

#[test]
fn a_job_that_is_given_up_leaves_nothing() {
    let folder = folder(&format!("track\n{MONKEY}\n{SCIENTIST}\n"));
    let (input, output) = (folder.path().join("plays.csv"), folder.path().join("out.csv"));
    let api =
        Api::failing(|target, _| (!target.contains("ids=")).then_some(Reply::Silence).or(Some(Reply::Status(403))));
    let plan = plan(&input, &output).expect("a plan");
    let client = api.client();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<Progress>();
    wait(async {
        let job = run(plan, &client, |progress| {
            let _ = tell.send(progress);
        });
        tokio::select! {
            _ = job => panic!("nobody answered, and yet it ended"),
            progress = told.recv() => assert_eq!(progress.map(|progress| progress.calls), Some(1)),
        }
    });
    assert_eq!(names(folder.path()), ["plays.csv"]);
}

#[test]
fn a_plan_that_is_not_run_leaves_nothing() {
    let folder = folder(&format!("track\n{MONKEY}\n"));
    let (input, output) = (folder.path().join("plays.csv"), folder.path().join("out.csv"));
    drop(plan(&input, &output).expect("a plan"));
    assert_eq!(names(folder.path()), ["plays.csv"]);
    plan(&input, &folder.path().join("missing/out.csv")).expect_err("no folder");
}

#[test]
fn progress_is_heard_of_calls_and_rows() {
    let folder = folder(&format!("track\n{MONKEY}\n{SCIENTIST}\nx\n"));
    let plan = plan(&folder.path().join("plays.csv"), &folder.path().join("out.csv")).expect("a plan");
    let mut heard = Vec::new();
    wait(run(plan, &Api::default().client(), |progress| heard.push(progress))).expect("a job");
    let heard: Vec<_> = heard.iter().map(|now| (now.rows, now.matched, now.tracks, now.calls)).collect();
    assert_eq!(heard, [(0, 0, 2, 1), (3, 2, 2, 1)]);
}
