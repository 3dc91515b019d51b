//! Token Status List: the draft's example encodings, its tokens, and its vectors of 2^20 entries.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{MAX_ENTRIES, StatusList, StatusToken};
use serde_json::Value;

use crate::table::Suite;

/// Runs the suite.
pub fn run(folder: &Path) -> anyhow::Result<Suite> {
    let mut suite = Suite::new("Token Status List");
    let read = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| name.to_owned());
    for (name, bits) in [("status_list_encoding", 1), ("status_list_encoding2", 2)] {
        for form in ["json", "cbor"] {
            let file = format!("{name}_{form}.md");
            let text = read(&file)?;
            let list = list(&text)?;
            suite.equal(&file, &(list.bits(), list.as_bytes().to_vec()), &(bits, byte_array(&text)?));
        }
    }
    for (file, token) in [
        ("status_list_cwt.md", hex::decode(joined(&read("status_list_cwt.md")?))?),
        ("status_list_jwt_raw.md", joined(&read("status_list_jwt_raw.md")?).into_bytes()),
    ] {
        let token = StatusToken::parse(&token).map(|token| token.list().as_bytes().to_vec());
        suite.equal(file, &token, &Ok(vec![0xb9, 0xa3]));
    }
    vectors(folder, &read("draft-ietf-oauth-status-list.md")?, &mut suite)?;
    Ok(suite)
}

/// The section "Test vectors": `status[index] = 0b…` for each list that is included after it; all else is 0.
fn vectors(folder: &Path, draft: &str, suite: &mut Suite) -> anyhow::Result<()> {
    let start = draft.find("# Test vectors").context("the draft's test vectors")?;
    let mut wanted: Vec<(u32, u8)> = Vec::new();
    for line in draft[start..].lines().map(str::trim) {
        if let Some((index, value)) = line.strip_prefix("status[").and_then(|line| line.split_once(']')) {
            let value = value.trim_start_matches([' ', '=']).trim_start_matches("0b");
            wanted.push((index.parse()?, u8::from_str_radix(value, 2)?));
        } else if let Some(file) = line.strip_prefix("{::include examples/").and_then(|f| f.strip_suffix('}'))
        {
            let list = list(&fs::read_to_string(folder.join(file))?)?;
            suite.equal(format!("{file}: entries"), &list.entries(), &MAX_ENTRIES);
            let mut set: Vec<(u32, u8)> = (0..list.entries())
                .filter_map(|index| Some((index, list.get(index).ok()?)))
                .filter(|(_, value)| *value != 0)
                .collect();
            let mut expected: Vec<_> = wanted.iter().copied().filter(|(_, value)| *value != 0).collect();
            set.sort_unstable();
            expected.sort_unstable();
            suite.equal(format!("{file}: {} listed, no other is set", wanted.len()), &set, &expected);
            let listed = wanted.iter().all(|(index, value)| list.get(*index) == Ok(*value));
            suite.equal(format!("{file}: each listed"), &(listed, wanted.is_empty()), &(true, false));
        } else if line.starts_with("## ") {
            wanted.clear();
        }
    }
    Ok(())
}

/// The list in an example, after its introduction: JSON or hexadecimal CBOR.
fn list(text: &str) -> anyhow::Result<StatusList> {
    if let Some(start) = text.find('{') {
        let json: Value = serde_json::from_str(&joined(&text[start..]))?;
        let bits = u8::try_from(json["bits"].as_u64().context("bits")?)?;
        let packed = URL_SAFE_NO_PAD.decode(json["lst"].as_str().context("lst")?)?;
        return Ok(StatusList::decompress(bits, &packed)?);
    }
    let hex = text.split("encoded:").last().unwrap_or(text);
    let bytes = hex::decode(joined(hex))?;
    let mut decoder = minicbor::Decoder::new(&bytes);
    let (mut bits, mut packed) = (0, Vec::new());
    for _ in 0..decoder.map()?.context("a length")? {
        match decoder.str()? {
            "bits" => bits = decoder.u8()?,
            "lst" => packed = decoder.bytes()?.to_vec(),
            other => bail!("a member {other}"),
        }
    }
    Ok(StatusList::decompress(bits, &packed)?)
}

/// `byte_array = [0xb9, 0xa3]`
fn byte_array(text: &str) -> anyhow::Result<Vec<u8>> {
    let (_, rest) = text.split_once('[').context("byte_array")?;
    let (bytes, _) = rest.split_once(']').context("byte_array")?;
    let byte = |byte: &str| u8::from_str_radix(byte.trim().trim_start_matches("0x"), 16);
    Ok(bytes.split(',').map(byte).collect::<Result<_, _>>()?)
}

/// The text without the line breaks and spaces that printing put in.
fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}
