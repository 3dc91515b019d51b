//! The handle to the database, and named transactions that are tried again when the engine asks for it.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;
use tracing::instrument::Instrumented;

use crate::error::{Failure, StoreError};
use crate::seal::Sealer;
use crate::{call, postgres, sqlite, transact};

/// The database. Cheap to clone; every clone is the same one.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    sealer: Arc<Sealer>,
}

#[derive(Clone)]
enum Pools {
    Sqlite(sqlite::pools::Pools),
    Postgres(postgres::pools::Pools),
}

/// One transaction under way. Dropped without [`Tx::finish`] it is rolled back.
pub struct Tx {
    name: &'static str,
    engine: Engine,
    again: bool,
}

/// The connection of a transaction. Only [`call!`](crate::call) looks inside.
pub enum Engine {
    /// `SQLite`.
    Sqlite(sqlite::conn::Conn),
    /// PostgreSQL.
    Postgres(postgres::conn::Conn),
}

/// Counts the attempts of one transaction.
#[derive(Debug)]
pub struct Attempts {
    name: &'static str,
    made: u32,
}

/// What to do after an attempt.
#[derive(Debug)]
pub enum Step<R> {
    /// Give this to the caller.
    Done(R),
    /// Run the body again.
    Again,
}

/// With the pauses below: about six seconds in all before a transaction gives up.
const MAX_ATTEMPTS: u32 = 40;
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

impl Store {
    /// Opens, or makes, the `SQLite` database at `path` and brings its schema up to date. The folder must
    /// exist; a new file is private to its owner (mode 0600).
    pub async fn open_sqlite(path: &Path, sealer: Sealer) -> Result<Self, StoreError> {
        let pools = sqlite::pools::Pools::open(path).await?;
        Self { pools: Pools::Sqlite(pools), sealer: Arc::new(sealer) }.with_own_keys().await
    }

    /// Connects to the PostgreSQL database at `url` (`postgres://user:password@host:port/database`) and
    /// brings its schema up to date. `connections` is the most that this process opens.
    pub async fn open_postgres(url: &str, connections: u32, sealer: Sealer) -> Result<Self, StoreError> {
        let pools = postgres::pools::Pools::open(url, connections).await?;
        Self { pools: Pools::Postgres(pools), sealer: Arc::new(sealer) }.with_own_keys().await
    }

    /// Refuses keys that are not this database's own.
    async fn with_own_keys(self) -> Result<Self, StoreError> {
        let checked = transact!(self, "store.keys", StoreError, |tx| { call!(tx, key_check::check()) });
        if let Err(error) = checked {
            self.close().await;
            return Err(error);
        }
        Ok(self)
    }

    /// Seals, opens and indexes under this installation's keys.
    pub fn sealer(&self) -> &Arc<Sealer> {
        &self.sealer
    }

    /// Whether the database answers: for `/readyz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read("store.ping").await.map(|_| ())
    }

    /// Closes every connection; on `SQLite` the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(pools) => pools.close().await,
            Pools::Postgres(pools) => pools.close().await,
        }
    }

    /// Begins a transaction that writes. Use [`transact!`](crate::transact).
    pub async fn write(&self, name: &'static str) -> Result<Tx, StoreError> {
        let begun = match &self.pools {
            Pools::Sqlite(pools) => pools.write(&self.sealer).await.map(Engine::Sqlite),
            Pools::Postgres(pools) => pools.write(&self.sealer).await.map(Engine::Postgres),
        };
        Tx::begun(name, begun)
    }

    /// Begins a transaction that only reads. Use [`read!`](crate::read).
    pub async fn read(&self, name: &'static str) -> Result<Tx, StoreError> {
        let begun = match &self.pools {
            Pools::Sqlite(pools) => pools.read(&self.sealer).await.map(Engine::Sqlite),
            Pools::Postgres(pools) => pools.read(&self.sealer).await.map(Engine::Postgres),
        };
        Tx::begun(name, begun)
    }
}

impl Tx {
    fn begun(name: &'static str, engine: Result<Engine, StoreError>) -> Result<Self, StoreError> {
        match engine {
            Ok(engine) => Ok(Self { name, engine, again: false }),
            Err(error) => Err(StoreError { transaction: Some(name), ..error }),
        }
    }

    /// For [`call!`](crate::call).
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Puts the transaction's name to an error, and remembers when it asks for another attempt.
    pub fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.again |= error.is_retryable();
            StoreError { transaction: Some(self.name), ..error }
        })
    }

    /// Commits when `outcome` is `Ok`, rolls back otherwise; says whether the body must run again.
    pub async fn finish<T, E>(self, outcome: Result<T, E>, attempts: &mut Attempts) -> Step<Result<T, E>>
    where
        E: From<StoreError>,
    {
        let again = self.again;
        match outcome {
            // A failed statement was swallowed by the body, but PostgreSQL has given up the transaction.
            Ok(_) if again => self.roll_back().await,
            Ok(value) => {
                return match self.commit().await {
                    Ok(()) => Step::Done(Ok(value)),
                    Err(error) => attempts.after(error).await,
                };
            }
            Err(error) => {
                self.roll_back().await;
                if !again || attempts.used_up() {
                    return Step::Done(Err(error));
                }
            }
        }
        attempts.after(Failure::Contention("in the transaction".to_owned()).into()).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Sqlite(connection) => connection.commit().await,
            Engine::Postgres(connection) => connection.commit().await,
        }
    }

    /// A roll-back that fails has lost its connection, and with it the transaction.
    async fn roll_back(self) {
        let rolled_back = match self.engine {
            Engine::Sqlite(connection) => connection.roll_back().await,
            Engine::Postgres(connection) => connection.roll_back().await,
        };
        if let Err(error) = rolled_back {
            tracing::warn!(transaction = self.name, %error, "roll-back failed");
        }
    }
}

impl Attempts {
    /// None made yet.
    pub fn new(name: &'static str) -> Self {
        Self { name, made: 0 }
    }

    fn used_up(&self) -> bool {
        self.made + 1 >= MAX_ATTEMPTS
    }

    /// After a failed attempt: pauses and says *again* when that may help, else gives the error.
    pub async fn after<T, E: From<StoreError>>(&mut self, error: StoreError) -> Step<Result<T, E>> {
        if !error.is_retryable() || self.used_up() {
            return Step::Done(Err(StoreError { transaction: Some(self.name), ..error }.into()));
        }
        self.made += 1;
        tracing::debug!(transaction = self.name, attempt = self.made, %error, "trying again");
        let pause = Duration::from_millis(1 << self.made.min(10));
        tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
        Step::Again
    }
}

/// Fixes the error type of a transaction's body and puts it into a span with the transaction's name.
pub fn body<T, E, F: Future<Output = Result<T, E>>>(name: &'static str, body: F) -> Instrumented<F> {
    body.instrument(tracing::debug_span!("transaction", transaction = name))
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engine = match self.pools {
            Pools::Sqlite(_) => "SQLite",
            Pools::Postgres(_) => "PostgreSQL",
        };
        write!(f, "Store({engine})")
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tx({})", self.name)
    }
}
