//! Answers against an OpenAPI 3.0 description, less the disagreements that are known.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::sleeve::repository;

/// The variable that names the description. Without it there is nothing to compare with.
pub const VARIABLE: &str = "SLEEVE_OPENAPI";

/// A description, with `nullable` turned into what JSON Schema says for it.
#[derive(Debug)]
pub struct Description {
    document: Value,
}

/// One way in which answers of an operation differ from the description, wherever in an array it occurs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    pub operation: String,
    pub status: u16,
    /// A JSON pointer with `*` for every index.
    pub place: String,
    /// The keyword that is broken; after `required` the key that is missing.
    pub fault: String,
}

/// `known-disagreements.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// How many there are, so that one more is a decision.
    pub count: usize,
    #[serde(default)]
    pub disagreement: Vec<Explained>,
}

/// A disagreement and why it stays.
#[derive(Debug, Deserialize)]
pub struct Explained {
    #[serde(flatten)]
    pub what: Disagreement,
    /// In which answers it is to be seen: in all of these, and in no others.
    pub when: BTreeSet<When>,
    pub reason: String,
    /// Where the reason is known from.
    pub source: String,
}

/// Which answers there are, as far as members come and go with it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// To an app in extended mode that did not ask for a market.
    Extended,
    /// To an app in extended mode that asked for a market.
    InMarket,
    /// To an app in development mode.
    Development,
}

impl Description {
    /// The file that [`VARIABLE`] names; a file that cannot be read is a failure, no variable is `None`.
    pub fn from_environment() -> Option<Self> {
        let file = std::env::var_os(VARIABLE)?;
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{VARIABLE}={}: {error}", file.display()));
        let document = serde_norway::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Some(Self::new(document))
    }

    fn new(mut document: Value) -> Self {
        allow_null(&mut document);
        Self { document }
    }

    /// The schema of an operation's answer, or `None` where the description has no such status.
    pub fn schema(&self, operation: &str, status: u16) -> Option<Validator> {
        let responses = self.operation(operation)["responses"].as_object().expect("an operation has responses");
        let response = self.follow(responses.get(&status.to_string())?);
        let mut schema = response["content"]["application/json"]["schema"].clone();
        schema.as_object_mut()?.insert("components".to_owned(), self.document["components"].clone());
        Some(jsonschema::draft4::new(&schema).unwrap_or_else(|error| panic!("schema of {operation} {status}: {error}")))
    }

    fn operation(&self, id: &str) -> &Value {
        let paths = self.document["paths"].as_object().expect("a description has paths");
        let mut operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
        operations.find(|operation| operation["operationId"] == id).unwrap_or_else(|| panic!("no operation {id}"))
    }

    fn follow<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        let target = self.document.pointer(reference.trim_start_matches('#'));
        target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }
}

impl Disagreement {
    fn new(operation: &str, status: u16, error: &ValidationError<'_>) -> Self {
        let path = error.instance_path().as_str();
        let steps = path.split('/').map(|step| if step.parse::<usize>().is_ok() { "*" } else { step });
        let fault = match error.kind() {
            ValidationErrorKind::Required { property } => format!("required {}", property.as_str().unwrap_or_default()),
            kind => kind.keyword().to_owned(),
        };
        let place = steps.collect::<Vec<_>>().join("/");
        Self { operation: operation.to_owned(), status, place, fault }
    }
}

impl Known {
    pub fn read() -> Self {
        let file = repository().join("outside").join("known-disagreements.toml");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }
}

/// What was seen to differ, and when, each with the first answer that showed it.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<Disagreement, (BTreeSet<When>, String)>);

impl Seen {
    /// Compares one answer; `example` names it.
    pub fn compare(
        &mut self,
        schema: &Validator,
        (operation, status): (&str, u16),
        when: When,
        body: &Value,
        example: &str,
    ) {
        for error in schema.iter_errors(body) {
            let what = Disagreement::new(operation, status, &error);
            let seen = self.0.entry(what).or_insert_with(|| (BTreeSet::new(), format!("{example}: {error}")));
            seen.0.insert(when);
        }
    }

