//! Row ids: 63 bits, ordered by the time they were made, with one type for each kind of row.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Entropy, Timestamp};

/// The id of one row of kind `T`. Shown as 16 hexadecimal digits. Never a secret and never a permission:
/// whoever presents one must still be allowed to see the row.
pub struct Id<T>(i64, PhantomData<fn() -> T>);

/// Makes ids: microseconds since 2020 in the upper 51 bits, 12 random bits below. Ids of one process
/// always rise, so new rows land at the end of their table; two processes that draw the same id in the
/// same microsecond meet the primary key: the transaction fails whole. Whoever writes rows by the thousand
/// (the import) then draws again.
#[derive(Debug, Default)]
pub struct IdSource(AtomicI64);

const EPOCH_2020: i64 = 1_577_836_800_000_000;
const RANDOM_BITS: u32 = 12;

impl IdSource {
    /// The next id, at `now`.
    pub fn next<T>(&self, now: Timestamp, entropy: &dyn Entropy) -> Id<T> {
        let noise = i64::from(u16::from_le_bytes(entropy.bytes()) & ((1 << RANDOM_BITS) - 1));
        let wanted = ((now.micros() - EPOCH_2020).max(1) << RANDOM_BITS) | noise;
        let before = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(wanted.max(last + 1)))
            .expect("the update always gives a value");
        Id::from_i64(wanted.max(before + 1))
    }
}

impl<T> Id<T> {
    /// From the number that the database stores.
    pub const fn from_i64(value: i64) -> Self {
        Self(value, PhantomData)
    }

    /// The number that the database stores.
    pub const fn as_i64(self) -> i64 {
        self.0
    }
}

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 16 hexadecimal digits")]
pub struct NotAnId;

impl<T> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let plain = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !plain {
            return Err(NotAnId);
        }
        i64::from_str_radix(text, 16).map(Self::from_i64).map_err(|_| NotAnId)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Kinds of rows, as types for [`Id`].
pub mod kind {
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident / $alias:ident;)*) => {
            $($(#[$doc])* #[derive(Debug)] pub enum $name {}
              $(#[$doc])* pub type $alias = super::Id<$name>;)*
        };
    }
    kinds! {
        /// One record of the register: a filing, or a permit record.
        Filing / FilingId;
        /// One superseded version of a filing.
        Revision / RevisionId;
        /// One run of a CSV import.
        ImportBatch / ImportBatchId;
        /// One application.
        Application / ApplicationId;
        /// One thing that happened to an application.
        ApplicationEvent / ApplicationEventId;
        /// One holder.
        Holder / HolderId;
        /// One declaration of a holder or applicant.
        Declaration / DeclarationId;
        /// One colour decision.
        Decision / DecisionId;
        /// One leaf of the log.
        LogLeaf / LogLeafId;
        /// One device session (a phone's cookie).
        DeviceSession / DeviceSessionId;
        /// One member of staff.
        Staff / StaffId;
        /// One unit: the office that staff belong to.
        Unit / UnitId;
        /// One sign-in of a member of staff.
        StaffSession / StaffSessionId;
        /// One machine client of the API.
        ApiClient / ApiClientId;
        /// One row of the record of who opened whose data.
        Access / AccessId;
        /// One photo that an applicant sent.
        Photo / PhotoId;
        /// One pass, live or printed.
        Pass / PassId;
        /// One short code that a phone was given.
        ShortCode / ShortCodeId;
        /// One way to reach a person.
        Contact / ContactId;
        /// One one-time code that was sent to a contact.
        ContactCode / ContactCodeId;
        /// One message on its way.
        Outbox / OutboxId;
        /// One notice shown to a holder on their phone.
        Notice / NoticeId;
        /// One consent of a parent or guardian.
        GuardianConsent / GuardianConsentId;
        /// One partner: the operator of an application that uses the API.
        Partner / PartnerId;
        /// One key of a partner.
        PartnerKey / PartnerKeyId;
        /// What one person was asked to allow one partner, and, once allowed, the grant.
        Grant / GrantId;
        /// One trip that a holder declared.
        Trip / TripId;
        /// One visit of a person at a service desk.
        DeskVisit / DeskVisitId;
        /// One checkpoint.
        Checkpoint / CheckpointId;
        /// One device that inspectors use.
        InspectorDevice / InspectorDeviceId;
        /// One item of a device that came back with other content.
        OutboxConflict / OutboxConflictId;
        /// One thing at checkpoints that an administrator should look at.
        CheckpointFlag / CheckpointFlagId;
        /// One report of an abnormal temperature.
        TemperatureReport / TemperatureReportId;
        /// One thing that happened to a report.
        ReportEvent / ReportEventId;
        /// One dated fact that a colour may rest on.
        Evidence / EvidenceId;
        /// One piece of evidence, or one taking back, that somebody of another unit is to look at.
        EvidenceProposal / EvidenceProposalId;
        /// One stop of a unit's evidence that makes colours worse.
        EvidenceStop / EvidenceStopId;
        /// One appeal against a colour.
        Appeal / AppealId;
        /// A photo that came with an appeal.
        AppealPhoto / AppealPhotoId;
        /// One order by which an auditor is opened what a unit left in the log.
        AuditOrder / AuditOrderId;
        /// One handing out of the file of an order.
        AuditDownload / AuditDownloadId;
        /// One location.
        Location / LocationId;
        /// One entrance of a location.
        LocationEntrance / LocationEntranceId;
        /// One thing at a location that somebody should look at.
        LocationFlag / LocationFlagId;
        /// A file of locations that was sent.
        LocationBatch / LocationBatchId;
        /// One list of a unit's public day keys.
        VisitKeyList / VisitKeyListId;
        /// One case, for which visits may be opened.
        VisitCase / VisitCaseId;
        /// One opening of the visits of a location and a window.
        VisitOpening / VisitOpeningId;
        /// One person to be contacted because of an opened visit.
        VisitTask / VisitTaskId;
        /// What one person gave of their phone's diary.
        VisitDonation / VisitDonationId;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xFF);
        }
    }

    #[test]
    fn ids_rise_even_when_the_clock_goes_back() {
        let source = IdSource::default();
        let late: kind::FilingId = source.next(Timestamp::from_seconds(1_800_000_000), &Fixed);
        let early: kind::FilingId = source.next(Timestamp::from_seconds(1_700_000_000), &Fixed);
        assert!(early > late);
    }

    #[test]
    fn text_form_round_trips_and_refuses_anything_else() {
        let id = kind::FilingId::from_i64(0x0123_4567_89ab_cdef);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "123", "+123456789abcdef", "0123456789abcdeg", "0123456789abcdef0"] {
            assert_eq!(bad.parse::<kind::FilingId>(), Err(NotAnId), "{bad}");
        }
    }
}
