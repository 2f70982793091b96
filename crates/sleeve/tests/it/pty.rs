//! A program at a terminal of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::harness::PATIENCE;

/// A program whose input and output are a terminal.
pub(crate) struct Pty {
    pub(crate) child: Child,
    master: OwnedFd,
    output: Receiver<Vec<u8>>,
    shown: Vec<u8>,
}

impl Pty {
    /// Starts the program at a terminal that is so wide.
    pub(crate) fn start(command: &mut Command, columns: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("a terminal");
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&master, size).expect("a size");
        let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("text");
        let open = || OpenOptions::new().read(true).write(true).open(&name).expect("a terminal");
        let child = command.stdin(open()).stdout(open()).stderr(open()).spawn().expect("the program starts");
        // The command holds the terminal open until it is dropped or told otherwise.
        command
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let mut reader = File::from(master.try_clone().expect("a handle"));
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut part = [0; 4096];
            // It ends with an error when nobody holds the terminal any more.
            while let Ok(count @ 1..) = reader.read(&mut part) {
                if sender.send(part[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, master, output, shown: Vec::new() }
    }

    /// Waits until a text is shown.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.shown().contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(part) => self.shown.extend(part),
                Err(error) => panic!("`{text}` is not shown ({error}): {}", self.shown()),
            }
        }
    }

    /// Types a text.
    pub(crate) fn type_text(&mut self, text: &str) {
        let mut master = File::from(self.master.try_clone().expect("a handle"));
        master.write_all(text.as_bytes()).expect("it is read");
    }

    /// Whether what is typed is shown.
    pub(crate) fn echoes(&self) -> bool {
        tcgetattr(&self.master).expect("a terminal").local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for the end: how it ended, and everything that was shown.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        while let Ok(part) = self.output.recv_timeout(PATIENCE) {
            self.shown.extend(part);
        }
        (status, self.shown())
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown).replace("\r\n", "\n")
    }
}
