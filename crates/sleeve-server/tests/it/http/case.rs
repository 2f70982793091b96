//! Reads cases from text.

/// A case: what is sent, and what must come back.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The requests, sent in one go.
    pub(crate) requests: Vec<Message>,
    pub(crate) answers: Vec<Expected>,
}

/// The lines of a head, and a body.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) head: Vec<String>,
    pub(crate) body: String,
}

#[derive(Debug)]
pub(crate) enum Expected {
    Answer(Answer),
    Closed,
}

/// What an answer must be.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// It answers a HEAD: no body follows.
    pub(crate) to_head: bool,
    pub(crate) form: Form,
    /// Headers: `name: value`, `!name` (must be absent), `@set`.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// How a body is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Exact,
    Json,
    Prefix,
    Gzip,
}

/// The cases of a text. What is not well formed is the author's mistake: a panic says where.
pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for block in text.split("\n### ").skip(1) {
        let (name, rest) = block.split_once('\n').expect("a case has more lines than its name");
        let mut sections = rest.split("\n=== ");
        let requests = sections.next().expect("a first section").split("\n>>>\n").map(message).collect();
        let answers: Vec<_> = sections.map(|section| expected(name, section)).collect();
        assert!(!answers.is_empty(), "{name}: nothing is expected");
        cases.push(Case { name: name.to_owned(), requests, answers });
    }
    assert!(!cases.is_empty(), "a file without cases");
    cases
}

fn message(text: &str) -> Message {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    Message { head: head.lines().map(str::to_owned).collect(), body: body.trim_end_matches('\n').to_owned() }
}

fn expected(name: &str, text: &str) -> Expected {
    let Message { head, body } = message(text);
    let (first, headers) = head.split_first().expect("an expectation has a first line");
    let mut words = first.split_whitespace();
    let status = words.next().unwrap_or_default();
    if status == "closed" {
        return Expected::Closed;
    }
    let status = status.parse().unwrap_or_else(|_| panic!("{name}: `{status}` is no status"));
    let mut answer = Answer { status, to_head: false, form: Form::Exact, headers: headers.to_vec(), body };
    for word in words {
        match word {
            "head" => answer.to_head = true,
            "json" => answer.form = Form::Json,
            "prefix" => answer.form = Form::Prefix,
            "gzip" => answer.form = Form::Gzip,
            _ => panic!("{name}: `{word}` means nothing here"),
        }
    }
    Expected::Answer(answer)
}
