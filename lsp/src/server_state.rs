//! What the server knows: the folders, the documents, the user's preferences.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use gatewright::editor::{Preferences, Workspace};
use gatewright::lint::Form;
use gatewright::project::{FileRole, form_of};
use gatewright::source::Loader as _;
use jiff::civil::Date;
use tower_lsp::ls_types as lsp;

use crate::client::Features;
use crate::configuration::Settings;
use crate::disk;
use crate::documents::{Document, Shown};
use crate::messages::Change;
use crate::paths::{Folder, Place, is_absolute};
use crate::snapshots::{DocumentSnapshot, WorkspaceRoot, WorkspaceSnapshot};
use crate::tokens::SentTokens;

/// Folders, documents and preferences.
#[derive(Default)]
pub struct ServerState {
    features: Arc<Features>,
    settings: Settings,
    today: Option<Date>,
    /// The folders, and last the place for everything that lies in none.
    roots: Vec<RootedWorkspace>,
    documents: HashMap<String, Document>,
    /// Documents that have changed since the workspaces were told, by name.
    dirty_documents: BTreeSet<String>,
    /// The documents as they were last told, by name.
    shown: Arc<HashMap<String, Arc<Shown>>>,
    /// Whether something has happened that configurations may be wrong about.
    configurations_changed: bool,
    /// Whether something has changed on the disk, which no editor tells its views.
    disk_changed: bool,
    /// How many changes there were.
    changes: u64,
    /// How often files had to be compared with the disk.
    rereads_due: u64,
    /// The same at the last time that they were compared.
    rereads_done: u64,
    /// Whether the client tells of files that change.
    is_told_of_files: bool,
    /// What is wrong with the settings and could not be said yet.
    faults: Vec<String>,
    /// The semantic tokens that were last sent, by name of the document.
    sent: HashMap<String, SentTokens>,
}

/// A folder with its workspace.
struct RootedWorkspace {
    base: Arc<WorkspaceRoot>,
    workspace: Workspace,
}

impl RootedWorkspace {
    fn new(folder: Option<Folder>, number: usize) -> Self {
        let disk = Arc::new(disk::loader(folder.as_ref()));
        let workspace = Workspace::new(Arc::clone(&disk) as _);
        Self { base: Arc::new(WorkspaceRoot { folder, disk, number }), workspace }
    }

    /// The names of the files that are known: those that were found, and those that policies consist of.
    fn files(&self) -> BTreeSet<String> {
        let snapshot = self.workspace.snapshot();
        let found = snapshot.policies().into_iter().chain(snapshot.configurations());
        let mut files: BTreeSet<String> =
            found.chain(snapshot.manifests()).map(|path| self.base.key(path)).collect();
        for checked in snapshot.all_checked() {
            let parts = checked.analysis.outcome.sources.iter();
            files.extend(parts.map(|(_, file)| self.base.key(file.path())));
        }
        files
    }
}

impl ServerState {
    /// What the client can do.
    pub fn features(&self) -> &Arc<Features> {
        &self.features
    }

    /// What the user wants.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many changes there were.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Counts a change.
    pub fn count_change(&mut self) {
        self.changes += 1;
    }

    /// Takes in what the client says when it starts.
    pub fn begin(&mut self, features: Features, folders: Vec<Folder>) {
        self.features = Arc::new(features);
        self.set_folders(folders);
    }

    /// The folders.
    pub fn folders(&self) -> Vec<Folder> {
        self.roots.iter().filter_map(|root| root.base.folder.clone()).collect()
    }

    /// Takes other folders. Those that stay keep what is known of them.
    pub fn set_folders(&mut self, folders: Vec<Folder>) {
        let mut before = std::mem::take(&mut self.roots);
        let next = before.iter().map(|root| root.base.number + 1).max().unwrap_or(0);
        let mut unique: Vec<Option<Folder>> = Vec::new();
        for folder in folders.into_iter().map(Some).chain([None]) {
            if !unique.contains(&folder) {
                unique.push(folder);
            }
        }
        for (place, folder) in unique.into_iter().enumerate() {
            let kept = before.iter().position(|root| root.base.folder == folder);
            self.roots.push(match kept {
                Some(kept) => before.swap_remove(kept),
                None => RootedWorkspace::new(folder, next + place),
            });
        }
        // Documents may belong to another folder now, and are other files' neighbours.
        for root in &mut self.roots {
            for document in self.documents.values() {
                root.workspace.close(&root.base.path(&document.place));
            }
        }
        self.dirty_documents.extend(self.documents.keys().cloned());
        self.configurations_changed = true;
        self.apply_settings();
    }

