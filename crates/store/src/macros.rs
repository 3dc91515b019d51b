//! The two ways into the database, and how a body reaches a statement.
//!
//! These are macros because an async closure handed to a generic function loses `Send`, and because a match
//! over the engines at each call writes no signature twice. Their one rule: **the body may run again**, so it
//! has no effect outside the database; moving a captured value out of it does not compile, for that reason.

/// Runs a named transaction that writes: `transact!(store, "register.file", MyError, |tx| { … })`.
///
/// The body is an `async` block ending in `Result<T, MyError>`, where `MyError: From<StoreError>`. `Ok`
/// commits (durably, before this returns), `Err` rolls back. When the engine asks for it the whole body is run
/// again, up to a limit, with growing pauses; `return` leaves the body, not the caller.
#[macro_export]
macro_rules! transact {
    ($store:expr, $name:literal, $error:ty, |$tx:ident| $body:block) => {
        $crate::__run!($store, write, $name, $error, $tx, $body)
    };
}

/// Runs a named transaction that only reads, on one unchanging view of the data: see [`transact!`].
#[macro_export]
macro_rules! read {
    ($store:expr, $name:literal, $error:ty, |$tx:ident| $body:block) => {
        $crate::__run!($store, read, $name, $error, $tx, $body)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __run {
    ($store:expr, $begin:ident, $name:literal, $error:ty, $tx:ident, $body:block) => {{
        let store: &$crate::Store = &$store;
        let mut attempts = $crate::Attempts::new($name);
        loop {
            let step = match store.$begin($name).await {
                Ok(mut transaction) => {
                    let outcome: Result<_, $error> = {
                        let $tx: &mut $crate::Tx = &mut transaction;
                        $crate::body::<_, $error, _>($name, async { $body }).await
                    };
                    transaction.finish(outcome, &mut attempts).await
                }
                Err(error) => attempts.after::<_, $error>(error).await,
            };
            match step {
                $crate::Step::Done(outcome) => break outcome,
                $crate::Step::Again => {}
            }
        }
    }};
}

/// Calls a statement's function on the engine of the transaction: `call!(tx, register::insert(&row))` gives
/// its `Result<_, StoreError>`. Inside a helper, `tx` is a `&mut Tx`.
#[macro_export]
macro_rules! call {
    ($tx:expr, $module:ident :: $function:ident $(:: < $($generic:ty),+ >)? ( $($argument:expr),* $(,)? )) => {{
        let transaction: &mut $crate::Tx = &mut *$tx;
        let result = match transaction.engine() {
            $crate::Engine::Sqlite(connection) => {
                $crate::sqlite::$module::$function $(::<$($generic),+>)? (connection, $($argument),*).await
            }
            $crate::Engine::Postgres(connection) => {
                $crate::postgres::$module::$function $(::<$($generic),+>)? (connection, $($argument),*).await
            }
        };
        transaction.noted(result)
    }};
}
