use super::*;
use crate::domain::{Group, SigId, Text};

const EXAMPLE: &str = include_str!("../../../data/roadmap.yaml");

pub(super) fn today() -> Date {
    Date::from_ymd_opt(2026, 11, 24).unwrap()
}

pub(super) fn sigs() -> Sigs {
    let group = |id: &str| Group {
        id: SigId::new(id),
        name: id.to_owned(),
        formerly: if id == "sig-k8s-infra" { vec![SigId::new("wg-k8s-infra")] } else { Vec::new() },
        label: Text::from(id.replacen('-', "/", 1)),
        slack: None,
        mailing_list: None,
        chairs: Vec::new(),
        tech_leads: Vec::new(),
        meetings: Vec::new(),
    };
    let ids = ["sig-testing", "sig-release", "sig-contributor-experience", "sig-docs", "sig-k8s-infra", "wg-batch"];
    Sigs { taken: today(), groups: ids.map(group).to_vec() }
}

fn parse(text: &str) -> Result<Roadmap, Diagnostics> {
    read(text, "roadmap.yaml", &sigs(), today())
}

fn good(text: &str) -> Roadmap {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_example_has_every_line_of_the_report() {
    let roadmap = good(EXAMPLE);
    let items: usize = roadmap.projects.iter().map(|project| project.items.len()).sum();
    let linked = roadmap.projects.iter().flat_map(|project| &project.items).filter(|item| item.issue.is_some()).count();
    let tracked = roadmap.projects.iter().filter(|project| !project.issues.is_empty()).count();
    assert_eq!((roadmap.migrated.len(), roadmap.projects.len(), items, linked, tracked), (8, 10, 23, 6, 3));
    let gcp = roadmap.projects.iter().filter(|project| project.kind == "gcp-project").count();
    assert_eq!(gcp, 8);
}
