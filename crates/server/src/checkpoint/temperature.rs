//! A reading as inspectors type it: one decimal, from 34.0 to 43.0 °C.

use credential::Temperature;

/// The lowest reading that is taken: below it the thermometer was not on a person.
pub const LOWEST: Temperature = Temperature(340);
/// The highest reading that is taken.
pub const HIGHEST: Temperature = Temperature(430);

/// Why a reading was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadReading {
    /// Not a number with at most one decimal.
    Form,
    /// Below [`LOWEST`] or above [`HIGHEST`].
    Range,
}

/// Reads what was typed; nothing typed is no reading. A comma, a full-width digit and a unit behind are all
/// fine; a second decimal is not, because rounding it would be our guess about the threshold.
pub fn read(typed: &str) -> Result<Option<Temperature>, BadReading> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    let number = plain.trim_end_matches(['℃', 'C', 'c', '°']);
    if number.is_empty() {
        return if plain.is_empty() { Ok(None) } else { Err(BadReading::Form) };
    }
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(whole, 3) || !digits(tenth, 1) {
        return Err(BadReading::Form);
    }
    let tenths = format!("{whole}{tenth}").parse().map_err(|_| BadReading::Form)?;
    let reading = Temperature(tenths);
    if (LOWEST..=HIGHEST).contains(&reading) { Ok(Some(reading)) } else { Err(BadReading::Range) }
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        ',' | '，' | '．' | '。' => '.',
        _ => c,
    }
}

/// The reading as people write it: `36.6`.
pub fn show(reading: Temperature) -> String {
    format!("{}.{}", reading.0 / 10, reading.0 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_taken_as_people_type_them_and_never_rounded() {
        for (typed, reading) in [
            ("", Ok(None)),
            ("  ", Ok(None)),
            ("36.6", Ok(Some(Temperature(366)))),
            ("36,6", Ok(Some(Temperature(366)))),
            ("３７．３", Ok(Some(Temperature(373)))),
            (" 37 ", Ok(Some(Temperature(370)))),
            ("37.2 °C", Ok(Some(Temperature(372)))),
            ("34.0", Ok(Some(Temperature(340)))),
            ("43.0", Ok(Some(Temperature(430)))),
            ("33.9", Err(BadReading::Range)),
            ("43.1", Err(BadReading::Range)),
            ("366", Err(BadReading::Range)),
            ("37.25", Err(BadReading::Form)),
            ("37.", Err(BadReading::Form)),
            (".5", Err(BadReading::Form)),
            ("°C", Err(BadReading::Form)),
            ("-36.6", Err(BadReading::Form)),
            ("1e2", Err(BadReading::Form)),
            ("thirty-seven", Err(BadReading::Form)),
        ] {
            assert_eq!(read(typed), reading, "{typed:?}");
        }
        assert_eq!(show(Temperature(370)), "37.0");
    }
}
