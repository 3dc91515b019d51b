//! What of a foreign credential's holder is kept for the inspector: never more than a pass of ours says.

use crate::claims::BirthDay;

/// The most bytes that initials have, as in a pass.
const INITIALS: usize = 16;

/// The first letter of each word of the names, in capitals and in the order given, up to 16 bytes.
pub(super) fn initials<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut initials = String::new();
    let words = names.into_iter().flat_map(str::split_whitespace);
    for letter in words.filter_map(|word| word.chars().find(|c| c.is_alphanumeric())) {
        let length = initials.len();
        initials.extend(letter.to_uppercase());
        if initials.len() > INITIALS {
            initials.truncate(length);
            break;
        }
    }
    initials
}

/// Day and month of an ISO 8601 date, each 0 where it is not stated: `1990`, `1990-08`, `1990-08-31`.
pub(super) fn birth_day(date: &str) -> Option<BirthDay> {
    let mut parts = date.split('-');
    let mut number = |digits: usize, most: u8| match parts.next() {
        None => Some(0),
        Some(part) if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) => {
            if digits == 4 {
                Some(0)
            } else {
                part.parse().ok().filter(|value| (1..=most).contains(value))
            }
        }
        Some(_) => None,
    };
    number(4, 0)?;
    let (month, day) = (number(2, 12)?, number(2, 31)?);
    parts.next().is_none().then_some(BirthDay { day, month })
}

/// The last four letters and digits of a document's number, in capitals.
pub(super) fn last_four(number: &str) -> Option<String> {
    let plain: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let last: String = plain.iter().rev().take(4).rev().map(char::to_ascii_uppercase).collect();
    (!last.is_empty()).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_follow_the_order_given() {
        assert_eq!(initials(["Eriksson", "Anna Maria"]), "EAM");
        assert_eq!(initials(["CITIZEN  JANE SUE"]), "CJS");
        assert_eq!(initials(["d'Arc", "'Jeanne", "-", ""]), "DJ");
        assert_eq!(initials(["张 三"]), "张三");
        assert_eq!(initials(["张 ".repeat(50).as_str()]), "张".repeat(5), "never more than 16 bytes");
    }

    #[test]
    fn birth_days_may_be_in_part() {
        let day = |day, month| Some(BirthDay { day, month });
        assert_eq!(birth_day("1990-08-31"), day(31, 8));
        assert_eq!(birth_day("1990-08"), day(0, 8));
        assert_eq!(birth_day("1990"), day(0, 0));
        for bad in ["", "1990-13-01", "1990-00-01", "1990-8-1", "90-08-31", "1990-08-32", "1990-08-31-1", "x"]
        {
            assert_eq!(birth_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_end_in_four_characters() {
        assert_eq!(last_four("a1234567z").as_deref(), Some("567Z"));
        assert_eq!(last_four("12-3").as_deref(), Some("123"));
        assert_eq!(last_four("<<<"), None);
    }
}
