//! What a tool has to do with, whatever its class: who may do what, the world outside, private data, strangers' texts.

use super::class::Class;
use super::lexicon::{self, Set, singular};
use super::words::Word;

/// What a tool has to do with, whatever its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// It changes who may do what: roles, permissions, sharing, keys, members, public access.
    pub privilege: bool,
    /// It sends something to the world outside: mail, messages, posts, uploads, webhooks.
    pub outbound: bool,
    /// It reads what is private: mail, messages, files, customers, secrets.
    pub reads_private: bool,
    /// It brings in texts that strangers may have written: web pages, mail, comments, search results.
    pub takes_in_strangers_text: bool,
}

/// What is known of a tool when its traits are asked for.
pub(super) struct Known<'t> {
    pub class: Class,
    /// The verbs of its name and of its description, in their base forms.
    pub verbs: &'t [&'static str],
    /// What its name says that it acts on, or else its description.
    pub things: &'t [Word],
    pub reads_secrets: bool,
}

impl Traits {
    pub(super) fn of(known: &Known<'_>) -> Traits {
        let Known { class, verbs, things, reads_secrets } = *known;
        let acts = |set: Set| verbs.iter().any(|verb| lexicon::has(set, verb));
        let reads = class == Class::Read;
        // Money's tokens are no keys, and what is deleted sends nothing.
        let changes = !reads && class != Class::Financial;
        let sends = changes && class != Class::Destructive;
        let grants = acts(Set::PrivilegeVerbs) || is_about(things, Set::PrivilegeThings);
        let speaks = acts(Set::Broadcasters)
            || (acts(Set::OutboundVerbs)
                && (things.is_empty() || is_about(things, Set::OutboundThings)));
        Traits {
            privilege: changes && grants,
            outbound: sends && speaks,
            reads_private: reads && (reads_secrets || names(things, Set::Private)),
            takes_in_strangers_text: reads && names(things, Set::Strangers),
        }
    }
}

/// Whether the last of some things, which is what the others only qualify, is in a set; alone or with the one before it.
fn is_about(things: &[Word], set: Set) -> bool {
    let Some((last, before)) = things.split_last() else { return false };
    let head = singular(&last.text);
    lexicon::has(set, &head)
        || before.last().is_some_and(|word| lexicon::has(set, &format!("{}_{head}", word.text)))
}

/// Whether any of some things is in a set, alone or with the next.
fn names(things: &[Word], set: Set) -> bool {
    (1..=things.len()).any(|end| things.get(..end).is_some_and(|things| is_about(things, set)))
}

#[cfg(test)]
mod tests {
    use super::super::assess_name;

    #[test]
    fn traits_do_not_depend_on_the_class() {
        let traits = |name: &str| {
            let found = assess_name(name).traits;
            [
                (found.privilege, 'p'),
                (found.outbound, 'o'),
                (found.reads_private, 'r'),
                (found.takes_in_strangers_text, 's'),
            ]
            .into_iter()
            .filter_map(|(holds, letter)| holds.then_some(letter))
            .collect::<String>()
        };
        for (expected, names) in [
            (
                "p",
                "grant_role revoke_access share_document invite_baker create_api_key delete_token \
                 update_permissions add_member set_bucket_policy",
            ),
            (
                "o",
                "send_email post_message publish_post reply_to_thread tweet upload_file create_comment",
            ),
            ("r", "get_customer list_invoices read_file query_database"),
            ("s", "fetch_webpage search_web list_reviews"),
            ("rs", "read_email list_issues get_messages"),
            (
                "",
                "update_user_story transfer_token list_ovens rename_loaf get_weather set_color delete_email",
            ),
        ] {
            for name in names.split_whitespace() {
                assert_eq!(traits(name), expected, "{name}");
            }
        }
    }
}
