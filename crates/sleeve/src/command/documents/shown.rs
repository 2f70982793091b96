//! How documents are shown: as they came, as some of their members, as a table or a card.

use anyhow::{Result, bail};
use serde_json::{Map, Value};
use sleeve_client::model::Kind;

use crate::args::Documents;
use crate::command::columns;
use crate::exit::Usage;
use crate::field::{Field, text};
use crate::terminal::{Terminal, counted};

/// Where documents go.
pub(super) struct Shown<'a> {
    terminal: &'a Terminal,
    kind: Kind,
    fields: Vec<Field>,
    /// The fields that no document had so far.
    unseen: Vec<Field>,
    form: Form,
    count: u64,
}

enum Form {
    Json,
    /// A table needs all rows to know its widths.
    Table(Vec<Vec<String>>),
    Card,
}

/// The members that documents of these kinds are known to have, in either quota mode, with a market or without.
const TRACK: &str = "album artists available_markets disc_number duration_ms explicit external_ids external_urls href id \
    is_local is_playable linked_from name popularity preview_url restrictions track_number type uri";
const ALBUM: &str = "album_group album_type artists available_markets copyrights external_ids external_urls genres href id \
    images is_playable label name popularity release_date release_date_precision restrictions total_tracks tracks type uri";
const ARTIST: &str = "external_urls followers genres href id images name popularity type uri";

impl<'a> Shown<'a> {
    /// # Errors
    /// [`Usage`] for a field that such documents do not have: better before a call than after ten thousand.
    pub(super) fn new(kind: Kind, args: &Documents, terminal: &'a Terminal) -> Result<Self> {
        let known = match kind {
            Kind::Album => ALBUM,
            Kind::Artist => ARTIST,
            _ => TRACK,
        };
        for field in &args.fields {
            let first = field.first();
            if !known.split_whitespace().any(|name| name == first) {
                let known = known.split_whitespace().collect::<Vec<_>>().join(", ");
                bail!(Usage(format!("--fields: no {kind} has a member `{first}`; there are {known}")));
            }
        }
        let is_one = matches!(args.ids.as_slice(), [one] if one != "-");
        let form = match (args.table, is_one) {
            (false, _) => Form::Json,
            (true, true) => Form::Card,
            (true, false) => Form::Table(Vec::new()),
        };
        let fields = args.fields.clone();
        Ok(Self { terminal, kind, unseen: fields.clone(), fields, form, count: 0 })
    }

    /// Shows a document, or takes it up for the table.
    pub(super) fn show(&mut self, json: &str) -> Result<()> {
        self.count += 1;
        if self.fields.is_empty() && matches!(self.form, Form::Json) {
            return Ok(self.terminal.document(json)?);
        }
        let document: Value = serde_json::from_str(json)?;
        let values: Vec<_> = self.fields.iter().map(|field| field.of(&document)).collect();
        self.unseen
            .retain(|unseen| !self.fields.iter().zip(&values).any(|(field, value)| field == unseen && value.is_some()));
        let values: Vec<_> = values.into_iter().map(Option::unwrap_or_default).collect();
        let noun = self.kind.as_str();
        match &mut self.form {
            Form::Json => {
                let names = self.fields.iter().map(|field| field.path().to_owned());
                let members: Map<_, _> = names.zip(values).collect();
                self.terminal.document(&Value::from(members).to_string())?;
            }
            Form::Table(rows) if self.fields.is_empty() => rows.push(columns::row(columns::of(noun), &document)),
            Form::Table(rows) => rows.push(values.iter().map(text).collect()),
            Form::Card if self.fields.is_empty() => self.card(&document)?,
            Form::Card => {
                let names = self.fields.iter().map(Field::path);
                let lines: Vec<_> = names.zip(values.iter().map(text)).collect();
                self.terminal.card(&lines)?;
            }
        }
        Ok(())
    }

    /// Everything about one document, an album with its tracks.
    fn card(&self, document: &Value) -> Result<()> {
        let columns = columns::card_of(self.kind.as_str());
        let lines = columns::headings(columns).into_iter().zip(columns::row(columns, document));
        let lines: Vec<_> = lines.filter(|(_, text)| !text.is_empty()).collect();
        self.terminal.card(&lines)?;
        let tracks = document["tracks"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !tracks.is_empty() {
            let rows: Vec<_> = tracks.iter().map(|track| columns::row(columns::ON_ALBUM, track)).collect();
            self.terminal.line("")?;
            self.terminal.table(&columns::headings(columns::ON_ALBUM), &rows)?;
            let total = document["tracks"]["total"].as_u64().unwrap_or_default();
            if total > rows.len() as u64 {
                let all = "`sleeve call get-an-albums-tracks id=… --all` has all of them";
                self.terminal.note(&format!("{} of {}; {all}", rows.len(), counted(total, "track")));
            }
        }
        Ok(())
    }

    /// Shows what is left to be shown.
    pub(super) fn finish(&mut self) -> Result<()> {
        if let Form::Table(rows) = &mut self.form
            && !rows.is_empty()
        {
            let rows = std::mem::take(rows);
            match self.fields.is_empty() {
                true => self.terminal.table(&columns::headings(columns::of(self.kind.as_str())), &rows)?,
                false => self.terminal.table(&self.fields.iter().map(Field::path).collect::<Vec<_>>(), &rows)?,
            }
        }
        if self.count > 0 && !self.unseen.is_empty() {
            let unseen: Vec<_> =
                std::mem::take(&mut self.unseen).iter().map(|field| format!("`{}`", field.path())).collect();
            self.terminal.note(&format!("--fields: {} is in none of what came", unseen.join(", ")));
        }
        Ok(())
    }
}
