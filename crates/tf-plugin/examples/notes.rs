//! A whole small provider: notes, which are text files in a folder.
//!
//! ```terraform
//! provider "notes" {
//!   folder = "/tmp/notes"
//! }
//!
//! resource "notes_note" "shopping" {
//!   name = "shopping"
//!   text = "milk"
//! }
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

use tf_plugin::resource::{Create, Delete, Import, Plan, Read, State, Update, WithImport};
use tf_plugin::schema::Schema;
use tf_plugin::serve::{Program, run};
use tf_plugin::{
    Configure, Context, DataSource, Diagnostics, ManagedResource, Path, Provider, ReadData, Registry,
    Resource, Server, Value, object,
};

object! {
    /// Manages notes, which are text files.
    struct Config {
        /// The folder of the notes. It has to exist.
        folder: Value<String> => [required],
    }
}

object! {
    /// Manages a note.
    struct Note {
        /// The name of the note: letters, digits and hyphens.
        ///
        /// Changing it replaces the note.
        name: Value<String> => [required, replaces],
        /// What the note says.
        text: Value<String> => [required],
        /// The path of its file.
        path: Value<String> => [computed],
    }
}

struct Notes;

impl Provider for Notes {
    type Config = Config;
    /// The folder.
    type Data = PathBuf;

    async fn configure(&self, request: Configure<Config>, diagnostics: &mut Diagnostics) -> Option<PathBuf> {
        // Unknown while another resource has yet to make it; nothing can be read then.
        let folder = PathBuf::from(request.config.folder.into_known().unwrap_or_default());
        if folder.is_relative() {
            diagnostics.error(Path::new("folder"), "Relative path", "Use a path that begins at the root.");
            return None;
        }
        Some(folder)
    }

    fn register(&self, registry: &mut Registry<PathBuf>) {
        registry.resource(ManagedResource::new(NoteResource).with_import());
        registry.data_source(NoteSource);
    }
}

struct NoteResource;

impl Resource for NoteResource {
    const TYPE_NAME: &'static str = "notes_note";
    type Model = Note;
    type Private = ();
    type Data = PathBuf;

    fn validate(&self, config: &Note, diagnostics: &mut Diagnostics) {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if config.name.as_deref().is_some_and(|name| name.is_empty() || !name.chars().all(is_allowed)) {
            diagnostics.error(Path::new("name"), "Invalid name", "Use letters, digits and hyphens.");
        }
    }

    /// The path follows from the name, so a plan can show it.
    async fn plan(&self, context: &Context<PathBuf>, plan: &mut Plan<Self>, _: &mut Diagnostics) {
        if let Some(name) = plan.planned.name.known() {
            plan.planned.path = file(context, name).display().to_string().as_str().into();
        }
    }

    async fn create(
        &self,
        context: &Context<PathBuf>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        write(context, request.planned, diagnostics)
    }

    async fn read(
        &self,
        context: &Context<PathBuf>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        // `None` without an error tells Terraform that the note is gone.
        find(context, request.current.name.as_deref()?, diagnostics).map(State::new)
    }

    async fn update(
        &self,
        context: &Context<PathBuf>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        write(context, request.planned, diagnostics)
    }

    async fn delete(&self, context: &Context<PathBuf>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        let file = file(context, request.prior.name.as_deref().unwrap_or_default());
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                diagnostics.error(Path::root(), "Cannot delete the note", error.to_string());
            }
            _ => {}
        }
    }
}

impl WithImport for NoteResource {
    /// The ID is the name. The read that follows finds the rest.
    async fn import(
        &self,
        _: &Context<PathBuf>,
        request: Import,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let (text, path) = (Value::Null, Value::Null);
        Some(State::new(Note { name: Value::Known(request.id), text, path }))
    }
}

struct NoteSource;

impl DataSource for NoteSource {
    const TYPE_NAME: &'static str = "notes_note";
    type Model = Note;
    type Data = PathBuf;

    fn schema(&self) -> Schema {
        let note = <Note as tf_plugin::object::Object>::block();
        Schema::new(note.read_only(&["name"]).describe("Reads a note."))
    }

    async fn read(
        &self,
        context: &Context<PathBuf>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Note> {
        let name = request.config.name.as_deref().unwrap_or_default();
        let found = find(context, name, diagnostics);
        if found.is_none() {
            diagnostics.error(Path::new("name"), "Note not found", format!("There is no note {name:?}."));
        }
        found
    }
}

fn file(context: &Context<PathBuf>, name: &str) -> PathBuf {
    context.provider().join(format!("{name}.txt"))
}

fn find(context: &Context<PathBuf>, name: &str, diagnostics: &mut Diagnostics) -> Option<Note> {
    let path = file(context, name);
    match fs::read_to_string(&path) {
        Ok(text) => Some(Note {
            name: name.into(),
            text: Value::Known(text),
            path: path.display().to_string().as_str().into(),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            diagnostics.error(Path::new("name"), "Cannot read the note", error.to_string());
            None
        }
    }
}

fn write(
    context: &Context<PathBuf>,
    planned: Note,
    diagnostics: &mut Diagnostics,
) -> Option<State<NoteResource>> {
    let file = file(context, planned.name.as_deref().unwrap_or_default());
    match fs::write(&file, planned.text.as_deref().unwrap_or_default()) {
        Ok(()) => Some(State::new(planned)),
        Err(error) => {
            diagnostics.error(Path::new("text"), "Cannot write the note", error.to_string());
            None
        }
    }
}

fn main() -> ExitCode {
    let program = Program { address: "example/notes", version: "0.1.0", crates: &["notes"] };
    run(&program, || Server::new(Notes))
}
