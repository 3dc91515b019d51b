//! How a person can be reached: an e-mail address, or a mobile number of any country.
//!
//! Used by `server` (`contact`, `message`) and `store`. The decision that matters: a contact has one canonical
//! form, whatever capitals, widths and spaces were typed, and in whichever script the domain was, so that the same
//! person types the same contact twice, and mail servers that know no other script than the Latin one take it;
//! and it can be shown masked, so that whoever looks after the messages need not read it.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::phone::{Phone, PhoneError};

/// The longest address that can be mailed to, in bytes (RFC 5321, section 4.5.3.1.3, without its brackets).
const MAX_ADDRESS: usize = 254;

/// By which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Mail,
    /// Text message to a mobile telephone.
    Text,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Text];

    /// The name that the database and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Text => "text",
        }
    }

    /// The channel of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == name)
    }
}

/// An address or a number, in its canonical form. Personal: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Contact {
    /// An e-mail address, in small letters, its domain in A-labels (RFC 5890).
    Mail(String),
    /// A telephone number.
    Text(Phone),
}

/// Why a text is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Nothing was typed.
    #[error("expected an e-mail address or a mobile number")]
    Empty,
    /// There is an `@`, but it is not an address that can be mailed to.
    #[error("expected an e-mail address such as name@example.org")]
    Mail,
    /// There is none, and it is not a number.
    #[error(transparent)]
    Phone(PhoneError),
}

impl ContactError {
    /// The stable machine code of this error, the key of its words in each language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "contact.empty",
            Self::Mail => "contact.mail",
            Self::Phone(error) => error.code(),
        }
    }
}

impl Contact {
    /// By which way it is reached.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Text(_) => Channel::Text,
        }
    }

    /// The canonical form: what a blind index is made of, and where a message is sent to.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(address) => address,
            Self::Text(phone) => phone.as_str(),
        }
    }

    /// As its owner would write it.
    pub fn shown(&self) -> String {
        match self {
            Self::Mail(address) => match address.rsplit_once('@') {
                Some((local, domain)) => format!("{local}@{}", idna::domain_to_unicode(domain).0),
                None => address.clone(),
            },
            Self::Text(phone) => phone.grouped(),
        }
    }

    /// Enough to tell one row from another, not enough to reach anybody: `a•••@e•••.org`, `+44•••78`.
    pub fn masked(&self) -> String {
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        match self {
            Self::Mail(address) => {
                let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
                let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
                format!("{}•••@{}•••.{top}", first(local), first(name))
            }
            Self::Text(phone) => {
                let all = phone.as_str();
                format!("{}•••{}", &all[..3], &all[all.len() - 2..])
            }
        }
    }
}

impl FromStr for Contact {
    type Err = ContactError;

    /// Whatever has an `@` in it is an address. Full-width forms and white space around it do not matter.
    fn from_str(text: &str) -> Result<Self, ContactError> {
        let text: String = text.trim().nfkc().collect();
        if text.is_empty() {
            return Err(ContactError::Empty);
        }
        if !text.contains('@') {
            return text.parse().map(Self::Text).map_err(ContactError::Phone);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(ContactError::Mail)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| ContactError::Mail)?;
        let address = format!("{}@{domain}", local.to_lowercase());
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        let plain = !address.contains(|c: char| c == '"' || c.is_whitespace() || c.is_control());
        if address.len() > MAX_ADDRESS
            || !plain
            || EmailAddress::parse_with_options(&address, options).is_err()
        {
            return Err(ContactError::Mail);
        }
        Ok(Self::Mail(address))
    }
}

impl TryFrom<String> for Contact {
    type Error = ContactError;

    fn try_from(text: String) -> Result<Self, ContactError> {
        text.parse()
    }
}

impl From<Contact> for String {
    fn from(contact: Contact) -> Self {
        match contact {
            Contact::Mail(address) => address,
            Contact::Text(phone) => phone.into(),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.channel().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_contact_has_one_form_however_it_is_typed() {
        for (typed, expected) in [
            (" Anna.Eriksson@Example.ORG ", Ok("anna.eriksson@example.org")),
            ("anna＠example.org", Ok("anna@example.org")),
            ("anna+codes@mail.example.co.uk", Ok("anna+codes@mail.example.co.uk")),
            ("用户@例子.中国", Ok("用户@xn--fsqu00a.xn--fiqs8s")),
            ("Anna@BÜCHER。example", Ok("anna@xn--bcher-kva.example")),
            ("anna@xn--bcher-kva.example", Ok("anna@xn--bcher-kva.example")),
            ("+44 7512 345678", Ok("+447512345678")),
            ("138 0013 8000", Ok("+8613800138000")),
            ("+44 07512 345678", Err("phone.trunk_zero")),
            ("07512 345678", Err("phone.country_code")),
            ("", Err("contact.empty")),
            ("  ", Err("contact.empty")),
            ("anna@example", Err("contact.mail")),
            ("anna@", Err("contact.mail")),
            ("@example.org", Err("contact.mail")),
            ("a b@example.org", Err("contact.mail")),
            ("\"a b\"@example.org", Err("contact.mail")),
            ("anna@[192.0.2.1]", Err("contact.mail")),
            ("Anna <anna@example.org>", Err("contact.mail")),
            ("anna@example.org\r\nBcc: x@example.org", Err("contact.mail")),
            ("anna@example.org,berta@example.org", Err("contact.mail")),
        ] {
            let read = typed.parse::<Contact>();
            assert_eq!(read.as_ref().map(Contact::as_str).map_err(|e| e.code()), expected, "{typed:?}");
        }
        assert_eq!(format!("{}@example.org", "a".repeat(250)).parse::<Contact>(), Err(ContactError::Mail));
    }

    #[test]
    fn masked_and_debugged_it_reaches_nobody() {
        let contact = |text: &str| text.parse::<Contact>().unwrap();
        assert_eq!(contact("anna@example.co.uk").masked(), "a•••@e•••.uk");
        assert_eq!(contact("+447512345678").masked(), "+44•••78");
        assert_eq!(contact("+447512345678").shown(), "+44 7512 345678");
        assert_eq!(contact("anna@bücher.example").shown(), "anna@bücher.example");
        assert_eq!(format!("{:?}", contact("anna@example.org")), "Contact(mail)");
    }
}
