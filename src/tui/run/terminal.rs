//! The terminal: entered once, and restored on every way out.
//!
//! Everything that is drawn goes through [`Screen`], which falls silent once the terminal was left: a
//! thread that panics leaves it while another one may still be drawing.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, QueueableCommand, execute};

use ratatui::Terminal;

use super::backend::SilentBackend;

/// The terminal as it is drawn on.
pub type ScreenTerminal = Terminal<SilentBackend<Screen>>;

/// Whether the terminal is ours at the moment.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// Held while bytes are written, so that a restoring thread does not cut a frame in two.
static WRITING: Mutex<()> = Mutex::new(());

/// Collects a frame and writes it at once; writes nothing while the terminal is not ours.
#[derive(Debug, Default)]
pub struct Screen {
    frame: Vec<u8>,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let written = if ENTERED.load(Ordering::SeqCst) { write_out(&self.frame) } else { Ok(()) };
        self.frame.clear();
        written
    }
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Takes the terminal: raw mode, the other screen, pasted text as one event, the mouse only where wanted.
///
/// Asks the terminal nothing: some never answer.
pub fn enter(mouse: bool) -> io::Result<ScreenTerminal> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mut screen = Screen::default();
    screen.queue(EnterAlternateScreen)?.queue(EnableBracketedPaste)?.queue(Hide)?;
    // Where there is no other screen, what was there before would show through.
    screen.queue(Clear(ClearType::All))?;
    if mouse {
        screen.queue(EnableMouseCapture)?;
    }
    screen.flush()?;
    Terminal::new(SilentBackend::new(screen))
}

/// Sets the terminal's modes to their present values, so that the kernel reports pending input again to threads that
/// wait.
#[cfg(unix)]
pub fn rearm_tty_poll() {
    use std::io::IsTerminal;

    // Held, so that no other thread leaves the terminal in between.
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if !ENTERED.load(Ordering::SeqCst) {
        return;
    }
    let stdin = io::stdin();
    if stdin.is_terminal() {
        remind(&stdin);
    } else if let Ok(tty) = std::fs::File::open("/dev/tty") {
        remind(&tty);
    }
}

#[cfg(unix)]
fn remind(tty: &impl std::os::fd::AsFd) {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    if let Ok(modes) = tcgetattr(tty) {
        // Where that fails the next key is heard all the same, and this one with it.
        let _ = tcsetattr(tty, OptionalActions::Now, &modes);
    }
}

/// Whether the terminal is ours at the moment: then nothing else may write to it.
pub fn is_entered() -> bool {
    ENTERED.load(Ordering::SeqCst)
}

/// Gives the terminal back as it was. Harmless when called again, and from any thread.
pub fn leave() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    wait_for_writer();
    let mut undo = Vec::new();
    push(&mut undo, DisableMouseCapture);
    push(&mut undo, DisableBracketedPaste);
    push(&mut undo, LeaveAlternateScreen);
    push(&mut undo, Show);
    // A terminal that is gone cannot be restored or written to.
    let _ = write_out(&undo);
    let _ = disable_raw_mode();
}

/// Gives back the line discipline alone: never blocks, for a terminal that takes no more bytes.
pub fn leave_without_writing() {
    ENTERED.store(false, Ordering::SeqCst);
    let _ = disable_raw_mode();
}

/// Draws everything again with the next frame: a resize may leave anything on the screen.
pub fn start_afresh(drawn: &mut ScreenTerminal) -> io::Result<()> {
    drawn.clear()
}

/// Copies text to the clipboard of the terminal's user, also over SSH (OSC 52).
pub fn copy(screen: &mut ScreenTerminal, text: &str) -> io::Result<()> {
    execute!(screen.backend_mut().screen(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
}

fn push(bytes: &mut Vec<u8>, command: impl Command) {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = command.write_ansi(&mut text);
    bytes.extend_from_slice(text.as_bytes());
}

/// Waits for a frame that is being written, but not for ever: its writer may be stuck, or be us.
fn wait_for_writer() {
    for _ in 0..100 {
        match WRITING.try_lock() {
            Ok(_) | Err(TryLockError::Poisoned(_)) => return,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// From here on a panic in any thread restores the terminal, prints its message and ends the program: what goes on
/// after a panic elsewhere would be a screen that no longer hears.
pub fn end_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave();
        print(panic);
        end_now(101);
    }));
}

/// Ends the program from a thread that cannot return to `main`. The terminal has been left before.
#[expect(clippy::exit, reason = "only a panic and a stuck terminal come here, after the terminal was restored")]
pub fn end_now(code: i32) -> ! {
    std::process::exit(code)
}