    /// What is wrong between the list and the truth: new ones, vanished ones, a wrong count, missing reasons.
    pub fn against(&self, known: &Known) -> Vec<String> {
        let listed: Vec<&Disagreement> = known.disagreement.iter().map(|explained| &explained.what).collect();
        let new = self.0.iter().filter(|(what, _)| !listed.contains(what));
        let mut wrong: Vec<String> =
            new.map(|(what, (when, example))| format!("not listed: {what:?}, {when:?}, at {example}")).collect();
        for Explained { what, when, reason, source } in &known.disagreement {
            match self.0.get(what) {
                None => wrong.push(format!("listed, but does not occur any more: {what:?}")),
                Some((seen, example)) if seen != when => {
                    wrong.push(format!("listed for {when:?}, but seen for {seen:?}: {what:?} at {example}"));
                }
                Some(_) => {}
            }
            if reason.trim().is_empty() || source.trim().is_empty() {
                wrong.push(format!("no reason or no source: {what:?}"));
            }
        }
        if known.count != listed.len() {
            wrong.push(format!("the list says count = {}, but has {}", known.count, listed.len()));
        }
        wrong
    }
}

/// OpenAPI 3.0 says `nullable: true` where JSON Schema adds `null` to the types.
fn allow_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        Value::Object(object) => {
            object.values_mut().for_each(allow_null);
            if object.get("nullable") == Some(&Value::Bool(true)) {
                object.remove("nullable");
                if let Some(Value::String(one)) = object.get("type").cloned() {
                    object.insert("type".to_owned(), json!([one, "null"]));
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Description, Disagreement, Explained, Known, Seen, When};
    use serde_json::{Value, json};

    fn description() -> Description {
        Description::new(json!({
            "paths": {"/things/{id}": {"get": {
                "operationId": "get-thing",
                "responses": {"200": {"$ref": "#/components/responses/Thing"}},
            }}},
            "components": {
                "responses": {"Thing": {"content": {"application/json": {"schema": {
                    "$ref": "#/components/schemas/Thing",
                }}}}},
                "schemas": {"Thing": {"type": "object", "required": ["parts"], "properties": {
                    "parts": {"type": "array", "items": {"type": "string", "nullable": true}},
                }}},
            },
        }))
    }

    fn seen(body: &Value) -> Seen {
        let mut seen = Seen::default();
        let schema = description().schema("get-thing", 200).expect("documented");
        seen.compare(&schema, ("get-thing", 200), When::Extended, body, "a thing");
        seen
    }

    fn what(place: &str, fault: &str) -> Disagreement {
        Disagreement { operation: "get-thing".into(), status: 200, place: place.into(), fault: fault.into() }
    }

    #[test]
    fn nullable_allows_null_and_nothing_else() {
        assert_eq!(seen(&json!({"parts": ["a", null]})).0.len(), 0);
        let wrong: Vec<_> = seen(&json!({"parts": ["a", 1, 2]})).0.into_keys().collect();
        assert_eq!(wrong, [what("/parts/*", "type")]);
    }

    #[test]
    fn a_status_that_is_not_described_has_no_schema() {
        assert!(description().schema("get-thing", 404).is_none());
    }

    #[test]
    fn the_list_must_be_complete_counted_and_current() {
        let listed = |fault: &str, count, when, source: &str| Known {
            count,
            disagreement: vec![Explained {
                what: what("", fault),
                when: [when].into(),
                reason: "they say so".into(),
                source: source.into(),
            }],
        };
        let seen = seen(&json!({}));
        let (here, there) = (When::Extended, When::Development);
        assert!(seen.against(&listed("required parts", 1, here, "them")).is_empty());
        assert_eq!(seen.against(&listed("required parts", 2, here, "them")).len(), 1);
        assert_eq!(seen.against(&listed("required parts", 1, there, "them")).len(), 1);
        assert_eq!(seen.against(&listed("required parts", 1, here, "")).len(), 1);
        assert_eq!(seen.against(&listed("required other", 1, here, "them")).len(), 2);
    }
}
