//! Status vocabulary: signs and words with their states.

use crate::domain::State;
use crate::domain::wording::PhraseList;

/// Signs (without the emoji variation selector) and short names. `⛔` and `🚫` are missing: they mean "blocked" as often
/// as "dropped".
pub(super) const SIGNS: [(&str, State); 57] = [
    ("✅", State::Done),
    ("✔", State::Done),
    ("☑", State::Done),
    ("✓", State::Done),
    ("🗹", State::Done),
    ("🟢", State::Done),
    ("🟩", State::Done),
    ("🎉", State::Done),
    ("💚", State::Done),
    (":white_check_mark:", State::Done),
    (":heavy_check_mark:", State::Done),
    (":ballot_box_with_check:", State::Done),
    (":green_circle:", State::Done),
    (":tada:", State::Done),
    ("🚧", State::Started),
    ("⏳", State::Started),
    ("⌛", State::Started),
    ("🔄", State::Started),
    ("🏗", State::Started),
    ("🔨", State::Started),
    ("🟡", State::Started),
    ("🟨", State::Started),
    ("🟠", State::Started),
    ("🔜", State::Started),
    ("🏃", State::Started),
    ("👷", State::Started),
    (":construction:", State::Started),
    (":hourglass:", State::Started),
    (":hourglass_flowing_sand:", State::Started),
    (":arrows_counterclockwise:", State::Started),
    (":building_construction:", State::Started),
    (":hammer:", State::Started),
    (":yellow_circle:", State::Started),
    (":large_yellow_circle:", State::Started),
    (":orange_circle:", State::Started),
    ("❌", State::Todo),
    ("✗", State::Todo),
    ("✘", State::Todo),
    ("🔴", State::Todo),
    ("🟥", State::Todo),
    ("☐", State::Todo),
    ("⬜", State::Todo),
    ("🔲", State::Todo),
    ("⚪", State::Todo),
    ("📋", State::Todo),
    ("🔳", State::Todo),
    (":x:", State::Todo),
    (":red_circle:", State::Todo),
    (":white_large_square:", State::Todo),
    (":black_square_button:", State::Todo),
    (":white_circle:", State::Todo),
    ("🗑", State::Removed),
    (":wastebasket:", State::Removed),
    ("❓", State::Unknown),
    ("❔", State::Unknown),
    (":question:", State::Unknown),
    (":grey_question:", State::Unknown),
];

/// Words that are a status if only a remark follows them.
pub(super) static WORDS: [(State, PhraseList); 6] = [
    (
        State::Done,
        PhraseList::new(
            "done; complete; completed; finished; merged; shipped; released; migrated; implemented; fixed; \
            resolved; closed; landed; delivered; moved; ok; yes; achieved; accepted and done; \
            fully implemented; 100%; converted; ported; x",
        ),
    ),
    (
        State::Started,
        PhraseList::new(
            "in progress; in-progress; inprogress; on track; wip; work in progress; started; ongoing; on going; on-going; \
            doing; active; under way; underway; in review; under review; in development; under development; \
            partial; partially; partially done; partly; pr open; has pr; pr opened; working on it; claimed; \
            assigned; at risk; off track; delayed; waiting for review; awaiting review; needs review; ready for review",
        ),
    ),
    (
        State::Todo,
        PhraseList::new(
            "todo; to do; to-do; not started; not yet; not yet started; not done; open; planned; pending; \
            backlog; future; waiting; blocked; on hold; paused; no; not implemented; not migrated; help wanted; \
            up for grabs; unassigned; queued; scheduled; next; new",
        ),
    ),
    (State::Removed, PhraseList::new("removed; deleted; decommissioned; retired; shut down; turned off")),
    (
        State::Dropped,
        PhraseList::new(
            "dropped; cancelled; canceled; abandoned; rejected; withdrawn; obsolete; won't; won't do; wont do; \
            won't fix; wontfix; will not do; not planned; out of scope; n/a; na; not applicable; not needed; \
            skipped; superseded; declined; duplicate",
        ),
    ),
    (State::Unknown, PhraseList::new("unknown; ?; ??; ???; tbd; unclear; to be decided; to be determined")),
];
