//! The one worker that checks policies and says what came of it. Everything that is published goes through it, so that what a
//! client sees never goes back; what was computed from a text that has moved on is dropped.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatewright::editor::Checked;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use super::lists::{List, incremental_list, lists};
use super::publish_state::PublishState;
use crate::background::{Progress, complain, refresh, refresh_decorations, today};
use crate::server_state::ServerState;
use crate::shared_state::SharedState;
use crate::snapshots::WorkspaceSnapshot;

/// How long the first answer waits for the search of the folders: what a file means depends on who includes it.
const WAIT_FOR_SEARCH: Duration = Duration::from_millis(50);
/// How long is checked before the client is told what is known so far.
const FIRST_STAGE: Duration = Duration::from_millis(50);
/// The same, once it has been told something.
const LATER_STAGES: Duration = Duration::from_millis(400);
/// Work that takes longer than this is shown to take its time.
const SHOW_PROGRESS: Duration = Duration::from_millis(500);
/// What is typed goes on when nothing is typed for this long.
const PAUSE: Duration = Duration::from_millis(40);
/// How often the date is looked at.
const LOOK_AT_DATE: Duration = Duration::from_secs(60);

/// Checks whatever changes, for as long as the server runs. The changes are watched from before the first message on.
pub async fn run(state: Arc<SharedState>, client: Client, mut changes: watch::Receiver<u64>) {
    let mut has_waited = false;
    loop {
        let wait = timeout(LOOK_AT_DATE, changes.changed()).await;
        match wait {
            // Nothing has happened, unless midnight has passed.
            Err(_) if state.lock_state().is_today(today()) => continue,
            Ok(Err(_)) => return,
            _ => {}
        }
        if !has_waited && state.lock_state().has_documents() {
            has_waited = true;
            let mut searched = state.searched();
            let _ = timeout(WAIT_FOR_SEARCH, searched.wait_for(|searched| *searched)).await;
        }
        check(&state, &client, &mut changes).await;
    }
}

/// Checks until everything is checked, or something has changed.
async fn check(state: &Arc<SharedState>, client: &Client, changes: &mut watch::Receiver<u64>) {
    let begun = Instant::now();
    let mut progress: Option<Progress> = None;
    let mut stage = FIRST_STAGE;
    loop {
        reread(state).await;
        changes.mark_unchanged();
        let input = {
            let mut server = state.lock_state();
            server.set_today(today());
            RoundInput::of(&mut server)
        };
        let number = input.number;
        if is_told_of_typing(state, client, &input).await
            && timeout(PAUSE, changes.changed()).await.is_ok()
        {
            changes.mark_changed();
            return;
        }
        let job = {
            let state = Arc::clone(state);
            spawn_blocking(move || round(&state, &input, stage))
        };
        let round = finished(job, state, client, changes).await;
        complain_about_configurations(state, client);
        let Some(round) = round else { return };
        if state.lock_state().changes() == number {
            publish(state, client, round.lists).await;
        }
        spawn_blocking(move || {
            round.checked.iter().for_each(|checked| {
                checked.recheck_index();
            })
        });
        if round.left == 0 || changes.has_changed().unwrap_or(true) {
            return;
        }
        stage = LATER_STAGES;
        if progress.is_none() && begun.elapsed() > SHOW_PROGRESS {
            progress = Progress::begin(state, client, "Checking policies");
        }
        if let Some(progress) = &progress {
            progress.report(round.total - round.left, round.total);
        }
    }
}

/// Reads files again that have changed on the disk, if a check of them is pending.
async fn reread(state: &Arc<SharedState>) {
    if state.lock_state().is_reread_due() {
        let state = Arc::clone(state);
        // What could not be compared is as it was.
        let _ = spawn_blocking(move || state.reread()).await;
    }
}

/// Shows which configurations cannot be read.
fn complain_about_configurations(state: &SharedState, client: &Client) {
    let unread = state.publish_state().take_unreported();
    let is_named = state.lock_state().settings().configuration.is_some();
    let origin = if is_named { "in the setting `gatewright.configuration`: " } else { "" };
    complain(client, unread.into_iter().map(|fault| format!("{origin}{fault}")).collect());
}

/// Waits for a round. What is typed meanwhile is told of, where that is possible, and not kept waiting. A panic where it is not
/// caught leaves a round without a result; the next change begins another one.
async fn finished(
    mut job: JoinHandle<Option<Round>>,
    state: &Arc<SharedState>,
    client: &Client,
    changes: &mut watch::Receiver<u64>,
) -> Option<Round> {
    let mut has_missed = false;
    let round = loop {
        tokio::select! {
            round = &mut job => break round.ok().flatten(),
            Ok(()) = changes.changed() => {
                has_missed = true;
                let input = RoundInput::of_typing(&mut state.lock_state());
                is_told_of_typing(state, client, &input).await;
            }
        }
    };
    if has_missed {
        changes.mark_changed();
    }
    round
}

/// Everything at one moment.
struct RoundInput {
    workspaces: Vec<WorkspaceSnapshot>,
    /// Whether configurations have to be looked at again.
    configurations_changed: bool,
    /// How many changes there were.
    number: u64,
}

impl RoundInput {
    /// The name of the document in which something has been typed, if nothing else has happened.
    fn typed(&self, state: &SharedState) -> Option<&str> {
        let shown = &self.workspaces.first()?.shown;
        let publish_state = state.publish_state();
        let mut unpublished = shown.iter().filter(|(key, shown)| {
            publish_state.published(key).is_none_or(|(version, _)| version != Some(shown.version))
        });
        let (key, _) = unpublished.next()?;
        let is_alone = unpublished.next().is_none() && !self.configurations_changed;
        (is_alone && publish_state.published(key).is_some()).then_some(key)
    }

