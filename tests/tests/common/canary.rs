//! Looks for what must stand nowhere in the clear.

use blackbox::{Place, Server};
use sqlx::{Connection as _, Row as _};

use super::{COUNTY, PHONE, Person, STREET};

/// Everything that tells who these people are, in capitals.
fn words(people: &[Person]) -> Vec<String> {
    let each = |p: &Person| [p.number.to_owned(), p.family.to_owned(), p.given.to_owned(), p.birth_date()];
    let common = [STREET, COUNTY, &PHONE[3..]].map(str::to_owned);
    people.iter().flat_map(each).chain(common).map(|word| word.to_ascii_uppercase()).collect()
}

fn assert_clean(bytes: &[u8], words: &[String], place: &str) {
    let text = bytes.to_ascii_uppercase();
    for word in words {
        let found = text.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!found, "{word} stands in {place}");
    }
}

/// What the server tells anybody, and somebody with a phone of their own, holds nothing of these people.
pub async fn strangers_learn_nothing(server: &Server, people: &[Person]) {
    let stranger = server.browser();
    let start = stranger.get("/apply").await;
    stranger.submit(&start, "/apply", &[]).await;
    let words = words(people);
    let paths = [
        "/",
        "/healthz",
        "/readyz",
        "/figures",
        "/application",
        "/my-code",
        "/my-code/print",
        "/apply/check",
    ];
    let more =
        ["/review", "/filing", "/staff", "/audit/accesses", "/check", "/nothing", "/api/v1/filings/search"];
    for path in paths.into_iter().chain(more) {
        assert_clean(stranger.get(path).await.html.as_bytes(), &words, path);
    }
}

/// Neither log nor database nor anything else that is kept holds a name, a number, an address or a telephone.
/// Gives how many bytes were searched.
pub async fn nothing_personal_is_left(place: &Place, people: &[Person]) -> usize {
    nothing_stands_anywhere(place, &words(people)).await
}

/// Neither log nor database nor anything else that is kept holds one of these words, which are in capitals.
pub async fn nothing_stands_anywhere(place: &Place, words: &[String]) -> usize {
    let mut searched = 0;
    for entry in std::fs::read_dir(place.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "csv") {
            continue; // keys; and what this test wrote itself
        }
        let bytes = std::fs::read(&path).unwrap();
        searched += bytes.len();
        assert_clean(&bytes, words, &path.display().to_string());
    }
    let database =
        if let Some(address) = place.database() { search_postgres(address, words).await } else { 0 };
    assert!(searched > 1000, "there is a log to search");
    assert!(place.database().is_none() || database > 1000, "there is a database to search");
    searched + database
}

/// Every column of every table, texts and bytes as they are.
async fn search_postgres(address: &str, words: &[String]) -> usize {
    const COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text \
                           FROM information_schema.columns WHERE table_schema = 'public'";
    let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
    let columns = sqlx::query(COLUMNS).fetch_all(&mut connection).await.unwrap();
    let mut searched = 0;
    for column in columns {
        let [table, column, kind] = [0, 1, 2].map(|at| column.get::<String, _>(at));
        let bytes = match kind.as_str() {
            "bytea" => format!("\"{column}\""),
            _ => format!("convert_to(\"{column}\"::text, 'UTF8')"),
        };
        let query = format!("SELECT {bytes} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        for row in rows {
            let bytes: Vec<u8> = row.get(0);
            searched += bytes.len();
            assert_clean(&bytes, words, &format!("{table}.{column}"));
        }
    }
    searched
}
