//! One answer, or all pages of one.

use std::collections::HashSet;

use anyhow::Result;
use serde_json::Value;
use sleeve_client::Answer;
use sleeve_client::endpoints::table::Entry;

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
        let mut first = self.get(target).await?.document;
        if is_page(&first) {
            return self.follow_one(first, None, target, terminal).await;
        }
        let mut exit = Exit::Well;
        let names: Vec<_> = first.as_object().into_iter().flatten().filter(|(_, page)| is_page(page)).collect();
        let names: Vec<_> = names.into_iter().map(|(name, _)| name.clone()).collect();
        for name in names {
            let page = first[&name].take();
            let ended = self.follow_one(page, Some(&name), target, terminal).await?;
            exit = if exit == Exit::Well { ended } else { exit };
        }
        Ok(exit)
    }

    /// Follows one page; `name`: the member in which those behind it come.
    async fn follow_one(&self, mut page: Value, name: Option<&str>, target: &str, terminal: &Terminal) -> Result<Exit> {
        let mut seen = HashSet::from([target.to_owned()]);
        loop {
            let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            for item in items {
                terminal.document(&item.to_string())?;
            }
            let Some(next) = page["next"].as_str() else { return Ok(Exit::Well) };
            let leave = |why: &str| {
                terminal.problem(&format!("the next page is said to be {next}, which {why}; there may be more items"));
                Ok(Exit::SomeFailed)
            };
            let Some(next) = self.service.client.target_of(next) else { return leave("is not the same service") };
            if items.is_empty() || !seen.insert(next.to_owned()) {
                return leave("leads round in a circle");
            }
            let mut document = self.get(next).await?.document;
            page = match name {
                Some(name) => document.get_mut(name).map(Value::take).unwrap_or_default(),
                None => document,
            };
        }
    }
}

fn is_page(value: &Value) -> bool {
    value.get("items").is_some_and(Value::is_array) && value.get("next").is_some()
}
