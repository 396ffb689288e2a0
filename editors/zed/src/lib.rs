//! Starts the language server of Gatewright in Zed, and hands a person's settings on to it.
//!
//! The settings stand under `lsp.gatewright-lsp` in Zed's `settings.json`: `binary` names another program, `settings`
//! holds what the server is told, such as `{ "gatewright": { "ignore": ["missing-reason"] } }`.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{
    Command, Extension, LanguageServerId, Result, Worktree, register_extension, serde_json,
};

/// The program that is looked for on the `PATH`.
const PROGRAM: &str = "gatewright-lsp";

/// What is said when it is not there.
const MISSING: &str = "there is no program `gatewright-lsp` on the PATH; install it with `cargo install --path lsp` in a \
                       copy of Gatewright, or name it in settings.json under `lsp.gatewright-lsp.binary.path`";

struct Gatewright;

impl Extension for Gatewright {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        language_server_id: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Command> {
        // Without settings of its own, the server is started as it stands on the PATH.
        let settings = LspSettings::for_worktree(language_server_id.as_ref(), worktree);
        let binary = settings.ok().and_then(|settings| settings.binary);
        let (path, arguments, env) = match binary {
            Some(binary) => (binary.path, binary.arguments, binary.env),
            None => (None, None, None),
        };
        let command = path.or_else(|| worktree.which(PROGRAM)).ok_or_else(|| MISSING.to_owned())?;
        let mut environment = worktree.shell_env();
        environment.extend(env.into_iter().flatten());
        Ok(Command { command, args: arguments.unwrap_or_default(), env: environment })
    }

    fn language_server_workspace_configuration(
        &mut self,
        language_server_id: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(language_server_id.as_ref(), worktree)?.settings)
    }
}

register_extension!(Gatewright);
