//! The bounded cache of finished answers, behind the gate. Without it every answer has the same bytes.

use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use sleeve_model::QuotaMode;

use super::Base;
use super::wire::Finished;

/// How many bytes of finished answers are kept.
const BYTES: u64 = 8 * 1024 * 1024;

/// About how many answers that is.
const ANSWERS: usize = 2_048;

/// What stands before the asking app's id in an answer, which may be escaped there.
const CID: &str = "?cid=";

/// Finished answers by what was asked.
#[derive(Debug)]
pub(super) struct Kept(Option<Cache<Question<Box<str>>, Found, Weight>>);

/// Everything that decides the bytes of an answer: what is not in here, no answer may depend on.
///
/// Asked with borrowed texts, so that finding an answer needs no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question<S> {
    /// Who asks: only where the answer holds the app's id, as links to previews do.
    client_id: Option<S>,
    quota_mode: QuotaMode,
    at: Instant,
    scheme: &'static str,
    host: S,
    path: S,
    query: S,
}

/// When it was asked, as far as answers depend on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Instant {
    /// Which catalogue answers.
    pub(super) generation: u64,
    /// Days since 1970.
    pub(super) day: u64,
}

/// What is known of a question.
#[derive(Clone, Debug)]
enum Found {
    Answer(Arc<Finished>),
    /// Every app gets another answer: ask again with its id.
    DiffersByApp,
}

#[derive(Clone, Debug)]
struct Weight;

// === impl Kept ===

impl Kept {
    /// An empty cache, or one that stays empty.
    pub(super) fn new(keep: bool) -> Self {
        Self(keep.then(|| Cache::with_weighter(ANSWERS, BYTES, Weight)))
    }

    /// The answer to an app's question, where it is known.
    pub(super) fn find(&self, question: &Question<&str>, client_id: &str) -> Option<Arc<Finished>> {
        let answers = self.0.as_ref()?;
        match answers.get(question)? {
            Found::Answer(finished) => Some(finished),
            Found::DiffersByApp => match answers.get(&question.of_app(client_id))? {
                Found::Answer(finished) => Some(finished),
                Found::DiffersByApp => None,
            },
        }
    }

    /// Keeps the answer to an app's question.
    pub(super) fn keep(&self, question: &Question<&str>, client_id: &str, finished: &Arc<Finished>) {
        let Some(answers) = &self.0 else { return };
        let answer = Found::Answer(finished.clone());
        if finished.says(CID) {
            answers.insert(question.of_app(client_id).kept(), answer);
            answers.insert(question.kept(), Found::DiffersByApp);
        } else {
            answers.insert(question.kept(), answer);
        }
    }
}

// === impl Question ===

impl<'a> Question<&'a str> {
    pub(super) fn new(quota_mode: QuotaMode, at: Instant, base: Base<'a>, path: &'a str, query: &'a str) -> Self {
        Self { client_id: None, quota_mode, at, scheme: base.scheme, host: base.host, path, query }
    }

    fn of_app(self, client_id: &'a str) -> Self {
        Self { client_id: Some(client_id), ..self }
    }

    fn kept(self) -> Question<Box<str>> {
        let Self { client_id, quota_mode, at, scheme, host, path, query } = self;
        let client_id = client_id.map(Box::from);
        Question { client_id, quota_mode, at, scheme, host: host.into(), path: path.into(), query: query.into() }
    }
}

impl Equivalent<Question<Box<str>>> for Question<&str> {
    fn equivalent(&self, kept: &Question<Box<str>>) -> bool {
        let Question { client_id, quota_mode, at, scheme, host, path, query } = kept;
        let (client_id, quota_mode, at) = (client_id.as_deref(), *quota_mode, *at);
        *self == Question { client_id, quota_mode, at, scheme, host, path, query }
    }
}

impl Weighter<Question<Box<str>>, Found> for Weight {
    fn weight(&self, question: &Question<Box<str>>, found: &Found) -> u64 {
        let Question { client_id, host, path, query, .. } = question;
        let texts = client_id.as_ref().map_or(0, |id| id.len()) + host.len() + path.len() + query.len();
        let answer = match found {
            Found::Answer(finished) => finished.weight(),
            Found::DiffersByApp => 0,
        };
        (texts + answer + 256) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use sleeve_endpoints::Cache;
    use sleeve_model::QuotaMode;

    use super::super::Base;
    use super::super::wire::Finished;
    use super::{Instant, Kept, Question};

    const AT: Instant = Instant { generation: 7, day: 7 };

    fn question<'a>(mode: QuotaMode, host: &'a str, path: &'a str, query: &'a str) -> Question<&'a str> {
        Question::new(mode, AT, Base { scheme: "http", host }, path, query)
    }

    fn answer(body: &'static str) -> Arc<Finished> {
        Arc::new(Finished::new(Bytes::from_static(body.as_bytes()), Cache::Private))
    }

    #[test]
    fn an_answer_is_every_apps_unless_it_holds_the_id_of_one() {
        let kept = Kept::new(true);
        let (plain, linked) =
            (question(QuotaMode::Extended, "x", "/a", ""), question(QuotaMode::Extended, "x", "/b", ""));
        kept.keep(&plain, "one", &answer("{}"));
        assert!(kept.find(&plain, "one").is_some() && kept.find(&plain, "two").is_some());
        let ours = answer(r#"{"preview_url":"https://p.scdn.co/mp3-preview/0?cid=one"}"#);
        kept.keep(&linked, "one", &ours);
        assert!(kept.find(&linked, "one").is_some_and(|found| Arc::ptr_eq(&found, &ours)));
        assert!(kept.find(&linked, "two").is_none());
        kept.keep(&linked, "t w", &answer(r#"{"preview_url":"https://p.scdn.co/mp3-preview/0?cid=t%20w"}"#));
        assert!(kept.find(&linked, "t w").is_some_and(|found| found.says("t%20w")));
        assert!(kept.find(&linked, "one").is_some_and(|found| found.says("one")));
    }

    #[test]
    fn whatever_else_is_asked_is_another_question() {
        let kept = Kept::new(true);
        kept.keep(&question(QuotaMode::Extended, "x", "/a", "market=SE"), "one", &answer("{}"));
        for other in [
            question(QuotaMode::Development, "x", "/a", "market=SE"),
            question(QuotaMode::Extended, "y", "/a", "market=SE"),
            question(QuotaMode::Extended, "x", "/b", "market=SE"),
            question(QuotaMode::Extended, "x", "/a", "market=GB"),
            question(QuotaMode::Extended, "x", "/amarket=SE", ""),
            Question { at: Instant { generation: 8, ..AT }, ..question(QuotaMode::Extended, "x", "/a", "market=SE") },
            Question { at: Instant { day: 8, ..AT }, ..question(QuotaMode::Extended, "x", "/a", "market=SE") },
            Question { scheme: "https", ..question(QuotaMode::Extended, "x", "/a", "market=SE") },
        ] {
            assert!(kept.find(&other, "one").is_none(), "{other:?}");
        }
        let none = Kept::new(false);
        none.keep(&question(QuotaMode::Extended, "x", "/a", ""), "one", &answer("{}"));
        assert!(none.find(&question(QuotaMode::Extended, "x", "/a", ""), "one").is_none());
    }
}
