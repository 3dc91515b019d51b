//! What the statements take and give, one file a capability, the same for both engines.

pub mod access;
pub mod actor;
pub mod appeal;
pub mod application;
pub mod audit;
pub mod audit_order;
pub mod checkpoint;
pub mod companion;
pub mod contact;
pub mod decision;
pub mod desk;
pub mod evidence;
pub mod figures;
pub mod held;
pub mod holder;
pub mod idempotency;
pub mod import;
pub mod location;
pub mod log;
pub mod notice;
pub mod outbox;
pub mod partner;
pub mod pass;
pub mod register;
pub mod rematch;
pub mod report;
pub mod review;
pub mod session;
pub mod short_code;
pub mod staff;
pub mod visit;
pub mod visit_case;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one, in the order in which they are declared.
            pub const EVERY: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that the database uses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What the database means by a name, if it is one of ours.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use named;
