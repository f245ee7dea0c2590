//! Status vocabulary: signs and words with their states.

use std::sync::LazyLock;

use crate::domain::State;
use crate::domain::wording::PhraseList;

/// Signs (without the emoji variation selector) and short names. `⛔` and `🚫` are missing: they mean "blocked" as often
/// as "dropped".
pub(super) static SIGNS: LazyLock<Vec<(&str, State)>> = LazyLock::new(|| {
    let signs = [
        (
            State::Done,
            "✅ ✔ ☑ ✓ 🗹 🟢 🟩 🎉 💚 :white_check_mark: :heavy_check_mark: :ballot_box_with_check: \
            :green_circle: :tada:",
        ),
        (
            State::Started,
            "🚧 ⏳ ⌛ 🔄 🏗 🔨 🟡 🟨 🟠 🔜 🏃 👷 :construction: :hourglass: :hourglass_flowing_sand: \
            :arrows_counterclockwise: :building_construction: :hammer: :yellow_circle: \
            :large_yellow_circle: :orange_circle:",
        ),
        (
            State::Todo,
            "❌ ✗ ✘ 🔴 🟥 ☐ ⬜ 🔲 ⚪ 📋 🔳 :x: :red_circle: :white_large_square: :black_square_button: \
            :white_circle:",
        ),
        (State::Removed, "🗑 :wastebasket:"),
        (State::Unknown, "❓ ❔ :question: :grey_question:"),
    ];
    signs.into_iter().flat_map(|(state, signs)| signs.split(' ').map(move |sign| (sign, state))).collect()
});

/// Words that are a status if only a remark follows them.
pub(super) static WORDS: [(State, PhraseList); 6] = [
    (
        State::Done,
        PhraseList::new(
            "done; complete; completed; finished; merged; shipped; released; migrated; implemented; fixed; \
            resolved; closed; landed; delivered; moved; ok; yes; y; true; achieved; accepted and done; \
            fully implemented; 100%; 100 %; converted; ported; x",
        ),
    ),
    (
        State::Started,
        PhraseList::new(
            "in progress; in-progress; inprogress; on track; wip; work in progress; started; ongoing; on going; on-going; \
            doing; active; under way; underway; in review; under review; in development; under development; \
            partial; partially; partially done; partly; pr open; has pr; pr opened; pr up; draft pr; draft pr up; \
            working on it; claimed; assigned; at risk; off track; delayed; waiting for review; awaiting review; \
            needs review; ready for review",
        ),
    ),
    (
        State::Todo,
        PhraseList::new(
            "todo; to do; to-do; not started; not yet; not yet started; not done; open; planned; pending; \
            backlog; future; waiting; blocked; on hold; paused; no; n; false; not implemented; not migrated; help wanted; \
            up for grabs; unassigned; queued; scheduled; next; new",
        ),
    ),
    (State::Removed, PhraseList::new("removed; deleted; decommissioned; retired; shut down; turned off")),
    (
        State::Dropped,
        PhraseList::new(
            "dropped; cancelled; canceled; abandoned; rejected; withdrawn; obsolete; won't; won't do; wont do; \
            won't fix; wont fix; wontfix; will not do; not planned; out of scope; n/a; na; not applicable; not needed; \
            no longer needed; no longer required; no longer relevant; \
            skipped; superseded; declined; duplicate; stays; stays as is; kept as is",
        ),
    ),
    (State::Unknown, PhraseList::new("unknown; ?; ??; ???; tbd; unclear; to be decided; to be determined")),
];
