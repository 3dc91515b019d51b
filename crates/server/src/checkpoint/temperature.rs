//! A reading as inspectors type it: one decimal, or three digits, from 34.0 to 43.0 °C; in °F where an F
//! stands behind it.

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
    if plain.is_empty() {
        return Ok(None);
    }
    let number = plain.trim_end_matches(['C', 'F', '°']);
    let fahrenheit = plain[number.len()..].ends_with('F');
    let (whole, tenth) = number.split_once('.').unwrap_or_else(|| in_tenths(number, fahrenheit));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(whole, 3) || !digits(tenth, 1) {
        return Err(BadReading::Form);
    }
    let tenths = format!("{whole}{tenth}").parse().map_err(|_| BadReading::Form)?;
    let reading = match &plain[number.len()..] {
        "" | "C" | "°C" | "°" => Temperature(tenths),
        "F" | "°F" => celsius(tenths),
        _ => return Err(BadReading::Form),
    };
    if (LOWEST..=HIGHEST).contains(&reading) { Ok(Some(reading)) } else { Err(BadReading::Range) }
}

/// Three digits are tenths, as fast thumbs type them: 366 is 36.6 °C, 991F is 99.1 °F. But 100 to 109 °F are degrees.
fn in_tenths(number: &str, fahrenheit: bool) -> (&str, &str) {
    let degrees = fahrenheit && number < "110";
    if number.len() != 3 || !number.is_ascii() || degrees { (number, "0") } else { number.split_at(2) }
}

/// The nearest tenth of a degree Celsius to tenths of a degree Fahrenheit.
fn celsius(fahrenheit: u16) -> Temperature {
    let tenths = (u32::from(fahrenheit).saturating_sub(320) * 10 + 9) / 18;
    Temperature(u16::try_from(tenths).unwrap_or(u16::MAX))
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        ',' | '，' | '．' | '。' => '.',
        'c' | 'Ｃ' | 'ｃ' | '℃' => 'C',
        'f' | 'Ｆ' | 'ｆ' | '℉' => 'F',
        'º' => '°',
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
            ("37,2℃", Ok(Some(Temperature(372)))),
            ("98.6 °F", Ok(Some(Temperature(370)))),
            ("99.1f", Ok(Some(Temperature(373)))),
            ("99.0 F", Ok(Some(Temperature(372)))),
            ("100℉", Ok(Some(Temperature(378)))),
            ("93.2F", Ok(Some(Temperature(340)))),
            ("109.4F", Ok(Some(Temperature(430)))),
            ("98.6", Err(BadReading::Range)),
            ("92.9F", Err(BadReading::Range)),
            ("12F", Err(BadReading::Range)),
            ("999.9F", Err(BadReading::Range)),
            ("98.6CF", Err(BadReading::Form)),
            ("34.0", Ok(Some(Temperature(340)))),
            ("43.0", Ok(Some(Temperature(430)))),
            ("33.9", Err(BadReading::Range)),
            ("43.1", Err(BadReading::Range)),
            ("366", Ok(Some(Temperature(366)))),
            ("３７３", Ok(Some(Temperature(373)))),
            ("366 °C", Ok(Some(Temperature(366)))),
            ("991F", Ok(Some(Temperature(373)))),
            ("109F", Ok(Some(Temperature(428)))),
            ("110F", Err(BadReading::Range)),
            ("739", Err(BadReading::Range)),
            ("3666", Err(BadReading::Form)),
            ("37.25", Err(BadReading::Form)),
            ("37.", Err(BadReading::Form)),
            ("F", Err(BadReading::Form)),
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
