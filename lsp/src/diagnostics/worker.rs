//! The one worker that checks policies and says what came of it. Everything that is published goes through it, so that what a
//! client sees never goes back; what was computed from a text that has moved on is dropped.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatewright::config::FILE_NAME;
use gatewright::editor::Checked;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use super::lists::{List, foretold, lists};
use super::shelf::Shelf;
use crate::background::{Progress, refresh, refresh_decorations, today};
use crate::moment::Seen;
use crate::state::{Known, State};

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
pub async fn run(state: Arc<State>, client: Client, mut changes: watch::Receiver<u64>) {
    let mut has_waited = false;
    loop {
        let wait = timeout(LOOK_AT_DATE, changes.changed()).await;
        match wait {
            // Nothing has happened, unless midnight has passed.
            Err(_) if state.look().is_today(today()) => continue,
            Ok(Err(_)) => return,
            _ => {}
        }
        if !has_waited && state.look().has_documents() {
            has_waited = true;
            let mut searched = state.searched();
            let _ = timeout(WAIT_FOR_SEARCH, searched.wait_for(|searched| *searched)).await;
        }
        check(&state, &client, &mut changes).await;
    }
}

/// Checks until everything is checked, or something has changed.
async fn check(state: &Arc<State>, client: &Client, changes: &mut watch::Receiver<u64>) {
    let begun = Instant::now();
    let mut progress: Option<Progress> = None;
    let mut stage = FIRST_STAGE;
    loop {
        changes.mark_unchanged();
        let moment = {
            let mut known = state.look();
            known.set_today(today());
            Moment::of(&mut known)
        };
        let number = moment.number;
        if is_told_of_typing(state, client, &moment).await
            && timeout(PAUSE, changes.changed()).await.is_ok()
        {
            changes.mark_changed();
            return;
        }
        let job = {
            let state = Arc::clone(state);
            spawn_blocking(move || round(&state, &moment, stage))
        };
        let Some(round) = finished(job, state, client, changes).await else { return };
        if state.look().changes() == number {
            tell(state, client, round.lists).await;
        }
        spawn_blocking(move || {
            round.checked.iter().for_each(|checked| {
                checked.footing();
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

/// Waits for a round. What is typed meanwhile is told of, where that is possible, and not kept waiting. A panic where it is not
/// caught leaves a round without a result; the next change begins another one.
async fn finished(
    mut job: JoinHandle<Option<Round>>,
    state: &Arc<State>,
    client: &Client,
    changes: &mut watch::Receiver<u64>,
) -> Option<Round> {
    let mut has_missed = false;
    let round = loop {
        tokio::select! {
            round = &mut job => break round.ok().flatten(),
            Ok(()) = changes.changed() => {
                has_missed = true;
                let moment = Moment::of_typing(&mut state.look());
                is_told_of_typing(state, client, &moment).await;
            }
        }
    };
    if has_missed {
        changes.mark_changed();
    }
    round
}

/// Everything at one moment.
struct Moment {
    everything: Vec<Seen>,
    /// Whether configurations have to be looked at again.
    configurations_changed: bool,
    /// How many changes there were.
    number: u64,
}

impl Moment {
    /// The name of the document in which something has been typed, if nothing else has happened.
    fn typed(&self, state: &State) -> Option<&str> {
        let shown = &self.everything.first()?.shown;
        let shelf = state.shelf();
        let mut unheard = shown.iter().filter(|(key, shown)| {
            shelf.told(key).is_none_or(|(version, _)| version != Some(shown.version))
        });
        let (key, _) = unheard.next()?;
        let is_alone = unheard.next().is_none() && !self.configurations_changed;
        (is_alone && shelf.told(key).is_some()).then_some(key)
    }

    /// The moment for telling of what is typed while a round goes on.
    fn of_typing(known: &mut Known) -> Self {
        Self {
            everything: known.everything(),
            configurations_changed: known.have_configurations_changed(),
            number: known.changes(),
        }
    }

    fn of(known: &mut Known) -> Self {
        Self {
            everything: known.everything(),
            configurations_changed: known.take_configurations_changed(),
            number: known.changes(),
        }
    }
}

/// Tells what an edit changes where that can be told without a check; whether the client needs no more for now, so that the check
/// may wait until whoever types pauses. The check follows in any case, and what it says is told, should it be different.
async fn is_told_of_typing(state: &Arc<State>, client: &Client, moment: &Moment) -> bool {
    let Some(typed) = moment.typed(state) else { return false };
    if state.look().features().pulls {
        // The client asks by itself about what it has changed.
        return true;
    }
    let soon = || foretold(state, &moment.everything, typed);
    let Ok(Some(list)) = catch_unwind(AssertUnwindSafe(soon)) else { return false };
    if state.look().changes() == moment.number {
        tell(state, client, vec![list]).await;
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
fn round(state: &State, moment: &Moment, stage: Duration) -> Option<Round> {
    let begun = Instant::now();
    let everything = &moment.everything;
    let has_changed = || state.look().changes() != moment.number;
    note_configurations(state, moment);
    let queue = queue(state, everything);
    let urgent = queue.iter().filter(|(is_urgent, _, _)| *is_urgent).count();
    let mut done = 0;
    let mut open = Vec::new();
    for (_, seen, path) in &queue {
        if done >= urgent && begun.elapsed() > stage {
            break;
        }
        if done > 0 && has_changed() {
            return None;
        }
        // A policy whose check fails is left as it is, and the others are checked all the same.
        let checked = catch_unwind(AssertUnwindSafe(|| seen.snapshot.checked(path)));
        open.extend(checked.ok().flatten().filter(|_| seen.snapshot.is_open(path)));
        done += 1;
    }
    let affected = affected(&mut state.shelf(), everything);
    if has_changed() {
        return None;
    }
    let total = everything.iter().map(|seen| seen.snapshot.policies().len()).sum();
    let lists = lists(everything, &affected);
    Some(Round { lists, checked: open, left: queue.len() - done, total })
}

/// Has configurations told about again where that is due: those that there are, and those that there were.
fn note_configurations(state: &State, moment: &Moment) {
    if !moment.configurations_changed {
        return;
    }
    let mut shelf = state.shelf();
    let is_configuration = |key: &&str| key.rsplit('/').next() == Some(FILE_NAME);
    let mut keys: Vec<String> =
        shelf.told_about().filter(is_configuration).map(str::to_owned).collect();
    for seen in &moment.everything {
        keys.extend(seen.snapshot.configurations().map(|path| seen.base.key(path)));
    }
    shelf.affected.extend(keys);
}

/// The names of the files about which there may be something new to say.
fn affected(shelf: &mut Shelf, everything: &[Seen]) -> BTreeSet<String> {
    shelf.learn(everything);
    // A client hears of every version of a document that it was told about, also when nothing else depends on it.
    let documents = everything.first().map(|seen| &seen.shown);
    let unheard = documents.into_iter().flat_map(|shown| shown.iter()).filter(|(key, shown)| {
        shelf.told(key).is_some_and(|(version, _)| version != Some(shown.version))
    });
    let unheard: Vec<String> = unheard.map(|(key, _)| key.clone()).collect();
    shelf.affected.extend(unheard);
    shelf.affected.clone()
}

/// The policies that are not checked yet: first those that are open or include what is open, which cannot be told about before.
fn queue<'s>(state: &State, everything: &'s [Seen]) -> Vec<(bool, &'s Seen, String)> {
    let shelf = state.shelf();
    let mut queue = Vec::new();
    for seen in everything {
        let number = seen.base.number;
        let includers: HashSet<String> =
            seen.shown.keys().flat_map(|key| shelf.includers(number, key)).collect();
        let unchecked = seen.snapshot.unchecked().into_iter();
        queue.extend(unchecked.map(|path| {
            let is_urgent = seen.snapshot.is_open(&path) || includers.contains(&path);
            (is_urgent, seen, path)
        }));
    }
    queue.sort_by_key(|(is_urgent, _, _)| !*is_urgent);
    queue
}

/// Tells the client what is new: pushes it, or says that it should ask again.
async fn tell(state: &Arc<State>, client: &Client, lists: Vec<List>) {
    let features = Arc::clone(state.look().features());
    let mut is_news = false;
    let says_something = !lists.is_empty();
    for list in lists {
        if features.pulls {
            let mut shelf = state.shelf();
            // A client asks by itself about what it has changed.
            let told = shelf.told(&list.key);
            let asks =
                list.version.is_some() && told.is_none_or(|(version, _)| version != list.version);
            if asks {
                shelf.affected.remove(&list.key);
            } else {
                is_news |= shelf.tell(&list).0;
            }
            continue;
        }
        let (is_new, other) = state.shelf().tell(&list);
        if let Some(uri) = other {
            client.publish_diagnostics(uri, Vec::new(), None).await;
        }
        if is_new {
            client.publish_diagnostics(list.uri, list.items, list.version).await;
        }
    }
    if says_something && state.look().take_disk_changed() {
        refresh_decorations(state, client);
    }
    if is_news && features.diagnostic_refresh {
        refresh::<lsp::request::WorkspaceDiagnosticRefresh>(client);
    }
}
