//! Codes that people read aloud and type: characters that are hard to confuse, the last one a check.

use crate::Entropy;

/// The 31 characters that are hard to confuse: no 0 and O, no 1, I and L. That their number is prime is
/// what lets one weighted check character catch every wrong character and every swap of two.
pub(crate) const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const PRIME: u32 = 31;

/// `N` characters, each a place in [`ALPHABET`]; at most 30, so that no weight is zero.
pub(crate) type Digits<const N: usize> = [u8; N];

/// Random characters and their check character.
pub(crate) fn draw<const N: usize>(entropy: &dyn Entropy) -> Digits<N> {
    let mut digits = [0; N];
    for digit in &mut digits[..N - 1] {
        *digit = u8::try_from(entropy.below(u64::from(PRIME))).expect("below 31");
    }
    checked(digits)
}

/// The same with the last character made to fit: the sum weighted N, N - 1 … 1 is divisible by 31.
pub(crate) fn checked<const N: usize>(mut digits: Digits<N>) -> Digits<N> {
    digits[N - 1] = 0;
    digits[N - 1] = u8::try_from((PRIME - weighted(&digits)) % PRIME).expect("below 31");
    digits
}

/// Whether the check character fits.
pub(crate) fn fits<const N: usize>(digits: &Digits<N>) -> bool {
    weighted(digits) == 0
}

fn weighted<const N: usize>(digits: &Digits<N>) -> u32 {
    const { assert!(N < PRIME as usize, "no weight is zero") };
    digits.iter().zip(1_u32..).fold(0, |sum, (digit, place)| {
        let weight = u32::try_from(N).expect("at most 30") + 1 - place;
        (sum + u32::from(*digit) * weight) % PRIME
    })
}

/// As it is typed: capitals, without spaces and hyphens.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// The places of `N` characters; `None` where one is not of the alphabet, or their number differs.
pub(crate) fn read<const N: usize>(text: &str) -> Option<Digits<N>> {
    let mut digits = [0; N];
    let mut characters = text.chars();
    for digit in &mut digits {
        let c = characters.next()?;
        let place = ALPHABET.iter().position(|a| char::from(*a) == c)?;
        *digit = u8::try_from(place).expect("below 31");
    }
    characters.next().is_none().then_some(digits)
}

/// The characters.
pub(crate) fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect()
}