    /// The moment for telling of what is typed while a round goes on.
    fn of_typing(server: &mut ServerState) -> Self {
        Self {
            workspaces: server.snapshots(),
            configurations_changed: server.have_configurations_changed(),
            number: server.changes(),
        }
    }

    fn of(server: &mut ServerState) -> Self {
        Self {
            workspaces: server.snapshots(),
            configurations_changed: server.take_configurations_changed(),
            number: server.changes(),
        }
    }
}

/// Tells what an edit changes where that can be told without a check; whether the client needs no more for now, so that the check
/// may wait until whoever types pauses. The check follows in any case, and what it says is told, should it be different.
async fn is_told_of_typing(state: &Arc<SharedState>, client: &Client, input: &RoundInput) -> bool {
    let Some(typed) = input.typed(state) else { return false };
    if state.lock_state().features().pulls {
        // The client asks by itself about what it has changed.
        return true;
    }
    let soon = || incremental_list(state, &input.workspaces, typed);
    let Ok(Some(list)) = catch_unwind(AssertUnwindSafe(soon)) else { return false };
    if state.lock_state().changes() == input.number {
        publish(state, client, vec![list]).await;
    }
    true
}

/// What came of a stage.
struct Round {
    lists: Vec<List>,
    /// The checks of what is open.
    checked: Vec<Arc<Checked>>,
    /// How many policies are not checked yet.
    left: usize,
    total: usize,
}

/// Checks for a while; `None` if something has changed meanwhile.
fn round(state: &SharedState, input: &RoundInput, stage: Duration) -> Option<Round> {
    let begun = Instant::now();
    let workspaces = &input.workspaces;
    let has_changed = || state.lock_state().changes() != input.number;
    // Before the lock is taken: the first snapshot looks for all configurations.
    workspaces.iter().for_each(|workspace| workspace.snapshot.find_configurations());
    if input.configurations_changed {
        state.publish_state().learn_configurations(workspaces);
    }
    let queue = queue(state, workspaces);
    let urgent = queue.iter().filter(|(is_urgent, _, _)| *is_urgent).count();
    let mut done = 0;
    let mut open = Vec::new();
    for (_, workspace, path) in &queue {
        if done >= urgent && begun.elapsed() > stage {
            break;
        }
        if done > 0 && has_changed() {
            return None;
        }
        // A policy whose check fails is left as it is, and the others are checked all the same.
        let checked = catch_unwind(AssertUnwindSafe(|| workspace.snapshot.checked(path)));
        open.extend(checked.ok().flatten().filter(|_| workspace.snapshot.is_open(path)));
        done += 1;
    }
    let affected = affected(&mut state.publish_state(), workspaces);
    if has_changed() {
        return None;
    }
    let total = workspaces.iter().map(|workspace| workspace.snapshot.policies().len()).sum();
    let lists = lists(workspaces, &affected);
    Some(Round { lists, checked: open, left: queue.len() - done, total })
}

/// The names of the files about which there may be something new to say.
fn affected(
    publish_state: &mut PublishState,
    workspaces: &[WorkspaceSnapshot],
) -> BTreeSet<String> {
    publish_state.learn(workspaces);
    // A client hears of every version of a document that it was told about, also when nothing else depends on it.
    let documents = workspaces.first().map(|workspace| &workspace.shown);
    let unpublished =
        documents.into_iter().flat_map(|shown| shown.iter()).filter(|(key, shown)| {
            publish_state.published(key).is_some_and(|(version, _)| version != Some(shown.version))
        });
    let unpublished: Vec<String> = unpublished.map(|(key, _)| key.clone()).collect();
    publish_state.affected.extend(unpublished);
    publish_state.affected.clone()
}

/// The policies that are not checked yet: first those that are open or include what is open, which cannot be told about before.
fn queue<'s>(
    state: &SharedState,
    workspaces: &'s [WorkspaceSnapshot],
) -> Vec<(bool, &'s WorkspaceSnapshot, String)> {
    let publish_state = state.publish_state();
    let mut queue = Vec::new();
    for workspace in workspaces {
        let number = workspace.base.number;
        let includers: HashSet<String> =
            workspace.shown.keys().flat_map(|key| publish_state.includers(number, key)).collect();
        let unchecked = workspace.snapshot.unchecked().into_iter();
        queue.extend(unchecked.map(|path| {
            let is_urgent = workspace.snapshot.is_open(&path) || includers.contains(&path);
            (is_urgent, workspace, path)
        }));
    }
    queue.sort_by_key(|(is_urgent, _, _)| !*is_urgent);
    queue
}

/// Tells the client what is new: pushes it, or says that it should ask again.
async fn publish(state: &Arc<SharedState>, client: &Client, lists: Vec<List>) {
    let features = Arc::clone(state.lock_state().features());
    let mut is_news = false;
    let says_something = !lists.is_empty();
    for list in lists {
        if features.pulls {
            let mut publish_state = state.publish_state();
            // A client asks by itself about what it has changed.
            let told = publish_state.published(&list.key);
            let asks =
                list.version.is_some() && told.is_none_or(|(version, _)| version != list.version);
            if asks {
                publish_state.affected.remove(&list.key);
            } else {
                is_news |= publish_state.record(&list).0;
            }
            continue;
        }
        let (is_new, other) = state.publish_state().record(&list);
        if let Some(uri) = other {
            client.publish_diagnostics(uri, Vec::new(), None).await;
        }
        if is_new {
            client.publish_diagnostics(list.uri, list.items, list.version).await;
        }
    }
    if says_something && state.lock_state().take_disk_changed() {
        refresh_decorations(state, client);
    }
    if is_news && features.diagnostic_refresh {
        refresh::<lsp::request::WorkspaceDiagnosticRefresh>(client);
    }
}
