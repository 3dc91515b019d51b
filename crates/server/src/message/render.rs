//! From sealed facts to words: subject, plain text and HTML of an e-mail, or the few words of a text message.

use askama::Template;
use domain::Timestamp;
use domain::contact::{Channel, Contact};
use domain::id::kind::OutboxId;
use store::rows::outbox::{MessageContent, MessageKind};

use crate::Settings;
use crate::words::{Language, MISSING, Words};

/// A message as it is sent. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its row: the same for every try, so that a receiver can tell a repetition.
    pub id: OutboxId,
    /// To whom.
    pub to: Contact,
    /// BCP 47 tag of its language.
    pub language: &'static str,
    /// The subject of an e-mail; empty in a text message.
    pub subject: String,
    /// The whole text.
    pub text: String,
    /// The same as HTML; empty in a text message.
    pub html: String,
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rendered({})", self.id)
    }
}

/// Who writes: what stands in every message.
#[derive(Debug, Clone, Copy)]
pub struct Letterhead<'a> {
    /// Where people reach the service, without a trailing slash.
    pub origin: &'a str,
    /// The telephone number for questions.
    pub hotline: &'a str,
}

impl<'a> From<&'a Settings> for Letterhead<'a> {
    fn from(settings: &'a Settings) -> Self {
        Self { origin: &settings.public_origin, hotline: &settings.hotline }
    }
}

/// A word is missing, or the message was written by a program that had others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot be written in words")]
pub struct Unwritable;

/// The HTML of an e-mail.
#[derive(Template)]
#[template(path = "message/mail.html")]
struct Mail<'a> {
    words: Words,
    subject: &'a str,
    body: &'a str,
    /// The one-time code, large; empty in other messages.
    code: &'a str,
    /// Where it leads; empty where it leads nowhere.
    link: &'a str,
    link_words: String,
    foot: String,
}

/// Where a message leads to. A one-time code leads back to the page that asked for it, which is open already.
const fn path(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::OneTimeCode => "",
        MessageKind::ReportsOverdue => "/reports",
        MessageKind::Issued
        | MessageKind::Ending
        | MessageKind::ColourChanged
        | MessageKind::SecondApplication
        | MessageKind::VisitOpened => "/my-code",
        MessageKind::AppealAnswered => "/my-code/why",
        MessageKind::Received
        | MessageKind::NeedsInformation
        | MessageKind::Refused
        | MessageKind::Overdue
        | MessageKind::Moved
        | MessageKind::ContactChanged => "/application",
    }
}

/// Writes a message in words.
pub fn render(
    from: Letterhead<'_>,
    id: OutboxId,
    kind: MessageKind,
    content: &MessageContent,
) -> Result<Rendered, Unwritable> {
    let language = Language::from_tag(&content.language).unwrap_or_default();
    let words = Words(language);
    let base = format!("message-{}", kind.as_str().replace('_', "-"));
    let facts = facts(from, words, content);
    let link = match path(kind) {
        "" => String::new(),
        path => format!("{}{path}", from.origin),
    };
    let rendered = match content.to.channel() {
        Channel::Text => {
            let short = words.with(&format!("{base}-text"), &facts);
            let text = if link.is_empty() { short } else { format!("{short} {link}") };
            Rendered { text, ..empty(id, content, language) }
        }
        Channel::Mail => mail(from, words, &base, &facts, &link, empty(id, content, language))?,
    };
    if [&rendered.subject, &rendered.text, &rendered.html].iter().any(|part| part.contains(MISSING)) {
        return Err(Unwritable);
    }
    Ok(rendered)
}

fn empty(id: OutboxId, content: &MessageContent, language: Language) -> Rendered {
    let (subject, text, html) = (String::new(), String::new(), String::new());
    Rendered { id, to: content.to.clone(), language: language.tag(), subject, text, html }
}

fn facts(from: Letterhead<'_>, words: Words, content: &MessageContent) -> [(&'static str, String); 4] {
    let at = content.at.map(|micros| words.date_time(Timestamp::from_micros(micros)));
    [
        ("reference", content.reference.clone().unwrap_or_default()),
        ("at", at.unwrap_or_default()),
        ("code", content.code.clone().unwrap_or_default()),
        ("hotline", from.hotline.to_owned()),
    ]
}

fn mail(
    from: Letterhead<'_>,
    words: Words,
    base: &str,
    facts: &[(&'static str, String)],
    link: &str,
    empty: Rendered,
) -> Result<Rendered, Unwritable> {
    let subject = words.with(&format!("{base}-subject"), facts);
    let body = words.with(base, facts);
    let code = facts.iter().find(|(name, _)| *name == "code").map_or("", |(_, code)| code);
    let link_words = words.t("message-open");
    let foot = words.t1("message-foot", "hotline", from.hotline);
    let mut text = format!("{body}\n\n");
    if !link.is_empty() {
        text.push_str(&words.t1("message-open-text", "link", link));
        text.push_str("\n\n");
    }
    text.push_str("-- \n");
    text.push_str(&foot);
    text.push('\n');
    let html = Mail { words, subject: &subject, body: &body, code, link, link_words, foot };
    let html = html.render().map_err(|_| Unwritable)?;
    Ok(Rendered { subject, text, html, ..empty })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(to: &str, language: Language) -> MessageContent {
        MessageContent {
            to: to.parse().unwrap(),
            language: language.tag().to_owned(),
            reference: Some("HB-7K3M-92QD".to_owned()),
            at: Some(1_795_501_200_000_000),
            code: Some("042719".to_owned()),
        }
    }

    #[test]
    fn every_message_has_its_words_in_every_language_and_a_text_message_is_short() {
        let settings = Settings::for_tests();
        let id = OutboxId::from_i64(1);
        for (kind, language) in MessageKind::EVERY.iter().flat_map(|kind| Language::ALL.map(|l| (*kind, l))) {
            let mail = render((&settings).into(), id, kind, &content("anna@example.org", language)).unwrap();
            assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{kind:?}");
            assert!(mail.html.contains(&format!("lang=\"{}\"", language.tag())), "{kind:?}");
            let text =
                render((&settings).into(), id, kind, &content("+447512345678", language)).unwrap().text;
            // Two parts of a text message: 2 × 67 characters in UTF-16, 2 × 153 in the Latin alphabet (3GPP 23.038).
            let most = if language == Language::En { 306 } else { 134 };
            assert!(text.chars().count() <= most, "{} characters: {text}", text.chars().count());
            for part in [&mail.subject, &mail.text, &mail.html, &text] {
                let lower = part.to_lowercase();
                for word in
                    ["fever", "symptom", "red", "yellow", "green", "发烧", "症状", "红码", "黄码", "绿码"]
                {
                    assert!(
                        !lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == word),
                        "{word} in {part}"
                    );
                }
            }
            if kind == MessageKind::OneTimeCode {
                assert!(mail.text.contains("042719") && text.contains("042719"));
                assert!(
                    !mail.subject.contains("042719"),
                    "subjects are shown on locked screens and kept in logs"
                );
            } else {
                assert!(!mail.text.contains("042719") && text.contains("http://127.0.0.1:8080/"));
            }
        }
    }

    #[test]
    fn what_people_are_called_cannot_break_the_html() {
        let mut strange = content("anna@example.org", Language::En);
        strange.reference = Some("<script>".to_owned());
        let mail =
            render((&Settings::for_tests()).into(), OutboxId::from_i64(1), MessageKind::Received, &strange)
                .unwrap();
        assert!(!mail.html.contains("<script>"), "{}", mail.html);
    }
}
