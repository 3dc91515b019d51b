//! What an answer of "verify code" says, reduced to what an inspector may see.
//!
//! Everything is looked up in the mapping table; what it does not know is [`Unavailable::Malformed`]. Name, date
//! and number go no further than this file: initials, day and month, and four characters come out of it.

use credential::{BirthDay, Seconds};
use documents::{PartialDate, PersonName};
use serde_json::{Map, Value};

use super::port::{Answer, Standing, Unavailable};
use super::table::{ResultCode, Table};
use crate::checkpoint::inspect::Items;
use crate::pass::identity::initials;

/// The return code under `name`.
pub fn result(table: &Table, answer: &Map<String, Value>, name: &str) -> Result<ResultCode, Unavailable> {
    table.results.get(text(answer, name)?).copied().ok_or(Unavailable::Malformed)
}

/// The answer on a code that the platform knows.
pub fn read(table: &Table, answer: &Map<String, Value>, now: Seconds) -> Result<Answer, Unavailable> {
    let names = &table.verify;
    let until = answer.get(&names.valid_until).and_then(Value::as_u64).ok_or(Unavailable::Malformed)?;
    if now >= until {
        return Ok(Answer { standing: Standing::Expired, items: None });
    }
    let colour = table.colours.get(text(answer, &names.colour)?).copied().ok_or(Unavailable::Malformed)?;
    Ok(Answer { standing: Standing::Colour(colour), items: Some(items(table, answer)?) })
}

fn items(table: &Table, answer: &Map<String, Value>) -> Result<Items, Unavailable> {
    let names = &table.verify;
    let document = table.documents.get(text(answer, &names.document_kind)?).ok_or(Unavailable::Malformed)?;
    let birth: PartialDate = text(answer, &names.birth_date)?.parse().map_err(|_| Unavailable::Malformed)?;
    Ok(Items {
        initials: initials(&name(text(answer, &names.name)?).ok_or(Unavailable::Malformed)?),
        birth: BirthDay { day: birth.day().unwrap_or(0), month: birth.month().unwrap_or(0) },
        document: document.kind(),
        last_four: Some(last_four(text(answer, &names.document_number)?).ok_or(Unavailable::Malformed)?),
    })
}

/// `FAMILY, GIVEN`, or one name alone.
fn name(text: &str) -> Option<PersonName> {
    let (family, given) = text.split_once(',').unwrap_or((text, ""));
    PersonName::new(family.trim(), given.trim()).ok()
}

fn last_four(number: &str) -> Option<String> {
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let start = number.len().saturating_sub(4);
    (plain && !number.is_empty()).then(|| number[start..].to_owned())
}

fn text<'a>(answer: &'a Map<String, Value>, name: &str) -> Result<&'a str, Unavailable> {
    answer.get(name).and_then(Value::as_str).ok_or(Unavailable::Malformed)
}

#[cfg(test)]
mod tests {
    use credential::{DocumentKind, Reason};
    use serde_json::json;

    use super::*;

    const NOW: Seconds = 1_795_435_200;

    fn known() -> Value {
        json!({
            "result": "0000", "codeState": "00", "validUntil": NOW + 60, "personName": "QUOKKA, BRUNHILDE ILSE",
            "birthDate": "1971-02-03", "documentType": "20", "documentNumber": "U8888AB12",
        })
    }

    fn reading(change: impl FnOnce(&mut Value)) -> Result<Answer, Unavailable> {
        let mut answer = known();
        change(&mut answer);
        let Value::Object(answer) = answer else { panic!("an object") };
        read(&Table::reference(), &answer, NOW)
    }

    #[test]
    fn of_a_person_four_items_come_out() {
        let items = reading(|_| ()).unwrap().items.unwrap();
        assert_eq!((items.initials.as_str(), items.birth), ("BIQ", BirthDay { day: 3, month: 2 }));
        assert_eq!(
            (items.document, items.last_four.as_deref()),
            (Some(DocumentKind::Passport), Some("AB12"))
        );
        let chinese = reading(|answer| answer["personName"] = json!("王小明")).unwrap().items.unwrap();
        assert_eq!(chinese.initials, "王**");
        let card = reading(|answer| answer["documentType"] = json!("10")).unwrap().items.unwrap();
        assert_eq!(card.document, None);
    }

    #[test]
    fn each_colour_is_mapped_to_a_row_of_the_verdict_and_to_nothing_else() {
        for (colour, reason) in [
            ("00", None),
            ("01", Some(Reason::Yellow)),
            ("10", Some(Reason::Red)),
            ("99", Some(Reason::NoColour)),
        ] {
            let answer = reading(|answer| answer["codeState"] = json!(colour)).unwrap();
            assert_eq!(answer.standing.reason(), reason, "{colour}");
        }
    }

    #[test]
    fn a_code_at_its_end_has_expired_and_says_nothing_of_anybody() {
        let ended = reading(|answer| answer["validUntil"] = json!(NOW)).unwrap();
        assert_eq!((ended.standing, ended.items), (Standing::Expired, None));
    }

    #[test]
    fn what_the_table_does_not_know_is_no_answer() {
        let changes = [
            ("codeState", json!("02")),
            ("codeState", json!(0)),
            ("codeState", json!("green")),
            ("validUntil", json!("soon")),
            ("validUntil", json!(-1)),
            ("personName", json!("")),
            ("personName", json!(["A"])),
            ("birthDate", json!("03/02/1971")),
            ("documentType", json!("99")),
            ("documentNumber", json!("")),
            ("documentNumber", json!("ab\u{1F600}12")),
            ("documentNumber", json!(null)),
        ];
        for (name, value) in changes {
            let read = reading(|answer| answer[name] = value.clone());
            assert_eq!(read, Err(Unavailable::Malformed), "{name} {value}");
        }
        for name in ["codeState", "validUntil", "personName", "birthDate", "documentType", "documentNumber"] {
            let read = reading(|answer| drop(answer.as_object_mut().unwrap().remove(name)));
            assert_eq!(read, Err(Unavailable::Malformed), "{name}");
        }
        let Value::Object(answer) = json!({"result": "4711"}) else { panic!("an object") };
        assert_eq!(result(&Table::reference(), &answer, "result"), Err(Unavailable::Malformed));
    }
}
