//! What was typed into the forms, good or not yet.

use sleeve_model::QuotaMode;

use super::fields::Fields;
use crate::apps::{App, DailyQuota, Draft, Limits, RateLimit, limit_or_off};

/// The content of the fields, as it stands in them.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) building: String,
    /// One a line.
    pub(super) redirect_uris: String,
    pub(super) website: String,
    pub(super) apis: Vec<String>,
    pub(super) rate_limit: String,
    pub(super) daily_quota: String,
    pub(super) quota_mode: String,
    pub(super) terms: bool,
}

/// What is wrong with it, by the names of the fields, in the order in which they stand.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(&'static str, String)>);

/// The fields in the order in which they stand, each with its part of the form.
const ORDER: [(&str, u8); 10] = [
    ("name", 1),
    ("description", 1),
    ("building", 1),
    ("redirect_uris", 2),
    ("website", 2),
    ("apis", 2),
    ("rate_limit", 2),
    ("daily_quota", 2),
    ("quota_mode", 3),
    ("terms", 3),
];

// === impl Typed ===

impl Typed {
    /// A form that nobody has typed into.
    pub(super) fn blank() -> Self {
        Self::of(&Draft::new("", ""))
    }

    /// The form of an app that is there.
    pub(super) fn of_app(app: &App) -> Self {
        Self::of(&app.draft)
    }

    fn of(draft: &Draft) -> Self {
        Self {
            name: draft.name.clone(),
            description: draft.description.clone(),
            building: draft.building.clone(),
            redirect_uris: draft.redirect_uris.join("\n"),
            website: draft.website.clone(),
            apis: draft.apis.clone(),
            rate_limit: draft.limits.rate.map_or_else(String::new, |limit| limit.to_string()),
            daily_quota: draft.limits.daily_quota.map_or_else(String::new, |quota| quota.to_string()),
            quota_mode: draft.quota_mode.to_string(),
            terms: false,
        }
    }

    /// The form as it was sent.
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name| fields.first(name).to_owned();
        let mut apis: Vec<String> = Vec::new();
        for api in fields.all("apis") {
            if !apis.iter().any(|known| known == api) {
                apis.push(api.to_owned());
            }
        }
        Self {
            name: text("name"),
            description: text("description"),
            building: text("building"),
            redirect_uris: text("redirect_uris"),
            website: text("website"),
            apis,
            rate_limit: text("rate_limit"),
            daily_quota: text("daily_quota"),
            quota_mode: text("quota_mode"),
            terms: !fields.first("terms").is_empty(),
        }
    }

    /// What it says of an app. A quota mode or a limit that is none is a problem of its own; see [`Typed::problems`].
    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft {
            name: self.name.clone(),
            description: self.description.clone(),
            building: self.building.clone(),
            website: self.website.clone(),
            redirect_uris: self.redirect_uris.lines().map(str::to_owned).collect(),
            apis: self.apis.clone(),
            quota_mode: self.quota_mode.parse().unwrap_or(QuotaMode::Extended),
            limits: Limits {
                rate: limit_or_off(&self.rate_limit).unwrap_or_default(),
                daily_quota: limit_or_off(&self.daily_quota).unwrap_or_default(),
            },
        };
        draft.tidy();
        draft
    }

    /// What is wrong: what an edit would say, and the two fields that only *Create app* has.
    pub(super) fn problems(&self) -> Problems {
        let mut problems = self.edit_problems().0;
        if let Err(error) = self.quota_mode.parse::<QuotaMode>() {
            problems.push(("quota_mode", sentence(&error.to_string())));
        }
        if !self.terms {
            problems.push(("terms", "Tick this to create the app".to_owned()));
        }
        Problems(problems).in_order()
    }

    /// What is wrong by the registry's rules, and limits that cannot be read.
    pub(super) fn edit_problems(&self) -> Problems {
        let problems = self.draft().problems().into_iter();
        let mut problems: Vec<_> =
            problems.map(|problem| (problem.field.as_str(), sentence(&problem.message))).collect();
        if let Err(error) = limit_or_off::<RateLimit>(&self.rate_limit) {
            problems.push(("rate_limit", sentence(&error.to_string())));
        }
        if let Err(error) = limit_or_off::<DailyQuota>(&self.daily_quota) {
            problems.push(("daily_quota", sentence(&error.to_string())));
        }
        Problems(problems).in_order()
    }

    /// Whether an API is ticked.
    pub(super) fn names(&self, api: &str) -> bool {
        self.apis.iter().any(|known| known == api)
    }

    /// The ticked APIs by their titles, as a person lists them.
    pub(super) fn api_titles(&self) -> String {
        api_titles(&self.apis)
    }
}

/// APIs by their titles, as a person lists them.
pub(super) fn api_titles(apis: &[String]) -> String {
    let known = Draft::APIS.iter().filter(|(word, _)| apis.iter().any(|api| api == word));
    known.map(|(_, title)| *title).collect::<Vec<_>>().join(", ")
}

/// A message as it stands in a page: with a capital, unless it starts with what was typed.
fn sentence(message: &str) -> String {
    let first_word = message.split(' ').next().unwrap_or_default();
    if !first_word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return message.to_owned();
    }
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

// === impl Problems ===

impl Problems {
    fn in_order(mut self) -> Self {
        self.0.sort_by_key(|(name, _)| ORDER.iter().position(|(known, _)| known == name));
        self
    }

    /// Those of the first part, up to `last`, that has any; and which part that is.
    pub(super) fn of_first_part(self, last: u8) -> Option<(u8, Self)> {
        let part = |name: &str| ORDER.iter().find(|(known, _)| *known == name).map_or(1, |(_, part)| *part);
        let first = self.0.iter().map(|(name, _)| part(name)).min().filter(|first| *first <= last)?;
        Some((first, Self(self.0.into_iter().filter(|(name, _)| part(name) == first).collect())))
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Those of one field.
    pub(super) fn at(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| *known == name).map(|(_, message)| message.as_str()).collect()
    }

    /// Whether the focus belongs on this field: the first one with a problem.
    pub(super) fn start_at(&self, name: &str) -> bool {
        self.0.first().is_some_and(|(first, _)| *first == name)
    }
}
