//! Draws each view of the embedded example, at two sizes, as SVG and PNG.
//!
//! The same program gives the same bytes: dates are fixed, and pictures that did not change are not written.

#[path = "../../drawing/palette.rs"]
mod palette;
mod png;
#[path = "../../drawing/screens.rs"]
mod screens;
#[path = "../../drawing/shapes.rs"]
mod shapes;
#[path = "../../drawing/svg.rs"]
mod svg;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let fonts = png::fonts()?;
    let mut sums = String::new();
    for (name, day, keys, title) in screens::PICTURES {
        for (width, height, scale) in screens::SIZES {
            let picture = svg::draw(&screens::screen(day, keys, width, height)?, title);
            let path = folder.join(format!("{name}-{width}x{height}.svg"));
            save(&path, picture.as_bytes())?;
            if screens::AS_PNG.contains(&name) {
                let png = path.with_extension("png");
                save(&png, &png::render(&picture, scale, &fonts)?)?;
                sums += &screens::line(&format!("{name}-{width}x{height}.png"), &picture);
            }
        }
    }
    save(&folder.join("png.sums"), sums.as_bytes())
}

/// Writes the picture where it is new.
fn save(path: &Path, picture: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == picture) {
        return Ok(());
    }
    std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))
}
