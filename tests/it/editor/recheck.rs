//! When findings after an edit are told from the check before it. That they are those of a whole check is a law of `laws::edits`.

use std::sync::Arc;

use gatewright::check::{self, Analysis, Footing, Options};
use gatewright::lint::Form;
use gatewright::source::{MemoryLoader, SourceFile};

fn checked(text: &str, options: &Options) -> (Analysis, Arc<SourceFile>) {
    let file = Arc::new(SourceFile::new("agent.gate", text));
    let loader = MemoryLoader::default();
    (check::analyze(Arc::clone(&file), Form::Gate, &loader, options), file)
}

#[test]
fn what_cannot_be_told_is_not() {
    let options = Options::default();
    let footing = |text: &str| Footing::new(&checked(text, &options).0).is_some();
    assert!(footing("default deny\nallow x\n"));
    for text in [
        "default allow\nallow x\n",
        "default deny\ngroup g = x\nallow @g\n",
        "default deny\nallow x 5/hour as calls\n",
        "default deny\n# gatewright: allow(uncapped-write) It is fine.\nallow update_page\n",
        "alow x\n",
    ] {
        assert!(!footing(text), "{text}");
    }
    let (before, _) = checked("default deny\nallow x\n\nallow y\n", &options);
    let ground = Footing::new(&before).unwrap();
    let tells = |text: &str| {
        let file = Arc::new(SourceFile::new("agent.gate", text));
        check::recheck(&before, &ground, &file, &options).is_some()
    };
    assert!(tells("default deny\nallow x 5/hour\n\nallow y\n"));
    for text in [
        "default allow\nallow x\n\nallow y\n",
        "default deny\nallow x\nrate all 5/hour\n\nallow y\n",
        "default deny\nallow x as z\n\nallow y\n",
        "default deny\ninclude \"a.gate\"\nallow x\n\nallow y\n",
        "default deny\nallow x\n# gatewright: allow(uncapped-write) It is fine.\nallow y\n",
        "default deny\nallow x\u{202e}\n\nallow y\n",
    ] {
        assert!(!tells(text), "{text}");
    }
}
