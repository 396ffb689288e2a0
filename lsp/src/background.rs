//! What happens beside the questions: searching folders, asking the client for its settings, saying how far work has come. A handler
//! starts it and never waits for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use crate::configuration::{SECTION, Settings};
use crate::disk;
use crate::paths::Place;
use crate::shared_state::SharedState;

/// How long the client may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// A search that takes longer than this is shown to take its time.
const SHOW_PROGRESS: Duration = Duration::from_millis(500);
/// The files that the client is to watch.
const WATCHED: [&str; 4] =
    ["**/*.gate", "**/{policy.json,*.policy.json}", "**/*.json", "**/gatewright.toml"];

/// The day, in UTC.
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Searches all folders for policies and configurations.
pub async fn search(state: Arc<SharedState>, client: Client) {
    let Some(_one) = state.begin_search().await else { return };
    let folders = state.lock_state().folders();
    let mut search = spawn_blocking(move || {
        let found = folders.into_iter().map(|folder| {
            let files = disk::find(&folder);
            (folder, files)
        });
        found.collect::<Vec<_>>()
    });
    let found = tokio::select! {
        found = &mut search => found,
        () = sleep(SHOW_PROGRESS) => {
            let progress = Progress::begin(&state, &client, "Searching for policies");
            let found = search.await;
            drop(progress);
            found
        }
    };
    // A search that failed has found nothing.
    let found = found.unwrap_or_default();
    state.change(|server| {
        for (folder, files) in found {
            server.set_found(&folder, files);
        }
    });
    state.set_searched();
}

/// Looks which of the places that have come are folders: a client may report one in the place of all that it holds.
pub async fn look_into(state: Arc<SharedState>, client: Client, come: Vec<Place>) {
    let files = spawn_blocking(move || {
        let folders = come.iter().filter_map(|place| disk::below(place.key()));
        folders.flatten().map(Place::File).collect::<Vec<_>>()
    });
    let files = files.await.unwrap_or_default();
    if !files.is_empty() {
        state.change(|server| server.changed_on_disk(&files));
        search(state, client).await;
    }
}

/// Registers what can only be registered by asking, and asks for the settings.
pub async fn register(state: Arc<SharedState>, client: Client) {
    let features = Arc::clone(state.lock_state().features());
    let mut wanted = Vec::new();
    if features.register_watchers {
        let watchers: Vec<Value> =
            WATCHED.iter().map(|pattern| json!({ "globPattern": pattern })).collect();
        wanted
            .push(registration("workspace/didChangeWatchedFiles", json!({ "watchers": watchers })));
    }
    if features.register_configuration {
        wanted
            .push(registration("workspace/didChangeConfiguration", json!({ "section": SECTION })));
    }
    if !wanted.is_empty() {
        // A client that refuses is one that does without.
        let _ = timeout(PATIENCE, client.register_capability(wanted)).await;
    }
    if features.configuration {
        ask_for_settings(state, client).await;
    }
}

fn registration(method: &str, options: Value) -> lsp::Registration {
    lsp::Registration {
        id: format!("gatewright:{method}"),
        method: method.to_owned(),
        register_options: Some(options),
    }
}

/// Asks the client for its settings and takes them in.
pub async fn ask_for_settings(state: Arc<SharedState>, client: Client) {
    let item = lsp::ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
    let answer = timeout(PATIENCE, client.configuration(vec![item])).await;
    if let Ok(Ok(values)) = answer
        && let Some(value) = values.first().filter(|value| value.is_object())
    {
        take_settings(&state, &client, value);
    }
}

/// Takes settings in, and says what is wrong with them.
pub fn take_settings(state: &Arc<SharedState>, client: &Client, value: &Value) {
    let (settings, faults) = Settings::read(value);
    let is_new = *state.lock_state().settings() != settings;
    if is_new {
        state.change(|server| server.set_settings(settings));
        refresh_decorations(state, client);
    }
    complain(client, faults);
}

/// Shows what is wrong with the settings.
pub fn complain(client: &Client, faults: Vec<String>) {
    if !faults.is_empty() {
        let client = client.clone();
        tokio::spawn(async move {
            client.show_message(lsp::MessageType::WARNING, faults.join("\n")).await;
        });
    }
}

/// Says that what stands in and above the lines may be different now, though the text is not.
pub fn refresh_decorations(state: &Arc<SharedState>, client: &Client) {
    let features = Arc::clone(state.lock_state().features());
    if features.inlay_refresh {
        refresh::<lsp::request::InlayHintRefreshRequest>(client);
    }
    if features.lens_refresh {
        refresh::<lsp::request::CodeLensRefresh>(client);
    }
    if features.token_refresh {
        refresh::<lsp::request::SemanticTokensRefresh>(client);
    }
}

/// Asks the client to ask again.
pub fn refresh<R>(client: &Client)
where
    R: lsp::request::Request<Params = (), Result = ()> + 'static,
{
    let client = client.clone();
    tokio::spawn(async move {
        let _ = timeout(PATIENCE, client.send_request::<R>(())).await;
    });
}

/// Work that is shown to go on, until this is dropped.
pub struct Progress {
    reports: UnboundedSender<(usize, usize)>,
}

impl Progress {
    /// Shows that work goes on; `None` if the client cannot show it.
    pub fn begin(state: &Arc<SharedState>, client: &Client, title: &'static str) -> Option<Self> {
        if !state.lock_state().features().progress {
            return None;
        }
        let (reports, mut received) = unbounded_channel::<(usize, usize)>();
        let token = lsp::NumberOrString::String(format!("gatewright:{}", state.number()));
        let client = client.clone();
        tokio::spawn(async move {
            let created = timeout(PATIENCE, client.create_work_done_progress(token.clone())).await;
            if !matches!(created, Ok(Ok(()))) {
                return;
            }
            let progress = client.progress(token, title).with_percentage(0).begin().await;
            while let Some(mut report) = received.recv().await {
                // Only the latest counts.
                while let Ok(later) = received.try_recv() {
                    report = later;
                }
                let (done, total) = report;
                let percentage = u32::try_from(done * 100 / total.max(1)).unwrap_or(100).min(100);
                progress.report_with_message(format!("{done} of {total}"), percentage).await;
            }
            progress.finish().await;
        });
        Some(Self { reports })
    }

    /// Says how far it has come.
    pub fn report(&self, done: usize, total: usize) {
        // Nobody listens where the client has refused.
        let _ = self.reports.send((done, total));
    }
}
