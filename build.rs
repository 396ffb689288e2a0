//! Makes the tables of the risk classifier from the texts in which people change them.

use std::path::Path;
use std::{env, fs};

#[allow(dead_code)]
#[path = "src/risk/class.rs"]
mod class;
#[path = "src/risk/lexicon/compile.rs"]
mod compile;
#[allow(dead_code)]
#[path = "src/risk/lexicon/sets.rs"]
mod sets;
#[allow(dead_code)]
#[path = "src/risk/signal.rs"]
mod signal;

fn main() {
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let read = |path: &str| {
        println!("cargo::rerun-if-changed={path}");
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let kinds: Vec<String> = signal::Signal::all().map(signal::Signal::name).collect();
    let lexicon = compile::lexicon(&read("src/risk/lexicon/lexicon.txt"), sets::NAMES);
    let weights = compile::weights(&read("src/risk/weights.txt"), &kinds);
    for (name, tables) in [("lexicon.rs", lexicon), ("weights.rs", weights)] {
        let tables = tables.unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
        fs::write(Path::new(&folder).join(name), tables)
            .expect("the folder is there to be written to");
    }
}
