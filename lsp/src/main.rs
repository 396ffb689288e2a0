//! The language server, over standard input and output.

use std::io::Write;
use std::process::ExitCode;

use gatewright_lsp::{End, Options, serve, streams};

const HELP: &str = "\
The language server of Gatewright. An editor starts it and speaks to it over standard input and output.

Usage: gatewright-lsp [--stdio]

Options:
      --stdio    Use standard input and output, as without it
  -h, --help     Print help
  -V, --version  Print version
";

/// The most threads for work that takes time.
const THREADS: usize = 16;
/// The stack of a thread, in bytes; only what is used takes memory.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|given| given.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["--stdio"] => run(),
        ["--version" | "-V"] => {
            say(&mut std::io::stdout(), concat!("gatewright-lsp ", env!("CARGO_PKG_VERSION"), "\n"))
        }
        ["--help" | "-h"] => say(&mut std::io::stdout(), HELP),
        _ => {
            say(&mut std::io::stderr(), HELP);
            ExitCode::from(2)
        }
    }
}

fn run() -> ExitCode {
    // Messages are read, handed on and written on one thread, so that none waits for another thread to wake.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(THREADS)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        say(&mut std::io::stderr(), "gatewright-lsp: cannot start a thread\n");
        return ExitCode::from(2);
    };
    let end = runtime
        .block_on(async { serve(streams::input(), streams::output(), Options::default()).await });
    // The thread that reads waits for input that may never come.
    runtime.shutdown_background();
    match end {
        End::Clean => ExitCode::SUCCESS,
        End::Broken => ExitCode::FAILURE,
    }
}

fn say(out: &mut impl Write, words: &str) -> ExitCode {
    match out.write_all(words.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
