//! One answer, or all pages of one.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::Value;
use serde_json::value::RawValue;
use sleeve_client::endpoints::table::Entry;
use sleeve_client::{Answer, Kind};

use crate::exit::Exit;
use crate::service::Service;
use crate::terminal::Terminal;

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
        let operation = self.entry.spec.operation;
        let first = self.get(target).await?;
        let pages = || self.service.client.fetch_pages::<Box<RawValue>>(operation, target);
        if is_page(&first.document) {
            return follow_one(pages().starting_with(serde_json::from_str(first.json())?), terminal).await;
        }
        let mut exit = Exit::Well;
        let names = first.document.as_object().into_iter().flatten().filter(|(_, page)| is_page(page));
        let texts: HashMap<String, &RawValue> = serde_json::from_str(first.json())?;
        for (name, _) in names {
            let page = serde_json::from_str(texts[name].get())?;
            let ended = follow_one(pages().within(name).starting_with(page), terminal).await?;
            exit = if exit == Exit::Well { ended } else { exit };
        }
        Ok(exit)
    }
}

/// Prints the items of pages as they came.
async fn follow_one(pages: sleeve_client::Pages<Box<RawValue>>, terminal: &Terminal) -> Result<Exit> {
    let mut items = pages.items();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => terminal.document(item.get())?,
            Err(error) if error.kind() == Kind::Astray => {
                terminal.problem(&error.to_string());
                return Ok(Exit::SomeFailed);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Exit::Well)
}

fn is_page(value: &Value) -> bool {
    value.get("items").is_some_and(Value::is_array) && value.get("next").is_some()
}
