//! The sets of words that need no class.

/// Names the sets, in the order of their bits; `lexicon.txt` has a section for each.
macro_rules! sets {
    ($($set:ident = $name:literal,)*) => {
        /// A set of words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the section of the lexicon says it")]
        pub enum Set { $($set),* }

        /// The names of the sets' sections.
        #[allow(dead_code, reason = "the build and the tests ask for them")]
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

sets! {
    Light = "light",
    Leading = "leading",
    General = "general",
    Tame = "tame",
    Negations = "negations",
    Openers = "openers",
    Determiners = "determiners",
    Prepositions = "prepositions",
    ActionKeys = "action_keys",
    RequestKeys = "request_keys",
    HttpMethods = "http_methods",
    Sensitive = "sensitive",
    SaveKeys = "save_keys",
    DestroyingSwitches = "destroying_switches",
    FileKeys = "file_keys",
    Saving = "saving",
    Harmless = "harmless",
    Reports = "reports",
    Views = "views",
    Particles = "particles",
    Containers = "containers",
    Saved = "saved",
    GatewayKeys = "gateway_keys",
    GatewayWords = "gateway_words",
    QueryKeys = "query_keys",
    QueryWords = "query_words",
    CallKeys = "call_keys",
    ArgumentKeys = "argument_keys",
    Appliers = "appliers",
    Inspectors = "inspectors",
    PagingKeys = "paging_keys",
    SearchKeys = "search_keys",
    ContentKeys = "content_keys",
    MoneyKeys = "money_keys",
    ConfirmKeys = "confirm_keys",
    PrivilegeThings = "privilege_things",
    PrivilegeVerbs = "privilege_verbs",
    OutboundVerbs = "outbound_verbs",
    Broadcasters = "broadcasters",
    OutboundThings = "outbound_things",
    Private = "private",
    Strangers = "strangers",
}
