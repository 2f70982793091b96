//! What is said of usage, and how it reads on a narrow terminal.

use insta::assert_snapshot;

use crate::harness::Home;

pub(crate) const COMMANDS: [&[&str]; 30] = [
    &[],
    &["track"],
    &["album"],
    &["artist"],
    &["search"],
    &["call"],
    &["token"],
    &["login"],
    &["doctor"],
    &["cache"],
    &["cache", "info"],
    &["cache", "purge"],
    &["completions"],
    &["man"],
    &["serve"],
    &["app"],
    &["app", "create"],
    &["app", "list"],
    &["app", "show"],
    &["app", "edit"],
    &["app", "rotate-secret"],
    &["app", "delete"],
    &["enrich"],
    &["catalogue"],
    &["catalogue", "import"],
    &["catalogue", "generate"],
    &["catalogue", "info"],
    &["catalogue", "export"],
    &["catalogue", "verify"],
    &["catalogue", "reset"],
];

#[test]
fn the_help_of_every_command_fits_60_columns_and_puts_its_own_options_first() {
    let home = Home::new();
    for command in COMMANDS {
        let said = home.end(home.command(&[command, &["--help"]].concat()).env("COLUMNS", "60"));
        assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{said}");
        // A usage line is not wrapped, so that it can be copied.
        for line in said.out.lines().filter(|line| !line.starts_with("Usage: ")) {
            assert!(line.chars().count() <= 60, "{command:?}: {line}");
        }
        let shared = said.out.find("\nOptions of every command:\n").unwrap_or_else(|| panic!("{said}"));
        let own = said.out.find("\nOptions:\n").unwrap_or_else(|| panic!("{said}"));
        assert!(own < shared, "{said}");
        for flag in ["--api ", "--data ", "--quiet", "--verbose", "--color "] {
            assert!(said.out[shared..].contains(flag), "{command:?} does not show {flag}");
        }
    }
}

#[test]
fn help_reads_well() {
    let home = Home::new();
    let help = |args: &[&str]| home.end(home.command(args).env("COLUMNS", "60"));
    assert_snapshot!(help(&["app", "create", "--help"]), @"
    exit status: 0
    --- stdout
    Register an app

    Usage: sleeve app create [OPTIONS] --name <NAME> --description <DESCRIPTION>

    Options:
          --name <NAME>
              What it is called
          --description <DESCRIPTION>
              What it does
          --quota <MODE>
              How much of the Web API it may use: `extended` or
              `development`
          --rate-limit <CALLS/SECONDS>
              How many calls of an app are let in within how
              many seconds, as 180/30s, or `off`
          --daily-quota <CALLS>
              How many calls of an app are let in within 24
              hours of the first, as 500, or `off`
          --redirect-uri <URI>
              Where users may be sent back to; may be given
              several times
          --website <URL>
              Its home page
          --building <TEXT>
              What you are building
          --uses <API>
              An API that it is going to use, as web-api; may be
              given several times
          --json
              Print it as JSON
      -h, --help
              Print help
      -V, --version
              Print version

    Options of every command:
          --api <WHICH>   Which Spotify: `auto`, `spotify`,
                          `local`, or an address such as
                          http://127.0.0.1:8975 [default: auto]
          --data <DIR>    The data folder: apps, keys, catalogue
                          [default: $SLEEVE_DATA, else
                          $XDG_DATA_HOME/sleeve]
      -q, --quiet         Say nothing but errors
      -v, --verbose...    Say more of what happens; twice:
                          everything
          --color <WHEN>  When to use colours [default: auto]
                          [possible values: auto, always, never]
    --- stderr
    ");
}

#[test]
fn usage_errors_end_with_status_2_and_say_what_is_wrong() {
    let home = Home::new();
    assert_snapshot!(home.run(&["nonsense"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'nonsense'

    Usage: sleeve [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.run(&["track"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <ID|URI|URL>...

    Usage: sleeve track <ID|URI|URL>...

    For more information, try '--help'.
    ");
    assert_snapshot!(home.run(&["track", "--color", "blue", "x"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: invalid value 'blue' for '--color <WHEN>'
      [possible values: auto, always, never]

    For more information, try '--help'.
    ");
    assert_snapshot!(home.run(&["app", "create"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      --name <NAME>
      --description <DESCRIPTION>

    Usage: sleeve app create --name <NAME> --description <DESCRIPTION>

    For more information, try '--help'.
    ");
    for args in [&[][..], &["app"], &["track", "--bogus", "x"], &["enrich", "x.csv"], &["serve", "extra"]] {
        let said = home.run(args);
        assert_eq!((said.code(), said.out.as_str()), (Some(2), ""), "{args:?}: {said}");
    }
}

#[test]
fn the_version_is_printed() {
    assert_snapshot!(Home::new().run(&["--version"]), @"
    exit status: 0
    --- stdout
    sleeve 0.0.0
    --- stderr
    ");
}
