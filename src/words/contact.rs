//! Contacts of groups: leads and channels.

use crate::domain::{Group, Text};

/// The text for an owner without known contacts.
pub const NO_CONTACT: &str = "the roadmap gives only the name";

/// A communication channel of a group.
pub struct Channel {
    /// The kind, such as `Slack`.
    pub label: &'static str,
    /// The text: `#sig-testing`, or an address.
    pub text: String,
    /// The link, if the channel is a web page.
    pub link: Option<String>,
}

/// Returns the channels of a group, in the order in which a newcomer would try them.
pub fn channels(group: &Group) -> Vec<Channel> {
    let slack = group.slack.as_deref().map(|name| Channel {
        label: "Slack",
        text: format!("#{name}"),
        link: Some(format!("https://kubernetes.slack.com/messages/{name}")),
    });
    let others = [("Chat", &group.chat), ("Mailing list", &group.mailing_list), ("Notes", &group.notes)];
    let others = others.into_iter().filter_map(|(label, text)| {
        let text = text.clone()?;
        let is_page = text.starts_with("https://") && !text.contains(char::is_whitespace);
        Some(Channel { label, link: is_page.then(|| text.clone()), text })
    });
    slack.into_iter().chain(others).collect()
}

/// Returns the roles of a group's leads, with their logins.
pub fn leads(group: &Group) -> impl Iterator<Item = (&'static str, &[Text])> {
    let roles = [("Chairs", &group.chairs), ("Tech leads", &group.tech_leads), ("Leads", &group.leads)];
    roles.into_iter().map(|(role, logins)| (role, logins.as_slice())).filter(|(_, logins)| !logins.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_become_links() {
        let own = |text: &str| Some(text.to_owned());
        let text = r##"{"id": "infra", "labels": [], "slack": "infra", "chat": "#infra of Matrix",
            "notes": "https://notes.example/infra", "leads": ["ann"]}"##;
        let group: Group = serde_json::from_str(text).unwrap();
        let links: Vec<_> = channels(&group).into_iter().map(|one| (one.label, one.text, one.link)).collect();
        assert_eq!(
            links,
            [
                ("Slack", "#infra".to_owned(), own("https://kubernetes.slack.com/messages/infra")),
                ("Chat", "#infra of Matrix".to_owned(), None),
                ("Notes", "https://notes.example/infra".to_owned(), own("https://notes.example/infra")),
            ]
        );
        assert_eq!(leads(&group).collect::<Vec<_>>(), [("Leads", ["ann".into()].as_slice())]);
    }
}
