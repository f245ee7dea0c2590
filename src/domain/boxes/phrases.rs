//! Phrases with which comments talk about work, found in one pass.
//!
//! Phrases are lower case, without apostrophes, and match whole words.

use std::sync::LazyLock;

use crate::domain::wording::{ByFirstWord, PhraseList, by_first_word, first_word};

/// What a phrase says about the boxes near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhraseKind {
    Returns,
    /// The author denies a claim.
    Negates,
    Frees,
    /// The author asks to have it.
    Asks,
    /// The author asks whether a person has it.
    WhoHas,
    /// The author asks whether it is free.
    IsFree,
    /// Another person has it.
    Others,
    /// The box is taken, by an unnamed person.
    Taken,
    /// The author gives it to another person.
    Gives,
    /// The author claims it, wherever the phrase is in the clause.
    Claims,
    /// The author will do something: a claim, unless a verb of [`IDLE`] follows.
    Future,
    /// The author is doing or has done something: a claim if a verb of [`WORK`] follows.
    Present,
    /// The author may do it.
    Hedges,
    Done,
    /// The rest of the clause is conditional or partial.
    Condition,
    /// A list of what is left follows.
    Left,
    StillOpen,
    /// First-person pronouns.
    Own,
    /// The author gives it to the person who asked.
    Lets,
    /// Everything left.
    All,
    Group,
}

