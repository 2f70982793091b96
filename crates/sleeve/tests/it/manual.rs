//! `sleeve completions` and `sleeve man`.

use crate::harness::Home;
use crate::usage::COMMANDS;

#[test]
fn the_list_of_commands_that_tests_go_through_is_whole() {
    let help = Home::new().run(&["--help"]).out;
    let (_, commands) = help.split_once("\nCommands:\n").expect("a list of commands");
    let (commands, _) = commands.split_once("\n\n").expect("an end of it");
    let names: Vec<_> = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert!(names.len() >= 15, "{names:?}");
    for name in names.into_iter().filter(|name| !name.is_empty() && *name != "help") {
        assert!(COMMANDS.iter().any(|command| command.first() == Some(&name)) || name == "run", "{name}");
    }
}

#[test]
fn every_command_has_a_page() {
    let home = Home::new();
    let said = home.run(&["man", "pages/man1"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(0), ""), "{said}");
    let mut pages = 0;
    for command in COMMANDS.iter().copied().chain([&["run"][..]]) {
        let name = [&["sleeve"], command].concat().join("-");
        let page = home.read(&format!("pages/man1/{name}.1"));
        assert!(page.contains(&format!(".TH {name} 1")) && page.contains(".SH DESCRIPTION"), "{page}");
        pages += 1;
    }
    assert_eq!(std::fs::read_dir(home.path().join("pages/man1")).expect("a folder").count(), pages);
    assert!(said.err.contains(&format!("{pages} pages in pages/man1")), "{said}");
    assert_eq!(home.run(&["man"]).out.trim_end(), home.read("pages/man1/sleeve.1").trim_end());
    home.write("file", "");
    let said = home.run(&["man", "file/man1"]);
    assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{said}");
}

#[test]
fn bash_completes_every_command_and_the_other_shells_have_scripts_too() {
    let home = Home::new();
    let bash = home.run(&["completions", "bash"]);
    assert_eq!((bash.code(), bash.err.as_str()), (Some(0), ""), "{bash}");
    for command in COMMANDS.iter().filter(|command| !command.is_empty()) {
        let name = [&["sleeve"], *command].concat().join("-").replace('-', "__subcmd__");
        assert!(bash.out.contains(&format!("{name})")), "{name}");
    }
    for shell in ["elvish", "fish", "powershell", "zsh"] {
        let script = home.run(&["completions", shell]);
        assert!(script.code() == Some(0) && script.out.contains("catalogue"), "{shell}");
    }
    assert_eq!(home.run(&["completions", "sh"]).code(), Some(2));
}

#[test]
fn a_broken_setting_keeps_neither_from_working() {
    let home = Home::new();
    home.write(".config/sleeve/config.toml", "[");
    for args in [&["completions", "bash"][..], &["man"]] {
        let said = home.end(home.command(args).env("CLIENT_ID", "half"));
        assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{said}");
    }
}
