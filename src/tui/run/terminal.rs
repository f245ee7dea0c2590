//! The terminal: raw mode and alternate screen, restored on every exit path.
//!
//! All output goes through [`Screen`], which discards it once the terminal has been left: a panicking thread leaves the
//! terminal while another one may still be drawing.

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

/// The terminal to draw on.
pub type ScreenTerminal = Terminal<SilentBackend<Screen>>;

/// Whether the terminal is entered.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// Held while writing, so that restoring does not cut a frame in two.
static WRITING: Mutex<()> = Mutex::new(());

/// A buffer that writes each frame at once, and discards it if the terminal is not entered.
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

/// Enters raw mode, the alternate screen, bracketed paste and, if wanted, mouse capture.
///
/// Sends no query to the terminal: some never answer.
pub fn enter(mouse: bool) -> io::Result<ScreenTerminal> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mut screen = Screen::default();
    screen.queue(EnterAlternateScreen)?.queue(EnableBracketedPaste)?.queue(Hide)?;
    // Without an alternate screen the old content would show through.
    screen.queue(Clear(ClearType::All))?;
    if mouse {
        screen.queue(EnableMouseCapture)?;
    }
    screen.flush()?;
    Terminal::new(SilentBackend::new(screen))
}

/// Sets the terminal modes to their current values, which makes the kernel report pending input again to an
/// edge-triggered poll.
#[cfg(unix)]
pub fn rearm_tty_poll() {
    use std::io::IsTerminal;

    // No other thread may leave the terminal in between.
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if !ENTERED.load(Ordering::SeqCst) {
        return;
    }
    let stdin = io::stdin();
    if stdin.is_terminal() {
        rearm(&stdin);
    } else if let Ok(tty) = std::fs::File::open("/dev/tty") {
        rearm(&tty);
    }
}

#[cfg(unix)]
fn rearm(tty: &impl std::os::fd::AsFd) {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    if let Ok(modes) = tcgetattr(tty) {
        // On failure the next key will report this input too.
        let _ = tcsetattr(tty, OptionalActions::Now, &modes);
    }
}

/// Whether the terminal is entered; nothing else may then write to it.
pub fn is_entered() -> bool {
    ENTERED.load(Ordering::SeqCst)
}

/// Restores the terminal. May be called repeatedly, and from any thread.
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
    // A vanished terminal cannot be restored.
    let _ = write_out(&undo);
    let _ = disable_raw_mode();
}

/// Leaves raw mode only. Never blocks, even if the terminal accepts no output.
pub fn leave_without_writing() {
    ENTERED.store(false, Ordering::SeqCst);
    let _ = disable_raw_mode();
}

/// Makes the next frame redraw everything: a resize may leave anything on the screen.
pub fn force_redraw(drawn: &mut ScreenTerminal) -> io::Result<()> {
    drawn.clear()
}

/// Copies text to the clipboard by OSC 52, which works over SSH.
pub fn copy(screen: &mut ScreenTerminal, text: &str) -> io::Result<()> {
    execute!(screen.backend_mut().screen(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
}

fn push(bytes: &mut Vec<u8>, command: impl Command) {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = command.write_ansi(&mut text);
    bytes.extend_from_slice(text.as_bytes());
}

/// Waits up to 0.1 s for a frame being written; its writer may be stuck, or be this thread.
fn wait_for_writer() {
    for _ in 0..100 {
        match WRITING.try_lock() {
            Ok(_) | Err(TryLockError::Poisoned(_)) => return,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Installs a panic hook that restores the terminal, prints the message and ends the program: after a panic in another
/// thread the screen would no longer respond.
pub fn end_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave();
        print(panic);
        end_now(101);
    }));
}

/// Ends the program from a thread that cannot return to `main`. The terminal must have been left.
#[expect(clippy::exit, reason = "only reached after a panic or with a stuck terminal, once it was restored")]
pub fn end_now(code: i32) -> ! {
    std::process::exit(code)
}
