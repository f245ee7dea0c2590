//! Large test data: a roadmap and issues like the real ones, multiplied, in temporary folders.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use offramp::domain::{
    Comment, FetchStates, Issue, IssueRef, IssueState, Repo, Snapshot, Task, TaskState, Timestamp, World,
};
use offramp::sources::{cache, paths::Paths};

/// A roadmap and a cache on disk.
pub(crate) struct Big {
    pub(crate) issues: usize,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) roadmap: PathBuf,
}

impl Big {
    /// Writes a roadmap of `projects` x `items` and a cache of `issues` issues.
    pub(crate) fn new(issues: usize, projects: usize, items: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let roadmap = folder.path().join("roadmap.yaml");
        std::fs::File::create(&roadmap)
            .and_then(|mut file| std::io::Write::write_all(&mut file, yaml(issues, projects, items).as_bytes()))
            .expect("the roadmap can be written");
        let big = Self { issues, folder, roadmap };
        big.fill_cache();
        big
    }

    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the environment for a program that uses only this data.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let home = self.home().display().to_string();
        vec![
            ("HOME".into(), home.clone()),
            ("XDG_CACHE_HOME".into(), format!("{home}/cache")),
            ("XDG_CONFIG_HOME".into(), format!("{home}/config")),
            ("XDG_DATA_HOME".into(), format!("{home}/data")),
            ("XDG_STATE_HOME".into(), format!("{home}/state")),
            ("SOURCE_DATE_EPOCH".into(), "1720000000".into()),
            ("TERM".into(), "xterm-256color".into()),
            ("PATH".into(), std::env::var("PATH").unwrap_or_default()),
        ]
    }
}

fn yaml(issues: usize, projects: usize, items: usize) -> String {
    let mut text = String::from("version: 1\ntitle: A large roadmap\nrepo: kubernetes/k8s.io\nprojects:\n");
    let mut number = 0;
    for project in 0..projects {
        let _ = writeln!(text, "  - id: k8s-project-{project}\n    owner: sig-testing\n    items:");
        for item in 0..items {
            number = number % issues + 1;
            let _ = match item % 5 {
                0 => writeln!(text, "      - {{title: Bucket {project}-{item} is gone, kind: bucket}}"),
                1 => writeln!(text, "      - {{issue: {number}, kind: service}}"),
                _ => writeln!(text, "      - {number}"),
            };
        }
    }
    text
}

/// Returns issues of typical size: five labels, a body of 2 KB, some tasks.
pub(crate) fn snapshot(count: usize) -> Snapshot {
    let repo = repo();
    let issues: Vec<_> = (1..=count as u64).map(|number| issue(&repo, number)).collect();
    Snapshot::new(Some(Timestamp(1_719_999_000)), issues, BTreeMap::new())
}

fn repo() -> Repo {
    Repo::new("kubernetes/k8s.io").expect("the name is right")
}

fn issue(repo: &Repo, number: u64) -> Issue {
    let opened = 1_560_000_000 + number.cast_signed() * 3_600;
    let closed = IssueState::Closed { reason: None, at: Some(Timestamp(opened + 90_000)), by: Some("ameukam".into()) };
    Issue {
        id: IssueRef::new(repo.clone(), number),
        title: format!("Migrate away from google.com gcp project k8s-project-{} part {number}", number % 200),
        is_pull: number.is_multiple_of(3),
        state: if number.is_multiple_of(4) { closed } else { IssueState::Open },
        author: Some("spiffxp".into()),
        labels: ["sig/testing", "sig/k8s-infra", "priority/important-longterm", "area/prow", "lifecycle/frozen"]
            .map(Into::into)
            .to_vec(),
        assignees: if number.is_multiple_of(5) { vec!["ameukam".into()] } else { Vec::new() },
        milestone: None,
        created: Some(Timestamp(opened)),
        updated: Some(Timestamp(opened + 80_000)),
        last_comment: Some(Comment {
            at: Timestamp(opened + 70_000),
            by: Some("dims".into()),
            text: "Still to do".into(),
        }),
        comments: 7,
        locked: false,
        tasks: (0..number % 7)
            .map(|task| Task {
                text: format!("Move bucket {task}"),
                state: if task % 2 == 0 { TaskState::Done } else { TaskState::Open },
                depth: 0,
                issues: Vec::new(),
                section: offramp::domain::Text::default(),
            })
            .collect(),
        parents: vec![IssueRef::new(repo.clone(), 1)],
        sub_issues: Vec::new(),
        references: Vec::new(),
        pulls: Some(Vec::new()),
        names: Vec::new(),
        body: "The project holds buckets, images and service accounts. ".repeat(40),
        fetch_states: FetchStates::all_known(),
        ..Issue::new(IssueRef::new(repo.clone(), number))
    }
}

impl Big {
    /// Returns the data: the roadmap read from disk, the issues made in memory.
    pub(crate) fn world(&self) -> World {
        let now = Timestamp(1_720_000_000);
        let groups = offramp::sources::example::groups().clone();
        let loaded = offramp::sources::roadmap_file::load(&self.roadmap, &groups, now.date());
        let roadmap = loaded.unwrap_or_else(|faults| panic!("{faults}")).roadmap;
        let (origin, web) = (offramp::domain::Origin::File(self.roadmap.clone()), "https://github.com".into());
        World {
            roadmap,
            origin,
            snapshot: snapshot(self.issues),
            date: now.date(),
            now,
            web,
            here: None,
            me: None,
            checkout: None,
            moves: None,
        }
    }

    /// Writes the cache in a child process, since the folder of the cache depends on the environment.
    fn fill_cache(&self) {
        let program = std::env::current_exe().expect("this program has a path");
        let mut child = std::process::Command::new(program);
        child.env_clear().envs(self.environment()).env("OFFRAMP_BENCH_FILL", self.issues.to_string());
        assert!(child.status().expect("the child starts").success(), "the cache was not written");
    }
}

/// Times the parts of a start and prints one a line, if the environment requests it; returns whether it did.
pub(crate) fn timed() -> bool {
    let Some(roadmap) = std::env::var_os("OFFRAMP_BENCH_PARTS") else { return false };
    let key = cache::CacheKey { host: "github.com".into(), repo: repo() };
    let date = Timestamp(1_720_000_000).date();
    let clock = std::time::Instant::now();
    let mut parts = Vec::new();
    let groups = offramp::sources::example::groups().clone();
    parts.push(("groups", clock.elapsed()));
    let loaded =
        offramp::sources::roadmap_file::load(Path::new(&roadmap), &groups, date).expect("the roadmap is right");
    parts.push(("roadmap", clock.elapsed()));
    let cached = cache::load(&Paths::of_user(), &key);
    parts.push(("cache", clock.elapsed()));
    let board = offramp::domain::join(&loaded.roadmap, &cached.snapshot, date);
    parts.push(("join", clock.elapsed()));
    drop((board, cached));
    parts.push(("drop", clock.elapsed()));
    let mut before = std::time::Duration::ZERO;
    for (part, after) in parts {
        println!("{part} {}", after.saturating_sub(before).as_micros());
        before = after;
    }
    true
}

/// Writes a cache, if the environment requests it; returns whether it did.
pub(crate) fn filled() -> bool {
    let Some(count) = std::env::var("OFFRAMP_BENCH_FILL").ok().and_then(|count| count.parse().ok()) else {
        return false;
    };
    let key = cache::CacheKey { host: "github.com".into(), repo: repo() };
    let written =
        cache::store(&Paths::of_user(), &key, &Default::default(), (snapshot(count), cache::SyncState::default()));
    assert!(written.1.is_none(), "the cache can be written");
    true
}
