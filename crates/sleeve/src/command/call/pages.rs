//! One answer, or all pages of one.

use std::collections::HashMap;
use std::pin::pin;

use anyhow::Result;
use serde_json::Value;
use serde_json::value::RawValue;
use sleeve_client::endpoints::table::Entry;
use sleeve_client::{Answer, Kind};

use crate::command::interruption;
use crate::exit::Exit;
use crate::service::Service;
use crate::terminal::{Done, Progress, Terminal, counted};

/// Calls of an operation.
pub(crate) struct Pages<'a> {
    pub(crate) service: &'a Service,
    pub(crate) entry: &'static Entry,
}

impl Pages<'_> {
    /// One answer.
    pub(crate) async fn get(&self, target: &str) -> Result<Answer<Value>> {
        Ok(self.service.client.fetch(self.entry.spec.operation, target).await?)
    }

    /// Prints one answer.
    pub(super) async fn print(&self, target: &str, terminal: &Terminal) -> Result<Exit> {
        terminal.document(self.get(target).await?.json())?;
        Ok(Exit::Well)
    }

    /// Prints the items of an answer's pages, an item a line, and those of the pages behind them: where there are
    /// several (a search for several types) each in turn.
    pub(super) async fn follow(&self, target: &str, terminal: &Terminal) -> Result<Exit> {
        let mut interrupted = pin!(interruption()?);
        let mut walk =
            Walk { pages: self, terminal, progress: Progress::new(*terminal), count: 0, list: List::default() };
        tokio::select! {
            exit = walk.follow(target) => exit,
            () = &mut interrupted => {
                terminal.problem(&walk.stopped());
                Ok(Exit::Later)
            }
        }
    }
}

/// A walk from page to page.
struct Walk<'a> {
    pages: &'a Pages<'a>,
    terminal: &'a Terminal,
    progress: Progress,
    /// How many items are printed.
    count: u64,
    list: List,
}

/// The list whose items are being printed.
#[derive(Default)]
struct List {
    /// The member in which its pages come, where there are several lists.
    name: Option<String>,
    /// The place of the item to be printed next.
    offset: u64,
}

impl Walk<'_> {
    async fn follow(&mut self, target: &str) -> Result<Exit> {
        let operation = self.pages.entry.spec.operation;
        let client = &self.pages.service.client;
        let first = self.pages.get(target).await?;
        let pages = || client.fetch_pages::<Box<RawValue>>(operation, target);
        if is_page(&first.document) {
            let pages = pages().starting_with(serde_json::from_str(first.json())?);
            return self.print(List { name: None, offset: offset(&first.document) }, pages).await;
        }
        let mut exit = Exit::Well;
        let lists = first.document.as_object().into_iter().flatten().filter(|(_, page)| is_page(page));
        let texts: HashMap<String, &RawValue> = serde_json::from_str(first.json())?;
        for (name, page) in lists {
            let pages = pages().within(name).starting_with(serde_json::from_str(texts[name].get())?);
            let ended = self.print(List { name: Some(name.clone()), offset: offset(page) }, pages).await?;
            exit = if exit == Exit::Well { ended } else { exit };
        }
        Ok(exit)
    }

    /// Prints the items of pages as they came.
    async fn print(&mut self, list: List, pages: sleeve_client::Pages<Box<RawValue>>) -> Result<Exit> {
        self.list = list;
        let mut exit = Exit::Well;
        let mut items = pages.items();
        while let Some(item) = items.next().await {
            match item {
                Ok(item) => {
                    self.terminal.document(item.get())?;
                    if !item.get().starts_with('{') {
                        self.terminal.problem(&format!("item {} is printed as it came: no object", self.list.offset));
                        exit = Exit::SomeFailed;
                    }
                }
                Err(error) if error.kind() == Kind::Astray => {
                    self.terminal.problem(&error.to_string());
                    return Ok(Exit::SomeFailed);
                }
                Err(error) => return Err(error.into()),
            }
            self.count += 1;
            self.list.offset += 1;
            let part = items.total().map(|total| self.list.offset as f64 / f64::from(total));
            self.progress.say(self.pages.entry.spec.operation, Done { count: self.count, noun: "items", part });
        }
        let passed_over = u64::from(items.total().unwrap_or_default()).saturating_sub(self.list.offset);
        // What a search finds is an estimate, and ends before all of it has come.
        if passed_over > 0 && self.pages.entry.spec.page.is_some_and(|page| page.reach.is_none()) {
            let missing = counted(passed_over, "item");
            self.terminal
                .note(&format!("{missing} fewer than the list says it has; those that are null are passed over"));
        }
        Ok(exit)
    }

    /// How far it came, and how to go on.
    fn stopped(&self) -> String {
        let after = counted(self.count, "item");
        let among = self.list.name.as_ref().map(|name| format!(" among the {name}")).unwrap_or_default();
        match self.count {
            0 => format!("interrupted after {after}; run it again from the beginning"),
            _ => format!("interrupted after {after}; go on with offset={}{among}", self.list.offset),
        }
    }
}

fn is_page(value: &Value) -> bool {
    value.get("items").is_some_and(Value::is_array) && value.get("next").is_some()
}

/// The place of a page's first item.
fn offset(page: &Value) -> u64 {
    page["offset"].as_u64().unwrap_or_default()
}
