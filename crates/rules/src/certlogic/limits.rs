//! How large an expression, its work and its result may be. Rules come from others, and so do the data.

/// Expressions within expressions, and values within values that an expression builds. An operation takes two
/// levels of JSON and readers of JSON stop at 128; the rules of the EU's member states nest at most 12 deep.
pub const MAX_DEPTH: usize = 50;

/// Expressions in an expression. The longest published rule has some hundreds; ten thousand are read in
/// milliseconds.
pub const MAX_NODES: usize = 10_000;

/// Bytes of one text or path in an expression. What is longer is no rule but data, and belongs there.
pub const MAX_TEXT: usize = 4_096;

/// Work for one evaluation: one step an expression, an item or a fragment of a path that is looked at, and 32
/// bytes of text that are compared. A rule about a person takes tens, a list of a thousand codes thousands; the
/// limit is reached within a few hundredths of a second.
pub const MAX_STEPS: usize = 500_000;

/// Size of a result, in bytes of text and 16 for each value. A result answers a question; an expression that
/// doubles a list again and again would fill memory. In memory it takes some twenty times as much, at most.
pub const MAX_RESULT: usize = 256 * 1024;

/// Values within values of a result, so that other readers of JSON can read it.
pub const MAX_RESULT_DEPTH: usize = 126;

/// The largest integer, and with a minus the smallest: what every implementation represents exactly, also those
/// whose numbers are all floating point (2^53 - 1).
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;