    /// Says which files a folder holds. What lies in a folder within it that is one of its own is left to that.
    pub fn set_found(&mut self, folder: &Folder, found: Vec<String>) {
        let bases: Vec<Arc<WorkspaceRoot>> =
            self.roots.iter().map(|root| Arc::clone(&root.base)).collect();
        let Some(root) =
            self.roots.iter_mut().find(|root| root.base.folder.as_ref() == Some(folder))
        else {
            return;
        };
        let own = found.into_iter().filter(|path| {
            let place = Place::File(folder.absolute(path));
            owner(&bases, &place) == Some(root.base.number)
        });
        root.base.disk.bounds().forget();
        root.workspace.set_found(own);
        self.configurations_changed = true;
    }

    /// Takes in what the user wants.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
        self.configurations_changed = true;
        self.apply_settings();
    }

    fn apply_settings(&mut self) {
        let folders = self.folders();
        let Settings { configuration, select, ignore, allow_read, .. } = &self.settings;
        for root in &mut self.roots {
            disk::open(&root.base.disk, &folders, allow_read);
            let configuration = configuration.as_ref().filter(|path| {
                // A relative path begins in a folder.
                root.base.folder.is_some() || folders.is_empty() || is_absolute(path)
            });
            root.workspace.prefer(Preferences {
                configuration: configuration.map(|path| root.base.named(path)),
                select: select.clone(),
                ignore: ignore.clone(),
                allow_read: allow_read.clone(),
            });
            if let Some(today) = self.today {
                root.workspace.set_today(today);
            }
        }
    }

    /// Says what day it is.
    pub fn set_today(&mut self, today: Date) {
        self.today = Some(today);
        for root in &mut self.roots {
            root.workspace.set_today(today);
        }
    }

    /// Whether a day is the one that was said last.
    pub fn is_today(&self, today: Date) -> bool {
        self.today == Some(today)
    }

    /// Whether a document is open.
    pub fn has_documents(&self) -> bool {
        !self.documents.is_empty()
    }

    /// Takes in a document that is opened.
    pub fn open(&mut self, item: lsp::TextDocumentItem) {
        let place = Place::of(&item.uri);
        let name = place.key().to_owned();
        let form = form(&place, &item.language_id);
        if self.documents.get(&name).is_some_and(|server| server.form != form) {
            self.close(&place);
        }
        self.documents.insert(name.clone(), Document::new(place, item, form));
        self.rereads_due += 1;
        self.touch(name);
    }

    /// Makes the changes of a document, if it is open.
    pub fn edit(&mut self, change: Change) {
        let Change { text_document, content_changes } = change;
        let name = Place::of(&text_document.uri).key().to_owned();
        let encoding = self.features.encoding;
        let Some(document) = self.documents.get_mut(&name) else { return };
        document.change(text_document.version, content_changes, encoding);
        self.touch(name);
    }

    /// Notes that the text of a document, or of any, may differ from what the editor shows. Returns whether one was right before.
    pub fn lose_track(&mut self, place: Option<&Place>) -> bool {
        let is_meant = |one: &&mut Document| place.is_none_or(|place| one.place == *place);
        let documents = self.documents.values_mut().filter(is_meant);
        documents
            .map(|document| !std::mem::replace(&mut document.is_lost, true))
            .fold(false, std::ops::BitOr::bitor)
    }

    /// Takes in what was saved: the whole text if the client sends it, or what the disk holds where the text may be wrong.
    pub fn save(&mut self, place: Place, text: Option<String>) {
        let is_lost = self.documents.get(place.key()).is_some_and(|document| document.is_lost);
        let text = text.or_else(|| if is_lost { self.on_disk(&place) } else { None });
        if let (Some(document), Some(text)) = (self.documents.get_mut(place.key()), text)
            && document.restore(text)
        {
            self.touch(place.key().to_owned());
        }
        self.changed_on_disk(&[place]);
        self.rereads_due += 1;
    }

    /// Whether a document was opened or saved since files were compared with the disk.
    pub fn is_reread_due(&self) -> bool {
        self.rereads_due > self.rereads_done
    }

    /// How often files had to be compared with the disk so far.
    pub fn rereads_due(&self) -> u64 {
        self.rereads_due
    }

    /// Notes that files were compared with the disk when so many comparisons were due.
    pub fn set_reread(&mut self, due: u64) {
        self.rereads_done = due;
    }

    /// Notes that the client tells of files that change.
    pub fn set_told_of_files(&mut self) {
        self.is_told_of_files = true;
    }

    /// Whether files may come and go without a word from the client.
    pub fn must_search_again(&self) -> bool {
        !self.is_told_of_files && !self.features.register_watchers
    }

    fn on_disk(&self, place: &Place) -> Option<String> {
        let bases: Vec<Arc<WorkspaceRoot>> =
            self.roots.iter().map(|root| Arc::clone(&root.base)).collect();
        let owner = owner(&bases, place)?;
        let base = bases.iter().find(|base| base.number == owner)?;
        String::from_utf8(base.disk.read(&base.path(place)).ok()?).ok()
    }

    /// Goes back to what the disk holds of a document.
    pub fn close(&mut self, place: &Place) {
        let name = place.key();
        self.sent.remove(name);
        self.dirty_documents.remove(name);
        if self.documents.remove(name).is_none() {
            return;
        }
        Arc::make_mut(&mut self.shown).remove(name);
        for root in &mut self.roots {
            root.workspace.close(&root.base.path(place));
        }
        self.configurations_changed |= self.concerns_configurations(name);
    }

    /// What is known to lie below places that are gone: a client may report a folder in the place of all that it held.
    pub fn below(&self, gone: &[Place]) -> Vec<Place> {
        if gone.is_empty() {
            return Vec::new();
        }
        let server: BTreeSet<String> = self.roots.iter().flat_map(RootedWorkspace::files).collect();
        let below = |place: &Place| {
            let folder = format!("{}/", place.key().trim_end_matches('/'));
            let files = server.range(folder.clone()..).take_while(|key| key.starts_with(&folder));
            files.cloned().map(Place::File).collect::<Vec<_>>()
        };
        gone.iter().filter(|place| matches!(place, Place::File(_))).flat_map(below).collect()
    }

    /// Says that files have changed on the disk.
    pub fn changed_on_disk(&mut self, places: &[Place]) {
        for root in &mut self.roots {
            root.base.disk.bounds().forget();
            let paths: Vec<String> = places.iter().map(|place| root.base.path(place)).collect();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            root.workspace.changed_on_disk(&paths);
        }
        self.configurations_changed |=
            places.iter().any(|place| self.concerns_configurations(place.key()));
        self.disk_changed = true;
    }

    /// Whether what is wrong with configurations may depend on a file.
    fn concerns_configurations(&self, name: &str) -> bool {
        let given = self.settings.configuration.as_ref();
        let is_given = |given: &String| {
            self.roots.iter().any(|root| root.base.key(&root.base.named(given)) == name)
        };
        FileRole::of(name) == Some(FileRole::Configuration)
            || name.ends_with(".json")
            || given.is_some_and(is_given)
    }

    fn touch(&mut self, name: String) {
        self.configurations_changed |= self.concerns_configurations(&name);
        self.dirty_documents.insert(name);
    }

    /// Tells the workspaces what has been typed. It is put off until someone asks, so that a hundred edits cost one copy.
    fn update_workspaces(&mut self) {
        if self.dirty_documents.is_empty() {
            return;
        }
        let bases: Vec<Arc<WorkspaceRoot>> =
            self.roots.iter().map(|root| Arc::clone(&root.base)).collect();
        for name in std::mem::take(&mut self.dirty_documents) {
            let Some(document) = self.documents.get_mut(&name) else { continue };
            let shown = document.shown();
            let owner = owner(&bases, &document.place);
            for root in &mut self.roots {
                let form = document.form.filter(|_| owner == Some(root.base.number));
                let path = root.base.path(&document.place);
                root.workspace.open_as(&path, form, Arc::clone(&shown.text));
            }
            Arc::make_mut(&mut self.shown).insert(name, shown);
        }
    }

    /// The document at a place with what its folder holds, as it is now. `None` while there is no folder to ask, before the client
    /// has begun.
    pub fn document_snapshot(&mut self, place: &Place) -> Option<DocumentSnapshot> {
        self.update_workspaces();
        let bases: Vec<Arc<WorkspaceRoot>> =
            self.roots.iter().map(|root| Arc::clone(&root.base)).collect();
        let owner = owner(&bases, place)?;
        let root = self.roots.iter().find(|root| root.base.number == owner)?;
        let path = root.base.path(place);
        Some(DocumentSnapshot { path, key: place.key().to_owned(), workspace: self.snapshot(root) })
    }

    /// Everything as it is now, folder by folder; the place of what lies in none is last.
    pub fn snapshots(&mut self) -> Vec<WorkspaceSnapshot> {
        self.update_workspaces();
        self.roots.iter().map(|root| self.snapshot(root)).collect()
    }

    fn snapshot(&self, root: &RootedWorkspace) -> WorkspaceSnapshot {
        let (shown, features) = (Arc::clone(&self.shown), Arc::clone(&self.features));
        let rule_pages = self.settings.rule_pages.clone();
        WorkspaceSnapshot::new(
            Arc::clone(&root.base),
            root.workspace.snapshot(),
            shown,
            features,
            rule_pages,
        )
    }

    /// Keeps what is wrong with the settings until it can be said.
    pub fn put_off(&mut self, faults: Vec<String>) {
        self.faults = faults;
    }

    /// What is wrong with the settings, to be said once.
    pub fn take_put_off(&mut self) -> Vec<String> {
        std::mem::take(&mut self.faults)
    }

    /// Keeps the tokens that are sent for a document, as long as it is open.
    pub fn keep_tokens(&mut self, place: &Place, sent: SentTokens) {
        if self.documents.contains_key(place.key()) {
            self.sent.insert(place.key().to_owned(), sent);
        }
    }

    /// The tokens that were sent for a document under a name, if they were the last.
    pub fn sent_tokens(&self, place: &Place, id: &str) -> Option<SentTokens> {
        self.sent.get(place.key()).filter(|sent| sent.id == id).cloned()
    }

    /// Whether something has changed on the disk since this was asked last.
    pub fn take_disk_changed(&mut self) -> bool {
        std::mem::take(&mut self.disk_changed)
    }

    /// Whether configurations have to be looked at again.
    pub fn have_configurations_changed(&self) -> bool {
        self.configurations_changed
    }

    /// The same, and then no more.
    pub fn take_configurations_changed(&mut self) -> bool {
        std::mem::take(&mut self.configurations_changed)
    }
}

/// The number of the root that a place belongs to: the innermost folder that holds it, or the one for everything else.
fn owner(bases: &[Arc<WorkspaceRoot>], place: &Place) -> Option<usize> {
    let holds = |base: &&Arc<WorkspaceRoot>| match (&base.folder, place) {
        (None, _) => true,
        (Some(folder), Place::File(path)) => folder.holds(path),
        (Some(_), Place::Elsewhere(_)) => false,
    };
    let length = |base: &&Arc<WorkspaceRoot>| base.folder.as_ref().map(|folder| folder.path.len());
    bases.iter().filter(holds).max_by_key(length).map(|base| base.number)
}

/// What a document holds: its name decides, since there are editors that know one language for each server and call every document
/// by it. Where the name says nothing, the language does; JSON that was never saved has no name yet.
fn form(place: &Place, language: &str) -> Option<Form> {
    form_of(place.name()).or(match (language, place) {
        ("gate", _) => Some(Form::Gate),
        ("json" | "jsonc", Place::Elsewhere(_)) => Some(Form::PolicyJson),
        _ => None,
    })
}
