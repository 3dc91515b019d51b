//! Signs a pass and writes it under a place of its own in a status list.

use credential::{Colour, DeviceKey, IssueError, MAX_ENTRIES, PassClaims, Seconds, StatusRef};
use domain::Timestamp;
use domain::declaration;
use domain::id::kind::{DecisionId, DeviceSessionId, HolderId};
use store::rows::pass::NewPass;
use store::{StoreError, Tx, call};

use super::identity::Identity;
use super::lists::{self, uri};
use crate::App;

/// What a new pass is made of.
pub(super) struct Order<'a> {
    pub holder: HolderId,
    pub device: DeviceSessionId,
    pub decision: DecisionId,
    pub colour: declaration::Colour,
    pub identity: &'a Identity,
    pub key: Option<DeviceKey>,
    /// The day that it is for, if it is fetched ahead.
    pub for_day: Option<i64>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Why a pass was not written.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A claim is outside its limits, or the key failed.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// Far more indexes are taken than were counted.
    #[error("no free index was found in the status list")]
    NoRoom,
}

/// In a list that is half full so many draws fail by chance once in 2^64 times.
const DRAWS: u32 = 64;

/// Signs and writes. The list is one of the pass's last day; a list is used until it is half full, so that a
/// draw mostly succeeds and an index tells nothing of when it was drawn.
pub(super) async fn place(tx: &mut Tx, app: &App, order: &Order<'_>) -> Result<NewPass, PlaceError> {
    place_among(tx, app, order, MAX_ENTRIES, MAX_ENTRIES / 2).await
}

async fn place_among(
    tx: &mut Tx,
    app: &App,
    order: &Order<'_>,
    entries: u32,
    full: u32,
) -> Result<NewPass, PlaceError> {
    // Days in Shanghai: a list is of the passes that end on one.
    let (day, now) = (order.expires_at.day(), app.now());
    let list = call!(tx, status::open(day, full, now, &app.entropy.bytes()))?;
    let decoys = lists::decoys(tx, app, list).await?;
    let uri = uri(app, list);
    let mut new = NewPass {
        id: app.new_id(),
        cti: app.entropy.bytes(),
        holder: order.holder,
        decision: order.decision,
        device: order.device,
        device_key: order.key.map(|key| key.compressed()),
        for_day: order.for_day,
        list,
        index: 0,
        signed: Vec::new(),
        issued_at: order.issued_at,
        expires_at: order.expires_at,
    };
    for _ in 0..DRAWS {
        let drawn = app.entropy.below(u64::from(entries));
        new.index = u32::try_from(drawn).expect("below 2^20");
        if decoys.contain(new.index) {
            continue;
        }
        new.signed = claims(app, order, &new, &uri).issue(&**app.signers.signing().signer())?;
        if call!(tx, pass::insert(&new))? {
            if app.entropy.below(u64::from(store::rows::pass::COUNTED)) == 0 {
                call!(tx, status::count(list, store::rows::pass::COUNTED))?;
            }
            return Ok(new);
        }
    }
    Err(PlaceError::NoRoom)
}

fn claims<'a>(app: &'a App, order: &'a Order<'_>, new: &NewPass, uri: &'a str) -> PassClaims<'a> {
    PassClaims {
        issuer: app.signers.name(),
        expires: seconds(order.expires_at),
        issued: seconds(order.issued_at),
        id: new.cti,
        device: order.key,
        status: StatusRef { index: new.index, uri },
        colour: match order.colour {
            declaration::Colour::Green => Colour::Green,
            declaration::Colour::Yellow => Colour::Yellow,
            declaration::Colour::Red => Colour::Red,
            declaration::Colour::None => Colour::None,
        },
        initials: &order.identity.initials,
        birth: order.identity.birth,
        document: order.identity.document,
        last_four: &order.identity.last_four,
    }
}

/// Whole seconds since 1970, as passes carry times.
pub(super) fn seconds(at: Timestamp) -> Seconds {
    Seconds::try_from(at.seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use store::{call, transact};

    use super::*;
    use crate::pass::testing::{HEALTHY, phone};
    use crate::testing::TestServer;

    #[tokio::test]
    async fn no_index_is_given_twice_and_a_list_that_is_half_full_is_left() {
        let server = TestServer::start().await;
        let (app, phone) = (&server.app, phone(&server, &HEALTHY).await);
        let (holder, now) = (phone.holder, app.now());
        let (decision, document) = transact!(app.store, "test.read", StoreError, |tx| {
            Ok((call!(tx, decision::current(holder))?, call!(tx, holder::document(holder))?))
        })
        .unwrap();
        let order = Order {
            holder,
            device: phone.session,
            decision: decision.unwrap().id,
            colour: declaration::Colour::Green,
            identity: &Identity::of(&document.unwrap()),
            key: None,
            for_day: None,
            issued_at: now,
            expires_at: now.plus(std::time::Duration::from_mins(1)),
        };
        let one = async || {
            transact!(app.store, "test.place", PlaceError, |tx| {
                place_among(tx, app, &order, 8, 10_000).await
            })
        };
        let mut places = BTreeSet::new();
        for _ in 0..8 {
            let new = one().await.unwrap();
            assert!(places.insert((new.list, new.index)), "each place once");
        }
        let list = places.first().unwrap().0;
        assert_eq!(places, (0..8).map(|index| (list, index)).collect(), "all of a list can be used");
        assert!(matches!(one().await, Err(PlaceError::NoRoom)));
        transact!(app.store, "test.count", StoreError, |tx| { call!(tx, status::count(list, 10_000)) })
            .unwrap();
        assert_ne!(one().await.unwrap().list, list);
        server.stop().await;
    }
}