const PHRASES: [(PhraseKind, &str); 21] = [
    (
        PhraseKind::Hedges,
        "a look; i might; maybe; perhaps; not sure; if i find; eventually; at some point; some day; later on; if nobody else; possibly; no promises; if time permits; time permitting; if i have time",
    ),
    (
        PhraseKind::Returns,
        "leaving it to; leaving it for; leaving them to; leaving them for; leave it for others; leave it to others; leave it for someone; leave it to someone; cant get to; cannot get to; cant get around; releasing; release my; step away; stepping away; im out; i am out; backing out; back out; relinquish; relinquishing; \
        withdraw; withdrawing; never mind; nevermind; no longer work; can no longer; unclaim; unclaiming; unclaimed myself; \
        dropped; i drop; gave up; /unassign; release-assignment; no longer working; no longer have; no longer able; not working on; stopped working; giving \
        up; give it up; giving this up; give this up; give it back; giving it back; give them back; giving back; \
        hand it back; handing back; unassigning; unassign me; unassign myself; dont have time; dont have the \
        time; do not have time; wont have time; no time; cant continue; cannot continue; unable to continue; \
        wont be able to; not be able to; cant work on; have to drop; dropping; have to abandon; abandoning; \
        stepping back; letting go; give up; wont get to; wont get around; wont make it; no bandwidth; dont have \
        bandwidth; dont have the bandwidth; too busy; lack of time; cant do; cannot do; cant finish; cannot finish; couldnt finish; unable to finish; cannot complete; cant complete; unable to complete; removing myself; not \
        get to; find the time; have to pass; handing; giving up on; let it go; not find time; no capacity; dont \
        have capacity; not going to be able; step down; stepping down; had to stop",
    ),
    (
        PhraseKind::Negates,
        "i wont take; i am not taking; im not taking; not planning to; i didnt mean; i havent started; if i were you; i will not \
        take; i cannot take; i cant take; im not going to; i dont plan to; i dont want to",
    ),
    (
        PhraseKind::Frees,
        "feel free to take; feel free to pick; feel free to grab; feel free to work on; free to take; up for \
        grabs; someone else can; somebody else can; someone else could; someone else take; anyone can take; \
        anyone else can; anyone is welcome; free again; available again; open again; is now free; now available; \
        are available; is still available; is still free; is still open; is not taken; needs someone; needs \
        somebody; needs an owner; needs a person; needs a volunteer; looking for someone; looking for a \
        volunteer; please grab; i unassigned; ive unassigned; releasing it; open for anyone; back on the market; \
        take over if you want; nobody is working; no one is working; nobody has; if someone wants; if anyone wants; \
        if someone else wants; if anyone else wants",
    ),
    (
        PhraseKind::Asks,
        "anyone be opposed; anyone opposed; anyone object; anybody object; anyone mind; any objections; for me to; may i please; would you let me; can i; may i; could i; might i; mind if i; ok if i; okay if i; alright if i; is it ok to; is it okay to; is it fine to; is it alright to; puedo tomar; puedo trabajar; puedo hacer; posso fazer; posso pegar; posso traduzir; please assign; assign me; \
        assign it to me; assign this to me; assign that to me; can you assign; could you assign; would you \
        assign; someone assign; would it be possible for me; possible for me to; can we take; can we work; shall \
        i; should i take; am i allowed to; interested in working on; interested in taking; im interested; i am interested; im also interested; i am also interested; i would be interested; id be interested; \
        we are interested; my name on; my name next; my name to; my name in; my name down; add my name; put my name; add me; \
        put me; give me; let me have; reserve; dibs if",
    ),
    (
        PhraseKind::WhoHas,
        "anyone working; anybody working; someone working; somebody working; anyone already; somebody already; \
        someone already; anyone picked; anyone taking; anyone taken; is anyone on; is anyone; is anybody; is \
        somebody; is someone; has anyone; has anybody; are you still; are you working; who is; who wants; who \
        can; who would; any takers; anyone wants; anyone want; any volunteers",
    ),
    (
        PhraseKind::IsFree,
        "still available; still open; still free; is available; up for grabs; available; free; taken; any update",
    ),
    (
        PhraseKind::Others,
        "is working on; are working on; is taking; are taking; is handling; will take; will handle; will work; \
        will do; has this; has it; assigned to; is assigned; is already working; already has; picked up; is on; \
        is doing; sent a pr; opened a pr; has a pr; already did; took; claimed; taken by; claimed by; owned by; \
        handled by; is looking at; is looking into; assigning to; leave that to; leave it to; leave this to; assigned",
    ),
    (
        PhraseKind::Taken,
        "already taken; is taken; are taken; been taken; already claimed; been claimed; being worked on; someone \
        is working; somebody is working; is working on; are working on; is on it; is handling; is taking care; \
        somebody on; someone on",
    ),
    (
        PhraseKind::Gives,
        "is yours; are yours; all yours; you can take; you can have; you can do; you can work; you could take; \
        you could do; you take; you do; go ahead with; go ahead and; i assigned; ive assigned; assigned you; \
        assigning you",
    ),
    (
        PhraseKind::Claims,
        "currently on; i own; halfway; half way; almost done; nearly done; almost finished; nearly finished; mostly done; \
        almost ready; nearly ready; i have most of; for taking; i put up; my next; next one is; i already started; \
        i already began; i already opened; already started; already working; keep working; help out with; get started; getting started; thats me; that is me; thats mine; hacking on; i did start; is mine; are mine; on my plate; on my list; on my desk; on my todo; put me down; sign me up; count me \
        in; /assigntome; @rustbot claim; dibs on; happy to take; happy to handle; happy to work; happy to do; \
        happy to pick; happy to tackle; happy to write; glad to take; willing to take; willing to work; will be \
        my; working on it; i took; i started; i opened; i submitted; i already have prs; i already have a pr; \
        assigned to me; are on me; is on me; are on us; is on us; patch sent; patch posted; patch is on; patch is coming; fix is coming; pr is coming; can go to me; by me; by my team; by our team; by us; i have a branch; i have a draft; i have a patch; have local changes; i have a pr; i have prs; ive \
        got; i got; in progress; wip; i volunteer; volunteering; i dont mind taking; mind doing; self assign; \
        self-assign; taking over; take over; i take; i choose; i chose; i pick; i picked; i claim; i grab; i \
        begin; i began; ive begun; ive started; ive opened; ive submitted; ive sent; ive been working; ive \
        picked; ive taken; i have started; i have begun; i have opened; i have been working; we can take; we \
        take; we can do; we are working; busy with; mine too; im on; half done; my pr; my branch; i sent; i \
        raised; i created a pr; i have it; look after; ive a draft; ive a branch; ive a patch; ive a pr; draft locally; branch locally; patch locally; is next; are next; comes next; up next; estamos trabajando; estoy trabajando; me ocupo; lo hago yo; deixa comigo; estoy con; \
        tomamos; yo tomo; me encargo; voy a traducir; voy a trabajar; estou trabalhando; vou traduzir; vou pegar; vou fazer; eu pego; je prends; \
        je me charge; je travaille sur; je men occupe; je moccupe; ich kümmere mich; ich nehme; ich übernehme; ich mache; ich arbeite an; wir nehmen; wir übernehmen",
    ),
    (
        PhraseKind::Future,
        "my team will; our team will; my team is going to; our team is going to; ill; i will; i shall; im going to; i am going to; im gonna; id like to; id love to; i would like to; i \
        would love to; id be happy to; id be glad to; i would be happy to; would be glad to; would be happy to; im happy to; i am happy to; i want \
        to; i wanna; i plan to; im planning to; i intend to; we will; wed like to; we would like to; wed love to; we would love to; \
        we are going to; we are gonna; we are planning to; we are happy to; we would be happy to; we plan to; we intend to; we want to; we shall; let me; i \
        like to; id; i would; ill also",
    ),
    (
        PhraseKind::Present,
        "im; i am; we are; were; and i are; and i will be; and me are; and i will; ive; i have; i already have; i can; i could; i just",
    ),
    (
        PhraseKind::Done,
        "is done; are done; can tick; can be checked; passes already; already passes; already done; is gone; are gone; was removed; were removed; been removed; already fixed; been fixed; now fixed; were fixed; actually done; been done; been implemented; already been; has already implemented; is complete; is completed; already merged; is \
        merged; was merged; were merged; been merged; already migrated; already implemented; be checked off; be \
        ticked; done with; all done; finished; done in; done by; merged in; fixed in; landed",
    ),
    (
        PhraseKind::Condition,
        "nearly; almost; half; partly; mostly; most of; parts of; some of; what remains; once; when; until; after; if; not; isnt; as soon; before",
    ),
    (PhraseKind::Left, "still; remaining; left; todo; to be done; need; needs; not yet"),
    (
        PhraseKind::StillOpen,
        "still open; still missing; still unclaimed; still free; still available; still to do; remaining; remains; remain; whats left; what is left; \
        todo; to be done; unclaimed; untouched; outstanding; not claimed yet; not yet claimed; open ones",
    ),
    (PhraseKind::Own, "i; ive; im; id; ill; my; me; we; our; were; weve; mine"),
    (
        PhraseKind::Lets,
        "go ahead; go for it; please do; please go; all yours; its yours; is yours; feel free; be my guest; by all means; you got this; you got it",
    ),
    (
        PhraseKind::All,
        "the rest; all remaining; remaining ones; what remains; everything left; all of them; all the remaining; \
        all of these; the remaining; remaining tasks; what is left; whats left; first half; second half; other half; the others; the other ones; everything else; \
        whole list; entire list; all the boxes; all boxes; the lot; every one of",
    ),
    (PhraseKind::Group, "everything under; everything in; all of; all in; all under; ones; folder"),
];

