//! Renders an SVG as PNG, with the monospaced font of the system.

use anyhow::{Context as _, Result, ensure};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};

/// Returns the fonts of the system; a picture without letters is no picture.
pub fn fonts() -> Result<Options<'static>> {
    let mut options = Options::default();
    let fonts: &mut Database = options.fontdb_mut();
    fonts.load_system_fonts();
    let found = fonts.faces().any(|face| face.families.iter().any(|(name, _)| name == "DejaVu Sans Mono"));
    ensure!(found, "the font DejaVu Sans Mono is missing; on Debian: apt install fonts-dejavu-core");
    Ok(options)
}

/// Renders the picture, so many pixels for each of its own.
pub fn render(svg: &str, scale: f32, options: &Options<'_>) -> Result<Vec<u8>> {
    let tree = Tree::from_str(svg, options).context("the SVG is not one")?;
    let size = tree.size().to_int_size().scale_by(scale).context("the picture has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().context("cannot write the PNG")
}
