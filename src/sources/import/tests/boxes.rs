//! Tests that an imported item has the same name as its box, so that the board joins the two.

use super::*;
use crate::domain::boxes::is_same_name;
use crate::sources::body::{self, Home};

#[test]
fn an_imported_item_has_the_name_of_its_box() {
    let home = IssueRef::new(Repo::new("acme/x").unwrap(), 1);
    for line in [
        "Switch DNS",
        "Switch DNS @alice",
        "Switch DNS (@alice, @bob)",
        "@alice: Switch DNS",
        "Switch DNS, assigned to @alice",
        "Switch DNS - @alice and @bob",
        "Switch DNS (owner: Jorge)",
        "Switch DNS (SIG Testing)",
        "Switch DNS (3/7)",
        "Switch DNS: 3/7 zones",
        "Switch 3/7 zones",
        "WIP: Switch DNS",
        "Switch DNS (in progress)",
        "Switch DNS [done]",
        "✅ Switch DNS",
        ":construction: Switch DNS",
        "Switch DNS (blocked by #14)",
        "Switch DNS (except mail)",
        "**Switch** `DNS` (eu)",
        "Switch DNS: in progress",
        "Switch 3 of 7 zones",
        "@alice & @bob - Switch DNS",
        "Switch DNS 🚧 @alice since May",
        "Switch DNS - @alice is working on it",
        "Switch DNS (WIP @alice since May)",
        "Switch DNS @alice/@bob",
    ] {
        let text = format!("- [ ] {line}\n- [ ] Mail\n");
        let title = import(&text).projects[0].items[0].title.clone().unwrap_or_default();
        let tasks = body::read(&text, Home { issue: &home, host: "github.com" }).tasks;
        assert!(is_same_name(&title, &tasks[0].text), "{line}: {title}");
    }
}