/// Consent at the start of a clause.
pub(super) static YES: PhraseList = PhraseList::new(
    "yes; not at all; sure; go ahead; go for it; please do; please go; all yours; its yours; absolutely; of course; yep; \
    yeah; yup; ok; okay; sounds good; sounds great; feel free; that would be great; would be great; thanks go ahead; i am; \
    i do; done assigned; assigned; that works; that is fine; fine with me; works for me; be my guest; by all \
    means; welcome; have fun; good choice; great choice; knock yourself out; you got this; you got it; done thanks",
);

/// Claims without a pronoun at the start of a clause.
pub(super) static BARE: PhraseList = PhraseList::new(
    "have a branch; have a draft; have a pr; have a patch; picked up; picked; wip; giving; will have a go; submitting; signing up; \
    interested in; looking at; moving on to; continuing; continuing with; working through; implementing; handling; \
    tackling; addressing; finishing; beginning; reviving; resuming; taking up; take; pr opened; opened a; opening a; taking; working on; workin on; working with; work on; picking up; picking; claiming; claim; claimed; \
    grabbing; on it; dibs; started; starting; looking into; assigning myself; assign to me; \
    will be taking; will be working; gonna; going to; going for; \
    count me in; opened; sent; raised; submitted; created; pr for; draft for; reserving; \
    reserve; volunteering; doing; migrating; porting; converting; writing; translating; fixing; removing; i \
    m; preparing; begun; choosing; i take; next up; mine is; continue; continue with",
);

