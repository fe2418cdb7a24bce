//! The command `waybill`: reads its line, starts the log, and does what it is asked.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use base::{Clock as _, SystemClock};
use clap::Parser as _;
use server::command::{self, Exit, say};
use server::config::{
    Command, CommandLine, Config, LogFormat, SealedArgs, StorageConfig, TokenCommand, UserCommand,
};
use server::services::people;
use server::store::Store;
use server::{as_code, backup, crypto, serve, telemetry};
use tikv_jemallocator::Jemalloc;
use tokio::signal::unix::{SignalKind, signal};

/// How long requests and work may take to end, beyond the time in which the server still answers.
const TO_END: Duration = Duration::from_secs(75);

/// Pages are made of many small texts that live a moment, over which glibc's allocator takes a sixth longer. The libraries
/// in C stay with glibc's: in their place, too, jemalloc and libfaketime, which the tests of clocks put before the program,
/// would wait for each other at the start. `.cargo/config.toml` says how much it keeps.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match CommandLine::parse().command {
        Command::Export(asked) => return Ok(as_code::command(asked).await?.into()),
        Command::Run(arguments) => return Ok(command::run(arguments).await?.into()),
        Command::Serve(arguments) => {
            run(arguments.resolve()?).await?;
        }
        Command::Check(arguments) => check(&arguments.resolve()?).await?,
        Command::Backup(arguments) => backup::command::backup(arguments).await?,
        Command::Restore(arguments) => backup::command::restore(arguments).await?,
        Command::Migrate(arguments) => backup::command::migrate(arguments).await?,
        Command::RotateKey(sealed) => rotate_key(sealed).await?,
        Command::ResetSecrets { force, sealed } => reset_secrets(sealed, force).await?,
        Command::User(UserCommand::Add {
            email,
            role,
            name,
            storage,
        }) => {
            let store = open(&storage.resolve()?).await?;
            let password = password()?;
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
            people::add(&store, SystemClock.now_us(), &email, &name, role, password).await?;
            store.close().await;
            say(&format!("added {email} as {role}"))?;
        }
        Command::Token(TokenCommand::Create {
            user,
            name,
            storage,
        }) => {
            let store = open(&storage.resolve()?).await?;
            let token = people::create_token(&store, SystemClock.now_us(), &user, &name).await?;
            store.close().await;
            say(&token)?;
        }
    }
    Ok(Exit::Done.into())
}

/// Serves until SIGTERM or SIGINT; a second one does not wait for work to end.
async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::init(config.log)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A large database takes its time to be brought up to date.
    serve::notify("STATUS=starting\nEXTEND_TIMEOUT_USEC=600000000");
    let patience = config.http.drain + TO_END;
    serve::take_open_files();
    let started = tokio::select! {
        started = serve::start(config) => Some(started?),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    let Some(running) = started else {
        // What is cut off here, a crash would cut off as well: the next start takes it back, or does it again.
        tracing::info!("stopped before it was ready");
        return Ok(());
    };
    say(&format!("listening on {}", running.url()))?;
    if let Some(address) = running.figures_address {
        say(&format!("figures on http://{address}/metrics"))?;
    }
    if let Some(link) = &running.set_up_link {
        say(&format!(
            "nobody exists yet; make the first administrator here, once: {link}"
        ))?;
    }
    // After the link: whoever waits for the service finds it in its log.
    serve::notify(&format!("READY=1\nSTATUS=listening on {}", running.url()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    serve::notify(&format!(
        "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC={}",
        patience.as_micros()
    ));
    tokio::select! {
        stopped = running.stop() => stopped,
        _ = terminate.recv() => bail!("stopped before everything had ended"),
        _ = interrupt.recv() => bail!("stopped before everything had ended"),
    }
}

async fn check(config: &Config) -> anyhow::Result<()> {
    telemetry::init(config.log)?;
    let mut wrong = 0;
    for (part, found) in serve::check(config).await {
        match found {
            Ok(()) => say(&format!("ok     {part}"))?,
            Err(problem) => {
                wrong += 1;
                say(&format!("wrong  {part}: {problem}"))?;
            }
        }
    }
    if wrong > 0 {
        bail!("{wrong} of these are wrong");
    }
    Ok(())
}

async fn rotate_key(sealed: SealedArgs) -> anyhow::Result<()> {
    let (storage, key) = sealed.resolve()?;
    let store = open(&storage).await?;
    let rotated = crypto::rotate(&store, &key).await?;
    store.close().await;
    say(&format!(
        "the key {} seals from now on; secrets that were sealed anew: {}",
        rotated.key_id, rotated.secrets
    ))?;
    if rotated.unreadable > 0 {
        bail!(
            "{} secrets open with no key, and stay as they are with the old keys: enter them again, then do this again",
            rotated.unreadable
        );
    }
    Ok(())
}

async fn reset_secrets(sealed: SealedArgs, force: bool) -> anyhow::Result<()> {
    let (storage, key) = sealed.resolve()?;
    let store = open(&storage).await?;
    let forgotten = crypto::reset(&store, &key, force).await?;
    store.close().await;
    say(&format!(
        "secrets that were forgotten: {}; connections that wait for theirs: {}; groups that wait for their address: {}; \
         people without a second factor now: {}",
        forgotten.secrets, forgotten.connections, forgotten.groups, forgotten.factors
    ))
}

async fn open(storage: &StorageConfig) -> anyhow::Result<Store> {
    telemetry::init(LogFormat::Text)?;
    serve::open_store(storage, Arc::new(SystemClock)).await
}

/// The first line of standard input.
fn password() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        write!(io::stderr(), "Password: ")?;
    }
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("cannot read the password from standard input")?;
    let password = line.strip_suffix('\n').map_or(line.as_str(), |line| {
        line.strip_suffix('\r').unwrap_or(line)
    });
    Ok(password.to_owned())
}