/// Intentions without a pronoun at the start of a clause.
pub(super) static WISH: PhraseList = PhraseList::new(
    "happy to; glad to; would like to; would love to; want to; wanna; wanting to; plan to; planning to; intend to; hoping to; hope to; \
    like to; love to; keen to; ready to; about to; trying to",
);

/// Claims at the end of a clause.
pub(super) static ENDS: PhraseList = PhraseList::new("for me; for me then; for me please; mine; for us; on me");

/// Verbs after `may I` and `I'm interested` that only ask for information: `may I know if …`.
pub(super) static CURIOUS: PhraseList = PhraseList::new(
    "know; ask; just ask; see; suggest; propose; confirm; check; understand; in knowing; in seeing; in hearing; \
    in learning; in understanding; in how; in what; in why; in whether; in your; in feedback; to know; to see; to hear; to learn",
);

/// Verbs about things that do or do not work, which are no work on a box: `it fails for me`.
pub(super) static TROUBLE: PhraseList =
    PhraseList::new("fail; fails; failed; work; works; worked; break; breaks; crash; crashes; hangs");

/// Verbs that are not about work on a box.
pub(super) static IDLE: PhraseList = PhraseList::new(
    "test; know; ask; check; review; wait; see; think; let; close; unassign; leave; remove; mark; merge; approve; \
    say; note; confirm; reproduce; understand; imagine; suggest; recommend; propose; guess; assume; hear; \
    have; get; find; tell; appreciate; mention; keep; follow; ping; cc; link; poke; discuss; bring; expect; argue; \
    not; never; point; thank; highlight; emphasize; stress; learn; avoid; prefer; use; reopen; reply; \
    answer; report; post; comment; share; rather; assign; reassign; vote; defer; postpone; block; schedule; \
    hold; remind; clarify; explain; verify; wonder; tick; untick; skip; pass; stop; drop; stay; out; away; \
    back; offline; busy; edit; love; like; seen; noticed; surprised; grateful; curious; wondering; thankful; mentor; guide; advise; \
    if; it; need; needs; always; that; this",
);

/// Words between `I will` and its verb.
pub(super) static ADVERBS: PhraseList = PhraseList::new(
    "also; then; just; try; to; be; happy; glad; start; probably; definitely; gladly; happily; now; first; next; soon; \
    quickly; likely; therefore; have; a; go; and; still; maybe",
);

/// Verbs of work on a box.
pub(super) static WORK: PhraseList = PhraseList::new(
    "take; taking; taken; took; continue; continuing; resume; work; working; workin; pick; picking; picked; handle; handling; tackle; \
    tackling; do; doing; start; started; starting; grab; grabbing; claim; claiming; try; fix; fixing; contribute; raise; \
    raised; opened; submit; submitted; send; sent; migrate; migrating; implement; implementing; convert; \
    converting; pr; prs; going; write; writing; translate; translating; finish; finishing; own; prepare; \
    preparing; port; porting; cover; rewrite; replace; address; on; at; looking; look; help; assign; volunteer",
);

/// Words that may be between a verb and its object, or between two objects.
pub(super) static GLUE: PhraseList = PhraseList::new(
    "the; a; an; and; or; both; on; with; for; to; up; of; next; care; off; into; at; as; well; also; all; \
    everything; these; those; two; three; just; over; then; plus; in; me; please",
);

/// Greetings and filler words at the start of a comment.
pub(super) static OPENINGS: PhraseList = PhraseList::new(
    "hi; hello; hey; ok; okay; so; also; currently; now; still; well; thanks; thank; you; and; then; \
    actually; folks; all; everyone; everybody; there; great; cool; team; again; nice; but; just; already; no; nope; nah",
);

/// Nouns after a plain word that make it a name: `the docs suite`.
pub(super) static KINDS: PhraseList = PhraseList::new(
    "suite; suites; card; page; pages; module; modules; package; tests; one; part; component; directory; \
    folder; file; crate; plugin; job; model",
);

/// Plural nouns after a name that then stands for several boxes: `the usb crates`.
pub(super) static PLURALS: PhraseList = PhraseList::new(
    "ones; suites; cards; pages; modules; packages; parts; components; directories; folders; files; crates; plugins; \
    jobs; models; drivers; services; controllers; functions; classes; operators; scripts; checks; rules; endpoints; \
    images; charts; regions; hosts; kernels; repos; repositories; providers; libraries; apps; variants; related; stuff; family; ops; operations; filters; tests; methods; types; fields; alerts; dashboards; \
    tables; views; rooms; hooks; commands; backends",
);

/// Present participles that are not about work on a box.
pub(super) static IDLE_NOW: PhraseList = PhraseList::new(
    "getting; seeing; wondering; thinking; using; having; waiting; asking; hoping; facing; running; missing; guessing; \
    assuming; experiencing; trying; sorry; being; interested; saying; wanting; reading; following; watching; feeling",
);

/// Signs that report a name as done.
pub(super) const DONE_SIGNS: [&str; 5] = ["✅", "☑", "✔", ":white_check_mark:", ":heavy_check_mark:"];

/// Signs that claim a name.
pub(super) const SIGNS: [&str; 5] = ["✋", "🙋", "-> me", "→ me", "(me)"];

/// Finds the phrases in lower-case words separated by single spaces, with a space at either end; each with the length of
/// the text after it.
pub(super) fn find(text: &str) -> impl Iterator<Item = (PhraseKind, usize)> {
    let starts = text.match_indices(' ').filter_map(|(at, _)| text.get(at + 1..));
    starts.flat_map(phrases_at).map(|(kind, behind)| (kind, behind.len()))
}

/// The phrases at the start of a text, each with the text after it.
fn phrases_at(text: &str) -> impl Iterator<Item = (PhraseKind, &str)> {
    static PHRASES_BY_FIRST_WORD: LazyLock<ByFirstWord<(PhraseKind, &str)>> = LazyLock::new(|| {
        let of = |(kind, list)| PhraseList::new(list).all().map(move |phrase| (kind, phrase));
        by_first_word(PHRASES.into_iter().flat_map(of), |(_, phrase)| phrase)
    });
    let phrases = PHRASES_BY_FIRST_WORD.get(first_word(text)).into_iter().flatten();
    phrases.filter_map(|(kind, phrase)| Some((*kind, text.strip_prefix(phrase)?.strip_prefix(' ')?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_match_whole_words() {
        assert!(WORK.has("take") && !WORK.has("tak"));
        assert!(BARE.begins("working on events ") && !BARE.begins("workings on "));
        assert!(ENDS.ends(" vsphere for me ") && !ENDS.ends(" for mere "));
    }
}
